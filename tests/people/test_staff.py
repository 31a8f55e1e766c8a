"""Staff: listed, given roles, leaving at once; a practice keeps its owner."""

import asyncio

from tests.access.doors import join
from tests.cast import Cast, Someone


def path_of(someone: Someone, tail: str = "") -> str:
    return f"/v1/staff/{someone.id}{tail}"


async def test_staff_see_who_works_here(cast: Cast) -> None:
    items = (await cast.coordinator.get("/v1/staff")).json()["items"]
    assert len(items) == 5
    assert {tuple(item["roles"]) for item in items} >= {("owner",), ("therapist",)}
    assert (await cast.client.get("/v1/staff")).status_code == 403


async def test_roles_change_from_the_next_request_on(cast: Cast) -> None:
    path = path_of(cast.coordinator)
    etag = (await cast.owner.get(path)).headers["etag"]
    assert (await cast.coordinator.get("/v1/separations")).status_code == 403
    body = {"roles": ["coordinator", "privacy_officer"]}
    changed = await cast.owner.put(
        f"{path}/roles", json=body, headers={"If-Match": etag}
    )
    assert changed.json()["roles"] == body["roles"]
    assert (await cast.coordinator.get("/v1/separations")).status_code == 200
    stale = await cast.owner.put(f"{path}/roles", json=body, headers={"If-Match": etag})
    assert stale.status_code == 412


async def test_access_ends_at_once_and_care_with_it(cast: Cast) -> None:
    assert (await cast.owner.post(path_of(cast.therapist, "/end"))).status_code == 204
    assert (await cast.therapist.get("/v1/me")).status_code == 401
    left = (await cast.owner.get(path_of(cast.therapist))).json()
    assert left["left_at"] is not None
    team = await cast.coordinator.get(f"/v1/clients/{cast.client.id}/care-team")
    assert team.json()["items"] == []
    again = await cast.owner.post(path_of(cast.therapist, "/end"))
    assert again.status_code == 404


async def test_the_last_owner_stays(cast: Cast) -> None:
    ended = await cast.owner.post(path_of(cast.owner, "/end"))
    assert (ended.status_code, ended.json()["code"]) == (409, "last-owner")
    demoted = await cast.owner.put(
        path_of(cast.owner, "/roles"),
        json={"roles": ["therapist"]},
        headers={"If-Match": '"v1"'},
    )
    assert demoted.status_code == 409
    assert (await cast.owner.get("/v1/me")).status_code == 200


async def test_two_owners_do_not_end_each_other_at_once(cast: Cast) -> None:
    other = await join(cast, "nora", roles=("owner",))
    answers = await asyncio.gather(
        cast.owner.post(path_of(cast.owner, "/end")),
        cast.owner.post(f"/v1/staff/{other['staff_id']}/end"),
    )
    assert sorted(a.status_code for a in answers) in ([204, 401], [204, 409])


async def test_staff_of_another_practice_are_absent(cast: Cast) -> None:
    headers = {"If-Match": '"v1"'}
    body = {"roles": ["therapist"]}
    answers = [
        await cast.owner.get(path_of(cast.stranger)),
        await cast.owner.post(path_of(cast.stranger, "/end")),
        await cast.owner.put(
            path_of(cast.stranger, "/roles"), json=body, headers=headers
        ),
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
