"""Persons of a client's life: private nicknames, shared only by the client."""

from typing import Any
from uuid import UUID

from api.foundation.ids import new_id
from api.people import service
from api.people.tables import Standing
from tests.cast import Cast

PATH = "/v1/me/people"
HARMFUL = {"nickname": "M.", "standing": "harmful", "is_shared": False}


async def add(cast: Cast, **more: Any) -> Any:
    return await cast.client.post(PATH, json=HARMFUL | more)


async def test_a_person_is_named_and_judged_by_the_client_alone(cast: Cast) -> None:
    person = (await add(cast)).json()
    async with cast.store.reader() as db:
        key = (cast.practice_id, cast.client.id)
        found = await service.person_standing(db, *key, UUID(person["id"]))
        other = await service.person_standing(
            db, cast.practice_id, cast.other_client.id, UUID(person["id"])
        )
    assert found is Standing.HARMFUL
    assert other is None


async def test_the_therapist_sees_only_who_is_shared(cast: Cast) -> None:
    await add(cast)
    await add(cast, nickname="Aunt", standing="trusted", is_shared=True)
    path = f"/v1/clients/{cast.client.id}/people"
    items = (await cast.therapist.get(path)).json()["items"]
    assert [item["nickname"] for item in items] == ["Aunt"]
    assert len((await cast.client.get(PATH)).json()["items"]) == 2
    assert (await cast.coordinator.get(path)).status_code == 403
    assert (await cast.other_client.get(PATH)).json()["items"] == []


async def test_sharing_taken_back_holds_at_once(cast: Cast) -> None:
    shared = await add(cast, is_shared=True)
    path = f"{PATH}/{shared.json()['id']}"
    headers = {"If-Match": shared.headers["etag"]}
    back = await cast.client.put(path, json=HARMFUL, headers=headers)
    assert back.json()["is_shared"] is False
    seen = await cast.therapist.get(f"/v1/clients/{cast.client.id}/people")
    assert seen.json()["items"] == []


async def test_a_retry_adds_nobody(cast: Cast) -> None:
    person_id = str(new_id())
    first = await add(cast, id=person_id)
    again = await add(cast, id=person_id)
    assert first.content == again.content
    assert first.json()["id"] == person_id
    other = await add(cast, id=person_id, nickname="N.")
    assert (other.status_code, other.json()["code"]) == (409, "id-in-use")
    assert len((await cast.client.get(PATH)).json()["items"]) == 1


async def test_only_version_7_ids_are_taken(cast: Cast) -> None:
    answer = await add(cast, id="6fa459ea-ee8a-4ca4-894e-db77e160355e")
    assert answer.status_code == 422


async def test_each_change_gets_a_number_for_the_devices(cast: Cast) -> None:
    await add(cast)
    await add(cast, nickname="N.")
    async with cast.store.reader() as db:
        rows = await service.people_aliases(db, caller_of(cast), cast.client.id)
    assert [row.changed_seq for row in rows] == [1, 2]


def caller_of(cast: Cast) -> Any:
    from api.access.caller import Caller
    from api.access.permissions import Role

    client = cast.client
    return Caller(
        client.practice_id, client.id, frozenset({Role.CLIENT}), client.sign_in_id
    )


async def test_another_clients_person_is_absent(cast: Cast) -> None:
    person = (await add(cast)).json()
    path, absent = f"{PATH}/{person['id']}", f"{PATH}/{new_id()}"
    for part in ("other_client", "separated", "foreign_client"):
        someone = cast.people[part]
        for method in ("GET", "PUT"):
            body = {"json": HARMFUL, "headers": {"If-Match": '"v1"'}}
            more = body if method == "PUT" else {}
            there = await someone.ask(method, path, **more)
            assert there.status_code == 404
            assert there.content == (await someone.ask(method, absent, **more)).content
