"""Clients: added with a nickname, seen through care, discharged."""

from typing import Any

from sqlmodel import col, select

from api.foundation.journal import Entry
from api.people.tables import ZoneChange
from tests.cast import Cast, Someone

PATH = "/v1/clients"
CHANGE = {"nickname": "Heron", "zone": "Asia/Tokyo", "locale": "en"}


async def names(someone: Someone) -> set[str]:
    answer = await someone.get(PATH)
    return {item["nickname"] for item in answer.json()["items"]}


async def add(someone: Someone, **more: Any) -> Any:
    return await someone.post(PATH, json={"nickname": "Heron"} | more)


async def test_a_nickname_is_enough(cast: Cast) -> None:
    answer = await add(cast.therapist)
    assert answer.status_code == 201
    client = answer.json()
    assert (client["zone"], client["state"]) == ("Europe/Berlin", "active")
    assert "Heron" in await names(cast.therapist)
    team = await cast.therapist.get(f"{PATH}/{client['id']}/care-team")
    assert [c["staff_id"] for c in team.json()["items"]] == [str(cast.therapist.id)]


async def test_a_caseload_is_ones_own_and_the_office_sees_names(cast: Cast) -> None:
    assert await names(cast.therapist) == {"Client", "Other_Client"}
    assert await names(cast.colleague) == {"Separated"}
    assert await names(cast.stranger) == {"Foreign_Client"}
    everyone = {"Client", "Other_Client", "Separated"}
    for part in ("coordinator", "owner", "privacy_officer"):
        assert await names(cast.people[part]) == everyone


async def test_the_list_is_paged_without_gaps_or_doubles(cast: Cast) -> None:
    for n in range(5):
        await add(cast.therapist, nickname=f"Heron {n}")
    seen: list[str] = []
    path: str | None = f"{PATH}?limit=2"
    while path:
        answer = await cast.therapist.get(path)
        seen += [item["nickname"] for item in answer.json()["items"]]
        path = answer.links["next"]["url"] if "next" in answer.links else None
    assert len(seen) == len(set(seen)) == 7


async def test_out_of_reach_looks_like_absent(cast: Cast) -> None:
    there, absent = f"{PATH}/{cast.client.id}", f"{PATH}/{cast.client.device_id}"
    for part in ("colleague", "stranger"):
        for tail in ("", "/care-team", "/people"):
            found = await cast.people[part].get(there + tail)
            assert found.status_code == 404
            assert found.content == (await cast.people[part].get(absent + tail)).content
        for tail in ("/discharge", "/enrolment-codes"):
            found = await cast.people[part].post(there + tail)
            assert found.status_code == 404


async def test_a_therapist_changes_a_client_they_care_for(cast: Cast) -> None:
    path = f"{PATH}/{cast.client.id}"
    etag = (await cast.therapist.get(path)).headers["etag"]
    changed = await cast.therapist.put(path, json=CHANGE, headers={"If-Match": etag})
    assert changed.json()["nickname"] == "Heron"
    stale = await cast.therapist.put(path, json=CHANGE, headers={"If-Match": etag})
    assert stale.status_code == 412
    foreign = await cast.colleague.put(path, json=CHANGE, headers={"If-Match": etag})
    assert foreign.status_code == 404


async def zones_of(cast: Cast) -> list[str]:
    async with cast.store.reader() as db:
        query = select(ZoneChange.zone).where(
            col(ZoneChange.client_id) == cast.client.id
        )
        return list((await db.exec(query.order_by(col(ZoneChange.from_at)))).all())


async def test_a_new_zone_is_remembered_with_its_day(cast: Cast) -> None:
    me = await cast.client.get("/v1/me")
    body = {"nickname": "Client", "zone": "Asia/Tokyo"}
    headers = {"If-Match": me.headers["etag"]}
    moved = await cast.client.put("/v1/me/profile", json=body, headers=headers)
    assert moved.json()["zone"] == "Asia/Tokyo"
    assert await zones_of(cast) == ["Europe/Berlin", "Asia/Tokyo"]
    headers = {"If-Match": moved.headers["etag"]}
    same = await cast.client.put("/v1/me/profile", json=body, headers=headers)
    assert same.status_code == 200
    assert await zones_of(cast) == ["Europe/Berlin", "Asia/Tokyo"]


async def test_discharge_is_said_once_however_often(cast: Cast) -> None:
    path = f"{PATH}/{cast.client.id}/discharge"
    for _ in range(2):
        assert (await cast.therapist.post(path)).json()["state"] == "discharged"
    async with cast.store.reader() as db:
        query = select(Entry).where(col(Entry.verb) == "client.discharged")
        assert len((await db.exec(query)).all()) == 1


async def test_every_change_leaves_a_fact_without_words(cast: Cast) -> None:
    await add(cast.therapist, nickname="Canary-7731")
    async with cast.store.reader() as db:
        entries = (await db.exec(select(Entry))).all()
    assert [entry.verb for entry in entries] == ["client.added"]
    assert entries[0].actor_id == cast.therapist.id
    assert "Canary" not in repr(entries)


async def test_there_is_no_field_for_reaching_a_client(cast: Cast) -> None:
    for field in ("email", "e_mail", "phone", "address"):
        answer = await add(cast.therapist, **{field: "x"})
        assert answer.status_code == 422
