"""What the database's troubles are told as: a later try, or a fault of ours."""

import asyncio
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from starlette.requests import Request

from api.foundation.database import Database
from api.foundation.errors import on_error
from api.foundation.straight import told
from api.practices.tables import Practice
from tests.cast import LONG_AGO, Cast

NOWHERE = Request({"type": "http", "method": "GET", "path": "/", "headers": []})


async def status_of(error: Exception) -> int:
    return (await on_error(NOWHERE, error)).status_code


class _Refusal(Exception):
    def __init__(self, sqlstate: str) -> None:
        self.sqlstate = sqlstate


@pytest.mark.parametrize("sqlstate", ["40P01", "40001", "57P01", "08006", "53300"])
async def test_a_trouble_that_passes_is_a_503(sqlstate: str) -> None:
    assert await status_of(DBAPIError("", {}, _Refusal(sqlstate))) == 503


@pytest.mark.parametrize("sqlstate", ["22003", "42601", "42P01", ""])
async def test_a_statement_that_will_never_do_is_our_fault(sqlstate: str) -> None:
    assert await status_of(DBAPIError("", {}, _Refusal(sqlstate))) == 500


@pytest.mark.parametrize("error", [NoConnectionFree(), ConnectionRefusedError()])
async def test_no_connection_to_be_had_is_a_503(error: Exception) -> None:
    assert await status_of(error) == 503


async def test_a_value_the_driver_cannot_send_is_not_told_as_a_passing_trouble() -> (
    None
):
    error = told(asyncpg.exceptions.NumericValueOutOfRangeError("too large"))
    assert not isinstance(error, OperationalError)


async def test_two_that_wait_for_each_other_are_told_to_try_again(
    store: Database, engine_kind: str
) -> None:
    if engine_kind == "sqlite":
        return  # one writer at a time can't wait for another
    ids = await _two_practices(store)
    results = await asyncio.gather(
        _rename(store, ids), _rename(store, ids[::-1]), return_exceptions=True
    )
    [error] = [one for one in results if isinstance(one, Exception)]
    assert await status_of(error) == 503


async def _two_practices(store: Database) -> list[UUID]:
    async with store.writer() as db:
        rows = [
            Practice(slug=slug, name=slug, zone="UTC", opened_at=LONG_AGO)
            for slug in ("one", "two")
        ]
        db.add_all(rows)
        await db.commit()
    return [row.id for row in rows]


async def _rename(store: Database, ids: list[UUID]) -> None:
    rename = text("UPDATE practice SET name = 'new' WHERE id = :id")
    async with store.writer() as db:
        connection = await db.connection()
        for practice_id in ids:
            await connection.execute(rename, {"id": practice_id})
            await asyncio.sleep(0.3)
        await db.commit()


@pytest.mark.parametrize("query", ["exercise=%00", "exercise=a%00b", "measure=%00"])
async def test_a_nul_in_the_address_is_refused(cast: Cast, query: str) -> None:
    path = f"/v1/clients/{cast.client.id}/progress?{query}"
    answer: Any = await cast.client.get(path)
    assert answer.status_code == 400
    assert answer.json()["code"] == "bad-request"
