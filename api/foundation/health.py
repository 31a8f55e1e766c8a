"""Is it alive, is it ready, how is it doing: for operators and their machines."""

import hmac
from pathlib import Path
from typing import Annotated

from alembic.config import Config
from alembic.script import ScriptDirectory
from fastapi import APIRouter, Header, Request, Response
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from api.foundation.database import Database, database_of
from api.foundation.errors import NotFound, Unavailable
from api.foundation.settings import Settings

MIGRATIONS = Path(__file__).parents[2] / "migrations"

router = APIRouter(tags=["operations"])


class StaleSchema(RuntimeError):
    """The database is at another revision than this code."""


def expected_revision() -> str | None:
    """Return the newest migration that this code knows."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return ScriptDirectory.from_config(config).get_current_head()


async def schema_revision(database: Database) -> str | None:
    """Return the migration that the database is at, or None for an empty one."""
    try:
        async with database.reading.connect() as connection:
            found = await connection.execute(
                text("SELECT version_num FROM alembic_version")
            )
            return found.scalar()
    except DBAPIError:
        return None


async def refuse_stale_schema(database: Database, expected: str | None) -> None:
    """Raise StaleSchema, naming the command that mends it."""
    found = await schema_revision(database)
    if found != expected:
        msg = (
            f"The database is at revision {found or 'none'}, this code needs "
            f"{expected}. Run: python -m api.cli migrate"
        )
        raise StaleSchema(msg)


@router.get("/livez", operation_id="livez", status_code=204)
async def livez() -> None:
    """Say that the process runs. Looks at nothing else."""


@router.get("/readyz", operation_id="readyz", status_code=204)
async def readyz(request: Request) -> None:
    """Say whether requests can be answered: database reachable, schema current."""
    found = await schema_revision(database_of(request))
    if found is None or found != request.app.state.revision:
        raise Unavailable(headers={"Retry-After": "5"})


@router.get("/metrics", include_in_schema=False)
async def metrics(
    request: Request, authorization: Annotated[str | None, Header()] = None
) -> Response:
    """Give Prometheus its text; needs the operator's token outside the demo."""
    settings: Settings = request.app.state.settings
    if not settings.demo and not _is_operator(settings, authorization):
        raise NotFound
    return Response(request.app.state.metrics.text(), media_type="text/plain")


def _is_operator(settings: Settings, authorization: str | None) -> bool:
    if settings.metrics_token is None or authorization is None:
        return False
    wanted = f"Bearer {settings.metrics_token.get_secret_value()}"
    return hmac.compare_digest(authorization.encode(), wanted.encode())
