"""The operator's commands: migrate, serve, worker, demo, library, practices.

They speak to the database directly; none of them shows what a client wrote.
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any, Never
from uuid import UUID

import typer
import uvicorn
from alembic import command
from alembic.config import Config
from pydantic import TypeAdapter, ValidationError
from sqlmodel.ext.asyncio.session import AsyncSession

from api import worker as due_jobs
from api.access import service_members as members
from api.access.permissions import Role
from api.demo import run as demo_practice
from api.exercises import service as exercises
from api.foundation import health
from api.foundation.database import Database
from api.foundation.errors import ApiError
from api.foundation.journal import Actor
from api.foundation.schemas import Name, Slug, Zone
from api.foundation.settings import Settings, load
from api.instruments import registry
from api.practices import service as practices
from api.programmes import service_definitions as programmes

ALEMBIC = Path(__file__).parents[1] / "alembic.ini"

app = typer.Typer(
    name="attune",
    help="Exercises between therapy appointments: the operator's commands.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
practice_app = typer.Typer(help="Practices of this installation.", no_args_is_help=True)
app.add_typer(practice_app, name="practice")
instruments_app = typer.Typer(
    help="Standard questionnaires and the texts you supply.", no_args_is_help=True
)
app.add_typer(instruments_app, name="instruments")


def stop(message: str) -> Never:
    """Say on the error stream why nothing was done, and end with status 1."""
    print(message, file=sys.stderr)
    raise typer.Exit(1)


def settings_or_stop() -> Settings:
    """Read the settings; say what is missing instead of a traceback."""
    try:
        return load()
    except ValidationError as error:
        stop("\n".join(str(fault["msg"]) for fault in error.errors()))
    except ValueError as error:
        stop(str(error))


@app.command()
def migrate(
    revision: Annotated[str, typer.Argument(help="Up to which revision")] = "head",
) -> None:
    """Bring the database up to what this version of the code needs."""
    settings = settings_or_stop()
    config = Config(ALEMBIC, attributes={"url": settings.database_url})
    command.upgrade(config, revision)
    print(f"The database is at {revision}.")


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Where to listen")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="On which port")] = 8000,
    trusted_proxy: Annotated[
        str | None,
        typer.Option(help="Address of the proxy whose X-Forwarded-For is believed"),
    ] = None,
) -> None:
    """Serve the API. Put a proxy with timeouts in front of it outside the demo."""
    settings_or_stop()
    uvicorn.run(
        "api.main:app",
        factory=True,
        host=host,
        port=port,
        server_header=False,
        proxy_headers=trusted_proxy is not None,
        forwarded_allow_ips=trusted_proxy,
        access_log=False,
        timeout_graceful_shutdown=30,
    )


@app.command()
def worker() -> None:
    """Run the due jobs, beside servers that do not run them themselves."""
    settings = settings_or_stop()
    asyncio.run(_work(settings))


async def _work(settings: Settings) -> None:
    database = Database(settings)
    try:
        await health.refuse_stale_schema(database, health.expected_revision())
        await due_jobs.run_forever(database)
    except health.StaleSchema as error:
        stop(str(error))
    finally:
        await database.close()


@app.command()
def demo(
    folder: Annotated[
        Path, typer.Option(help="Where its data is kept, unless a database is named")
    ] = Path("var"),
    port: Annotated[int, typer.Option(help="Which port; 0 takes a free one")] = 8000,
) -> None:
    """Make a demo practice once and serve it on 127.0.0.1. Never with real people."""
    try:
        demo_practice.run(folder, port, lambda line: print(line, flush=True))
    except demo_practice.DemoRefused as refusal:
        stop(str(refusal))


@practice_app.command("create")
def create_practice(
    slug: Annotated[str, typer.Option(help="Short name to sign in at: a-z, 0-9, -")],
    name: Annotated[str, typer.Option(help="The practice's name")],
    zone: Annotated[str, typer.Option(help="IANA time zone, as Europe/Berlin")],
) -> None:
    """Open a practice and print the one-time code with which its owner joins."""
    settings = settings_or_stop()
    slug = _checked(Slug, slug, "--slug: 2 to 60 of a-z, 0-9 and single hyphens")
    name = _checked(Name, name, "--name: 1 to 120 characters")
    zone = _checked(Zone, zone, "--zone: an IANA time zone such as Europe/Berlin")
    code = asyncio.run(_open_practice(settings, slug, name, zone))
    print(f"{name} is open. Its owner joins once with this code (it expires):")
    print(f"\n    {code}\n")
    print("POST /v1/auth/accept-invitation with code, name, login and password.")


def _checked(kind: Any, value: str, rule: str) -> str:
    try:
        return str(TypeAdapter(kind).validate_python(value))
    except ValidationError:
        stop(rule)


async def _open_practice(settings: Settings, slug: str, name: str, zone: str) -> str:
    async with _writing(settings) as db:
        practice, actor = await practices.create(
            db, slug=slug, name=name, zone=zone, is_sqlite=settings.is_sqlite
        )
        texts = registry.read(settings.instrument_texts)
        await _load(db, practice.id, texts)
        code = await members.invite(db, settings, actor, [Role.OWNER])
    return code.text


@practice_app.command("invite-owner")
def invite_owner(
    slug: Annotated[str, typer.Option(help="The practice's short name")],
) -> None:
    """Print a one-time code for a further owner, when none of them can sign in."""
    code = asyncio.run(_invite_owner(settings_or_stop(), slug))
    print(
        f"A person who may own the practice joins once with this code:\n\n    {code}\n"
    )


async def _invite_owner(settings: Settings, slug: str) -> str:
    async with _writing(settings) as db:
        practice_id = await practices.named(db, slug)
        if practice_id is None:
            stop("There is no practice of that short name.")
        actor = Actor(practice_id, "system")
        code = await members.invite(db, settings, actor, [Role.OWNER])
    return code.text


@app.command("load-library")
def load_library() -> None:
    """Give every practice the library of this version; old versions stay readable."""
    added = asyncio.run(_load_library(settings_or_stop()))
    print(f"{added} new versions of exercises and programmes.")


async def _load_library(settings: Settings) -> int:
    texts = registry.read(settings.instrument_texts)
    async with _writing(settings) as db:
        ids = await practices.every_id(db)
        return sum([await _load(db, each, texts) for each in ids])


async def _load(db: AsyncSession, practice_id: UUID, texts: registry.Registry) -> int:
    """Load exercises, then the programmes made of them; return how many are new."""
    added = await exercises.load_library(db, practice_id, texts)
    return added + await programmes.load_library(db, practice_id)


@instruments_app.command("check")
def check_instruments() -> None:
    """List which instruments can be asked here and why not; check every text file.

    Ends with status 1 if a file is refused. No text is ever shown.
    """
    found = registry.read(settings_or_stop().instrument_texts)
    for line in registry.report(found):
        print(line)
    if found.refused:
        stop("\n".join(registry.faults(found)))


@asynccontextmanager
async def _writing(settings: Settings) -> AsyncIterator[AsyncSession]:
    """Give one transaction to one command; it commits at the end, or says why not."""
    database = Database(settings)
    try:
        await health.refuse_stale_schema(database, health.expected_revision())
        async with database.writer() as db:
            yield db
            await db.commit()
    except (ApiError, health.StaleSchema) as error:
        stop(str(error))
    finally:
        await database.close()


if __name__ == "__main__":
    app()
