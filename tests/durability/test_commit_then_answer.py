"""Law 2: the transaction is committed before the first byte of the answer leaves."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.foundation.database import Database, Db
from api.foundation.routing import room
from tests.serving import serving

# The foreign key is looked at when the transaction commits, on both engines.
PROMISE = """
CREATE TABLE promise (
    id INTEGER PRIMARY KEY,
    kept_by INTEGER REFERENCES promise (id) DEFERRABLE INITIALLY DEFERRED
)
"""
router = room("/promises", "promises")


@router.post("/{number}", status_code=201)
async def promise(number: int, db: Db, kept_by: int | None = None) -> dict[str, int]:
    await db.exec(
        text("INSERT INTO promise VALUES (:id, :by)").bindparams(  # type: ignore[call-overload]
            id=number, by=kept_by
        )
    )
    return {"id": number}


async def rows(store: Database) -> int:
    """Count through a connection of our own: what is not committed is not there."""
    async with store.reading.connect() as connection:
        found = await connection.execute(text("SELECT count(*) FROM promise"))
        return int(found.scalar_one())


class Spy:
    """Counts the committed rows at the moment the answer begins."""

    def __init__(self, app: ASGIApp, store: Database) -> None:
        self.app = app
        self.store = store
        self.seen: list[tuple[int, int]] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def spying(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.seen.append((message["status"], await rows(self.store)))
            await send(message)

        await self.app(scope, receive, spying if scope["type"] == "http" else send)


@pytest.fixture
async def spy(app: FastAPI, store: Database) -> AsyncIterator[Spy]:
    async with store.writing.begin() as connection:
        await connection.execute(text(PROMISE))
    app.include_router(router)
    yield Spy(app, store)
    async with store.writing.begin() as connection:
        await connection.execute(text("DROP TABLE promise"))


@pytest.fixture
async def caller(spy: Spy) -> AsyncIterator[httpx.AsyncClient]:
    async with serving(spy, raise_errors=False) as http:
        yield http


async def test_the_row_is_committed_when_the_answer_begins(
    spy: Spy, caller: httpx.AsyncClient
) -> None:
    assert (await caller.post("/promises/1")).status_code == 201
    assert spy.seen == [(201, 1)]


async def test_a_commit_that_is_refused_becomes_an_error_answer(
    spy: Spy, caller: httpx.AsyncClient
) -> None:
    answer = await caller.post("/promises/1?kept_by=99")
    assert answer.status_code == 409
    assert answer.json()["code"] == "conflict"
    assert spy.seen == [(409, 0)]


async def test_many_at_once_are_all_committed_before_their_answers(
    spy: Spy, caller: httpx.AsyncClient
) -> None:
    await asyncio.gather(*(caller.post(f"/promises/{n}") for n in range(1, 21)))
    assert [status for status, _ in spy.seen] == [201] * 20
    assert all(seen >= at for at, (_, seen) in enumerate(spy.seen, start=1))
