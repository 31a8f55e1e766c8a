"""Fixtures every room shares; /CONTRIBUTING.md says how to use them."""

import os
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from pydantic import SecretStr
from sqlmodel.ext.asyncio.session import AsyncSession

from api.foundation.database import Database
from api.foundation.settings import Settings
from tests import engines
from tests.cast import Cast, gather
from tests.serving import serving

_CLUSTER = pytest.StashKey[engines.Cluster]()

hypothesis_settings.register_profile(
    "attune",
    deadline=None,  # two shared cores: slowness is measured by the bench, not here
    max_examples=int(os.environ.get("ATTUNE_EXAMPLES", "100")),
    derandomize=os.environ.get("CI") == "true",
    suppress_health_check=[HealthCheck.too_slow],
)
hypothesis_settings.load_profile("attune")


def _cluster(config: pytest.Config) -> engines.Cluster:
    """Return the run's PostgreSQL, starting it when it is first asked for."""
    if _CLUSTER not in config.stash:
        port = getattr(config, "workerinput", {}).get("attune_postgres")
        config.stash[_CLUSTER] = (
            engines.Cluster(port) if port else engines.Cluster.start()
        )
    return config.stash[_CLUSTER]


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell each xdist worker where the one PostgreSQL of this run listens."""
    if "postgres" in engines.kinds():
        node.workerinput["attune_postgres"] = _cluster(node.config).port


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the PostgreSQL this process started."""
    if _CLUSTER in config.stash:
        config.stash[_CLUSTER].stop()


@pytest.fixture(scope="session", params=engines.kinds())
def engine_kind(request: pytest.FixtureRequest) -> str:
    """Which engine this test runs on."""
    return str(request.param)


@pytest.fixture(scope="session")
def engine(
    engine_kind: str, request: pytest.FixtureRequest
) -> Iterator[engines.Engine]:
    """The engine with a migrated template."""
    if engine_kind == "postgres":
        worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
        postgres = engines.Postgres(_cluster(request.config), f"attune_{worker}")
        yield postgres
        postgres.close()
        return
    folder = engines.scratch()
    yield engines.Sqlite(folder)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def database(engine: engines.Engine) -> str:
    """URL of an empty, migrated database."""
    return engine.fresh()


@pytest.fixture
def clean(engine: engines.Engine, database: str) -> Callable[[], None]:
    """Empties the test's database again, for the next Hypothesis example."""
    assert database
    return engine.clean


@pytest.fixture
def settings(database: str) -> Settings:
    """Settings for the test's database; hashing is cheap, nothing runs beside."""
    return Settings(
        database_url=database,
        secret_key=SecretStr("a secret of the tests, long enough to be accepted"),
        password_hash_memory_kib=8,
        throttle_attempts=100_000,
        worker_in_process=False,
        log_level="warning",
    )


@pytest.fixture
async def store(settings: Settings) -> AsyncIterator[Database]:
    """The open database, for tests that speak to services without HTTP."""
    opened = Database(settings)
    yield opened
    await opened.close()


@pytest.fixture
async def db(store: Database) -> AsyncIterator[AsyncSession]:
    """One writing session, rolled back at the end; not beside `http` on SQLite."""
    async with store.writer() as session:
        yield session
        await session.rollback()


@pytest.fixture
def app(settings: Settings) -> FastAPI:
    """The whole service, not started."""
    from api.main import create_app  # tests of pure rules don't load the service

    return create_app(settings)


@pytest.fixture
async def http(app: FastAPI, settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the running service, in process."""
    async with serving(app, base_url=settings.public_url) as client:
        yield client


@pytest.fixture
async def cast(store: Database, http: httpx.AsyncClient) -> Cast:
    """Everyone of the cast, signed in, in an otherwise empty database."""
    return await gather(store, http)
