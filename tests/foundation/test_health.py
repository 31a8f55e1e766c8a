"""Alive, ready, and refusing a schema it was not written for."""

from pathlib import Path

import httpx
import pytest

from api.foundation.database import Database
from api.foundation.health import StaleSchema, refuse_stale_schema
from api.foundation.settings import Settings
from tests.cast import Cast


async def test_a_running_service_is_alive_and_ready(http: httpx.AsyncClient) -> None:
    assert (await http.get("/livez")).status_code == 204
    assert (await http.get("/readyz")).status_code == 204


async def test_the_cast_is_signed_in(cast: Cast) -> None:
    assert cast.client.token != cast.therapist.token


async def test_metrics_are_hidden_without_the_operators_token(
    http: httpx.AsyncClient,
) -> None:
    assert (await http.get("/metrics")).status_code == 404


async def test_start_up_names_the_command_that_mends_a_stale_schema(
    tmp_path: Path,
) -> None:
    settings = Settings(
        database_url=f"sqlite+aiosqlite:///{tmp_path}/empty.db", demo=True
    )
    database = Database(settings)
    with pytest.raises(StaleSchema, match="cli migrate"):
        await refuse_stale_schema(database, "0001")
    await database.close()
