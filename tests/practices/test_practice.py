"""The practice: read by its staff, changed by its owner."""

from tests.cast import Cast

PATH = "/v1/practice"
CHANGE = {"name": "Harbour & Hill", "zone": "Europe/Lisbon"}


async def test_staff_read_their_own_practice(cast: Cast) -> None:
    for part in ("therapist", "coordinator", "privacy_officer", "owner"):
        answer = await cast.people[part].get(PATH)
        assert answer.json()["slug"] == "harbour"
    assert (await cast.stranger.get(PATH)).json()["slug"] == "hill"


async def test_a_client_does_not_learn_the_practices_name(cast: Cast) -> None:
    assert (await cast.client.get(PATH)).status_code == 403
    assert "Harbour" not in (await cast.client.get("/v1/me")).text


async def test_the_owner_changes_what_they_have_read(cast: Cast) -> None:
    etag = (await cast.owner.get(PATH)).headers["etag"]
    changed = await cast.owner.put(PATH, json=CHANGE, headers={"If-Match": etag})
    assert changed.json()["name"] == "Harbour & Hill"
    stale = await cast.owner.put(PATH, json=CHANGE, headers={"If-Match": etag})
    assert stale.status_code == 412
    blind = await cast.owner.put(PATH, json=CHANGE)
    assert blind.status_code == 428


async def test_nobody_else_changes_it(cast: Cast) -> None:
    for part in ("therapist", "coordinator", "privacy_officer", "client"):
        answer = await cast.people[part].put(
            PATH, json=CHANGE, headers={"If-Match": '"v1"'}
        )
        assert answer.status_code == 403


async def test_the_short_name_can_not_be_changed(cast: Cast) -> None:
    answer = await cast.owner.put(
        PATH, json=CHANGE | {"slug": "new"}, headers={"If-Match": '"v1"'}
    )
    assert answer.status_code == 422


async def test_a_zone_that_is_none_is_refused(cast: Cast) -> None:
    answer = await cast.owner.put(
        PATH, json=CHANGE | {"zone": "Europe/Atlantis"}, headers={"If-Match": '"v1"'}
    )
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/zone"
    assert "Atlantis" not in answer.text
