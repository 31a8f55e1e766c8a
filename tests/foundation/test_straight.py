import asyncio
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError
from sqlmodel import col
from sqlmodel import select as select_row

from api.foundation.database import Database
from api.foundation.ids import new_id
from api.foundation.straight import Statement
from api.people.tables import Client, ClientState
from api.practices.tables import Practice

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ADD_PRACTICE = Statement(insert(Practice))
ADD_CLIENT = Statement(insert(Client))
CLIENTS = Statement(
    select(
        col(Client.id),
        col(Client.nickname),
        col(Client.state),
        col(Client.created_at),
        col(Client.change_seq),
    ).where(col(Client.practice_id) == bindparam("practice"))
)
RAISE_SEQ = Statement(
    update(Client)
    .where(col(Client.practice_id) == bindparam("practice"))
    .values(change_seq=col(Client.change_seq) + 1)
    .returning(col(Client.change_seq))
)


def practice() -> dict[str, Any]:
    return {
        "id": new_id(),
        "slug": "harbour",
        "name": "Harbour",
        "zone": "Europe/Berlin",
        "opened_at": NOON,
        "version": 1,
    }


def client(practice: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "practice_id": practice["id"],
        "id": new_id(),
        "nickname": "Cleo",
        "zone": "Europe/Berlin",
        "locale": "en",
        "state": ClientState.ACTIVE,
        "version": 1,
        "change_seq": 0,
        "hides_numbers": False,
        "created_at": NOON,
    } | more


async def test_values_go_in_and_come_out_as_the_column_types_say(
    store: Database,
) -> None:
    harbour = practice()
    cleo = client(
        harbour, created_at=NOON.astimezone(timezone(timedelta(hours=2), "there"))
    )
    await store.straight.write([(ADD_PRACTICE, harbour), (ADD_CLIENT, cleo)])
    found = await store.straight.read(CLIENTS, {"practice": harbour["id"]})
    assert [tuple(row) for row in found] == [
        (cleo["id"], "Cleo", ClientState.ACTIVE, NOON, 0)
    ]
    assert found[0][3].tzinfo is UTC


async def test_one_refused_step_undoes_the_whole_unit(store: Database) -> None:
    harbour = practice()
    with pytest.raises(IntegrityError):
        await store.straight.write([(ADD_PRACTICE, harbour), (ADD_PRACTICE, harbour)])
    await store.straight.write([(ADD_PRACTICE, harbour)])


async def test_units_that_wait_together_stand_or_fall_alone(store: Database) -> None:
    harbour = practice()
    await store.straight.write([(ADD_PRACTICE, harbour)])
    cleo = client(harbour)
    ended = await asyncio.gather(
        *(store.straight.write([(ADD_CLIENT, cleo)]) for _ in range(5)),
        *(store.straight.write([(ADD_CLIENT, client(harbour))]) for _ in range(5)),
        return_exceptions=True,
    )
    assert sum(isinstance(one, IntegrityError) for one in ended) == 4
    found = await store.straight.read(CLIENTS, {"practice": harbour["id"]})
    assert len(found) == 6


async def test_no_raise_of_a_counter_is_lost(store: Database) -> None:
    harbour = practice()
    await store.straight.write([(ADD_PRACTICE, harbour), (ADD_CLIENT, client(harbour))])
    step = (RAISE_SEQ, {"practice": harbour["id"]})
    raised = await asyncio.gather(*(store.straight.write([step]) for _ in range(60)))
    assert sorted(rows[0][0][0] for rows in raised) == list(range(1, 61))


async def test_a_writer_with_a_session_and_straight_writes_take_turns(
    store: Database,
) -> None:
    harbour = practice()
    await store.straight.write([(ADD_PRACTICE, harbour), (ADD_CLIENT, client(harbour))])
    step = (RAISE_SEQ, {"practice": harbour["id"]})
    async with store.writer() as db:
        found = (await db.exec(select_row(Client).with_for_update())).one()
        found.change_seq += 10
        await db.flush()
        waits = asyncio.create_task(store.straight.write([step]))
        await asyncio.sleep(0.05)
        assert not waits.done()
        await db.commit()
    assert (await waits)[0][0][0] == 11


async def test_a_wrong_statement_is_told_as_sqlalchemy_tells_it(
    store: Database, engine_kind: str
) -> None:
    broken = Statement(select(bindparam("a", 1) / col(Client.nickname).op("!!!")(1)))
    kind = ProgrammingError if engine_kind == "postgres" else OperationalError
    with pytest.raises(kind):
        await store.straight.read(broken, {})


async def test_a_cancelled_read_breaks_nothing_for_the_next(store: Database) -> None:
    for _ in range(20):
        task = asyncio.create_task(store.straight.read(CLIENTS, {"practice": new_id()}))
        await asyncio.sleep(0)
        task.cancel()
    assert await store.straight.read(CLIENTS, {"practice": new_id()}) == []
