"""Migrations go up, down and up again with data, alone or two at once."""

import asyncio
import sys

import httpx
import pytest
from alembic import command
from alembic.script import ScriptDirectory
from pydantic import SecretStr

from api.foundation.database import Database
from api.foundation.settings import Settings
from tests.cast import gather
from tests.engines import Engine, alembic_config, migrate
from tools.migration import drift, next_revision, shape
from tools.postgres import in_own_loop
from tools.sizes import ROOT

REVISIONS = [
    script.revision
    for script in ScriptDirectory.from_config(
        alembic_config("sqlite+aiosqlite://")
    ).walk_revisions()
]


def fill(url: str) -> None:
    """Put people into a database, as a practice would have them."""

    async def gather_there() -> None:
        secret = SecretStr("a secret of the tests, long enough to be accepted")
        store = Database(Settings(database_url=url, secret_key=secret))
        try:
            async with httpx.AsyncClient() as http:
                await gather(store, http)
        finally:
            await store.close()

    in_own_loop(gather_there())


def downgrade(url: str, revision: str) -> None:
    command.downgrade(alembic_config(url), revision)


def test_migrations_make_exactly_the_declared_tables(engine: Engine) -> None:
    assert drift(engine.bare("migrated"), engine.bare("declared")) is None


@pytest.mark.parametrize("revision", REVISIONS)
def test_each_goes_down_and_up_again_over_data(engine: Engine, revision: str) -> None:
    url = engine.bare("journey")
    migrate(url)
    first = in_own_loop(shape(url))
    fill(url)
    downgrade(url, f"{revision}-1")
    migrate(url)
    assert in_own_loop(shape(url)) == first


def test_all_the_way_down_leaves_nothing_and_up_again_works(engine: Engine) -> None:
    url = engine.bare("journey")
    migrate(url)
    fill(url)
    downgrade(url, "base")
    assert in_own_loop(shape(url)) == set()
    migrate(url)
    fill(url)


def test_migrating_twice_changes_nothing(engine: Engine) -> None:
    url = engine.bare("journey")
    migrate(url)
    fill(url)
    migrate(url)
    with pytest.raises(Exception, match=r"(?i)unique"):
        fill(url)  # the slug of the practice is still taken


@pytest.mark.slow
async def test_two_migrators_at_once_do_the_work_once(engine: Engine) -> None:
    url = engine.bare("race")
    alembic = [sys.executable, "-m", "alembic", "-x", f"url={url}", "upgrade", "head"]
    racing = [
        await asyncio.create_subprocess_exec(
            *alembic, cwd=ROOT, stderr=asyncio.subprocess.PIPE
        )
        for _ in range(2)
    ]
    said = await asyncio.gather(*(process.communicate() for process in racing))
    ran = [
        sum(b"Running upgrade" in line for line in errors.splitlines())
        for _, errors in said
    ]
    assert [process.returncode for process in racing] == [0, 0], said
    assert sorted(ran) == [0, len(REVISIONS)]


def test_the_next_migration_is_numbered_after_the_last() -> None:
    assert next_revision() == f"{int(max(REVISIONS)) + 1:04d}"
