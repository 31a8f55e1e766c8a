"""Whom a caller may see."""

import pytest
from sqlmodel import col, select

from api.access.caller import Caller
from api.access.permissions import Right, Role
from api.foundation.errors import NotFound
from api.foundation.ids import new_id
from api.people import service
from api.people.tables import Client
from tests.cast import Cast, Someone


def as_caller(someone: Someone, *roles: Role) -> Caller:
    return Caller(
        someone.practice_id, someone.id, frozenset(roles), someone.sign_in_id, None
    )


async def seen(cast: Cast, caller: Caller, right: Right) -> set[str]:
    condition = service.within_reach(caller, right, col(Client.id))
    async with cast.store.reader() as db:
        query = select(Client.nickname).where(condition)
        return set((await db.exec(query)).all())


async def test_a_therapist_reaches_only_those_they_care_for(cast: Cast) -> None:
    tess = as_caller(cast.therapist, Role.THERAPIST)
    assert await seen(cast, tess, Right.READ_ASSIGNMENTS) == {"Client", "Other_Client"}


async def test_a_client_reaches_only_themself(cast: Cast) -> None:
    cleo = as_caller(cast.client, Role.CLIENT)
    assert await seen(cast, cleo, Right.READ_ASSIGNMENTS) == {"Client"}


async def test_a_coordinator_reaches_names_but_nothing_clinical(cast: Cast) -> None:
    cora = as_caller(cast.coordinator, Role.COORDINATOR)
    assert await seen(cast, cora, Right.READ_CLIENTS) == {
        "Client",
        "Other_Client",
        "Separated",
    }
    assert await seen(cast, cora, Right.READ_COMPLETIONS) == set()


async def test_out_of_reach_and_absent_are_the_same(cast: Cast) -> None:
    colin = as_caller(cast.colleague, Role.THERAPIST)
    async with cast.store.reader() as db:
        for client_id in (cast.client.id, cast.foreign_client.id, new_id()):
            with pytest.raises(NotFound):
                await service.client_for(db, colin, client_id, right=Right.READ_CLIENTS)


async def test_changes_are_counted_one_by_one(cast: Cast) -> None:
    async with cast.store.writer() as db:
        first = await service.next_change(db, cast.practice_id, cast.client.id)
        second = await service.next_change(db, cast.practice_id, cast.client.id)
    assert (first, second) == (1, 2)
    async with cast.store.writer() as db:
        with pytest.raises(NotFound):
            await service.next_change(db, cast.other_practice_id, cast.client.id)


async def test_zone_history_begins_when_the_client_came(cast: Cast) -> None:
    async with cast.store.reader() as db:
        history = await service.zone_history(db, cast.practice_id, cast.client.id)
    assert [zone for _, zone in history] == ["Europe/Berlin"]
