"""Alive, ready, and refusing a schema it was not written for."""

from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from api.foundation.database import Database
from api.foundation.health import StaleSchema, refuse_stale_schema
from api.foundation.settings import Settings
from api.main import create_app
from tests.cast import Cast, gather
from tests.serving import serving


async def test_a_running_service_is_alive_and_ready(http: httpx.AsyncClient) -> None:
    assert (await http.get("/livez")).status_code == 204
    assert (await http.get("/readyz")).status_code == 204


async def test_the_cast_is_signed_in(cast: Cast) -> None:
    assert cast.client.token != cast.therapist.token


async def test_metrics_are_hidden_without_the_operators_token(
    http: httpx.AsyncClient,
) -> None:
    assert (await http.get("/metrics")).status_code == 404


async def test_metrics_count_by_template_and_never_by_id(
    settings: Settings, store: Database
) -> None:
    changed = {"metrics_token": SecretStr("an operator's token")}
    app = create_app(settings.model_copy(update=changed))
    async with serving(app) as http:
        cast = await gather(store, http)
        await cast.therapist.get(f"/v1/clients/{cast.client.id}")
        wrong = {"Authorization": "Bearer an operator's guess"}
        assert (await http.get("/metrics", headers=wrong)).status_code == 404
        token = {"Authorization": "Bearer an operator's token"}
        text = (await http.get("/metrics", headers=token)).text
    assert 'route="/v1/clients/{client_id}"' in text
    assert str(cast.client.id) not in text


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


async def test_the_front_door_of_a_demo_leads_to_its_docs(database: str) -> None:
    app = create_app(Settings(database_url=database, demo=True))
    async with serving(app) as http:
        front = await http.get("/")
        assert (front.status_code, front.headers["location"]) == (307, "/docs")
        page = await http.get("/docs")
        assert "//cdn" not in page.text
        asset = await http.get("/docs/assets/swagger-ui.css")
        assert asset.status_code == 200


async def test_outside_the_demo_there_is_no_docs_page(http: httpx.AsyncClient) -> None:
    for path in ("/", "/docs", "/openapi.json", "/docs/assets/swagger-ui.css"):
        assert (await http.get(path)).status_code == 404
