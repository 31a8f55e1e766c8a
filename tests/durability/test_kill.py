"""Law 2 under `kill -9`: what was acknowledged is there afterwards, on both engines."""

import asyncio
import os
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from pydantic import SecretStr
from sqlmodel import col, select

from api.completions.tables import Completion
from api.foundation.database import Database
from api.foundation.settings import Settings
from tests import engines
from tests.completions.stage import Stage
from tests.durability import load, victim
from tools.postgres import Server, private_folder

ROUNDS = int(os.environ.get("ATTUNE_KILL_ROUNDS", "25"))
pytestmark = pytest.mark.slow


@pytest.fixture
def durable(engine_kind: str) -> Iterator[str]:
    """URL of a migrated database on a real disk, with every flush left on."""
    if engine_kind == "postgres":
        with Server.start(durable=True) as server:
            url = server.create_database("kill")
            engines.migrate(url)
            yield url
        return
    folder = private_folder("attune-kill-")
    url = f"sqlite+aiosqlite:///{Path(folder) / 'attune.db'}"
    engines.migrate(url)
    yield url
    shutil.rmtree(folder, ignore_errors=True)


def opened(url: str) -> Database:
    secret = SecretStr("a secret of the tests, long enough to be accepted")
    return Database(Settings(database_url=url, secret_key=secret))


async def one_round(stage: Stage, url: str, port: int, count: int) -> dict[UUID, int]:
    """Start a server, kill it in the middle of its work; return what it acknowledged."""
    process = await asyncio.to_thread(victim.start, url, port)
    work = load.Load(stage, port, count)
    writing = asyncio.create_task(work.run())
    await asyncio.wait_for(work.reached.wait(), timeout=60)
    await asyncio.to_thread(victim.kill, process)
    await writing
    return work.acknowledged


async def saves(url: str) -> dict[UUID, int]:
    """Read what is really there."""
    store = opened(url)
    try:
        async with store.reader() as db:
            query = select(col(Completion.id), col(Completion.save))
            return dict((await db.exec(query)).all())
    finally:
        await store.close()


async def test_what_was_acknowledged_survives_kill_minus_nine(durable: str) -> None:
    store = opened(durable)
    stage = await load.settle_in(store)
    await store.close()
    chance = random.Random(9)
    port = victim.free_port()
    acknowledged: dict[UUID, int] = {}
    for _ in range(ROUNDS):
        told = await one_round(stage, durable, port, chance.randint(3, 30))
        acknowledged |= told
        kept = await saves(durable)
        lost = {one for one, save in told.items() if kept.get(one, 0) < save}
        assert lost == set()
    kept = await saves(durable)
    assert all(kept[one] >= save for one, save in acknowledged.items())
    assert len(acknowledged) >= 3 * ROUNDS
