"""`make run`: migrate, seed once, issue a fresh enrolment code, serve on loopback.

Running it again keeps the data. It never touches a practice it did not make, and
listens on 127.0.0.1 only.
"""

import asyncio
import json
import os
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from uuid import UUID

import pyotp
import uvicorn
from alembic import command
from alembic.config import Config
from sqlmodel.ext.asyncio.session import AsyncSession

from api.demo import cast, seed
from api.exercises import service as exercises
from api.foundation import clock
from api.foundation.crypto import Keys
from api.foundation.database import Database
from api.foundation.settings import Settings
from api.main import create_app
from api.people import service_clients as clients
from api.practices import service as practices
from api.programmes import service_definitions as programmes

ALEMBIC = Path(__file__).parents[2] / "alembic.ini"
HOST = "127.0.0.1"
SIGN_IN_FILE = "demo-sign-in.json"
Say = Callable[[str], None]


class DemoRefused(Exception):
    """The demo can't start; the message says why and what to do."""


@dataclass(frozen=True)
class SignIn:
    """How to come in; also in `var/demo-sign-in.json`, for the walkthrough."""

    url: str
    practice: str
    login: str
    password: str
    totp_secret: str
    colleague: str
    colleague_totp_secret: str
    practice_id: str
    therapist_id: str
    client_id: str
    client: str
    enrolment_code: str


def run(folder: Path, port: int, say: Say) -> None:
    """Do everything `make run` promises; returns when the server is told to end."""
    listening = listen(port)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    settings = settings_for(folder, listening.getsockname()[1])
    say(f"Database   {_where(settings)}: bringing it up to date")
    command.upgrade(Config(ALEMBIC, attributes=_quietly(settings)), "head")
    sign_in = asyncio.run(ready(settings, folder, say))
    say(welcome(sign_in))
    config = uvicorn.Config(
        create_app(settings),
        loop="uvloop",
        http="httptools",
        log_level="warning",
        access_log=False,
        server_header=False,
    )
    # The server shuts down in order, then hands Ctrl+C on; nobody needs it after that.
    with listening, suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[listening])
    say("\nEnded. Everything is kept; `make run` goes on with it.")


def settings_for(folder: Path, port: int) -> Settings:
    """Return the demo's settings: the environment's, on loopback, with a demo secret."""
    given = os.environ.get("ATTUNE_DATABASE_URL")
    here = f"sqlite+aiosqlite:///{folder / 'attune.db'}"
    return Settings(
        demo=True,
        database_url=given or here,
        public_url=f"http://{HOST}:{port}",
        log_level="warning",
    )


async def ready(settings: Settings, folder: Path, say: Say) -> SignIn:
    """Load the library, seed once, issue today's code; raise DemoRefused."""
    database = Database(settings)
    kept = folder / SIGN_IN_FILE
    try:
        sign_in = await _existing(database, kept)
        if sign_in is None:
            sign_in = await _seeded(database, settings, kept, say)
        else:
            added = await _library_again(database, UUID(sign_in.practice_id))
            say(
                f"Practice   harbour is here; its data is kept ({added} new in the library)"
            )
        sign_in = await _with_code(database, settings, sign_in)
    finally:
        await database.close()
    _keep(kept, sign_in)
    return sign_in


async def _library_again(database: Database, practice_id: UUID) -> int:
    """Bring in what the library has gained since; what is known stays as it is."""
    async with database.writer() as db:
        added = await exercises.load_library(db, practice_id)
        added += await programmes.load_library(db, practice_id)
        await db.commit()
    return added


async def _existing(database: Database, kept: Path) -> SignIn | None:
    async with database.reader() as db:
        practice_id = await practices.named(db, cast.PRACTICE)
    if practice_id is None:
        return None
    sign_in = _kept(kept)
    if sign_in is None or sign_in.practice_id != str(practice_id):
        msg = (
            f"This database has a practice named {cast.PRACTICE} that is not the demo "
            f"of this folder ({kept} does not fit it). Nothing was changed. Remove the "
            "folder, or name another: make run ARGS='--folder var/another'"
        )
        raise DemoRefused(msg)
    return sign_in


async def _seeded(
    database: Database, settings: Settings, kept: Path, say: Say
) -> SignIn:
    """Seed in one transaction: an interrupted seeding leaves nothing behind."""
    keys = Keys(settings.secret_key.get_secret_value())
    ground = await cast.prepare(settings, keys)
    async with database.writer() as db:
        people = await seed.plant(
            db, ground, clock.now(), say, is_sqlite=database.is_sqlite
        )
        sign_in = SignIn(
            url=settings.public_url,
            practice=cast.PRACTICE,
            login=cast.THERAPIST,
            password=cast.PASSWORD,
            totp_secret=people.totp_secrets[cast.THERAPIST],
            colleague=cast.COLLEAGUE,
            colleague_totp_secret=people.totp_secrets[cast.COLLEAGUE],
            practice_id=str(people.client.practice_id),
            therapist_id=str(people.therapist.id),
            client_id=str(people.client.id),
            client=people.client_name,
            enrolment_code="",
        )
        _keep(kept, sign_in)
        await db.commit()
    return sign_in


async def _with_code(database: Database, settings: Settings, sign_in: SignIn) -> SignIn:
    async with database.writer() as db:
        code = await _fresh_code(db, settings, sign_in)
        await db.commit()
    return replace(sign_in, url=settings.public_url, enrolment_code=code)


async def _fresh_code(db: AsyncSession, settings: Settings, sign_in: SignIn) -> str:
    therapist = cast.staff_caller(
        UUID(sign_in.practice_id),
        UUID(sign_in.therapist_id),
        cast.THERAPIST_ONLY,
    )
    client_id = UUID(sign_in.client_id)
    return (await clients.issue_code(db, settings, therapist, client_id)).text


def _kept(path: Path) -> SignIn | None:
    return SignIn(**json.loads(path.read_text())) if path.exists() else None


def _keep(path: Path, sign_in: SignIn) -> None:
    path.touch(mode=0o600)
    path.write_text(json.dumps(asdict(sign_in), indent=1) + "\n")


def listen(port: int) -> socket.socket:
    """Take the port before anything is made, so that a taken one costs nothing."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((HOST, port))
    except OSError as error:
        listening.close()
        msg = f"Port {port} is taken. Use another: make run ARGS='--port {port + 1}'"
        raise DemoRefused(msg) from error
    return listening


def _quietly(settings: Settings) -> dict[str, object]:
    return {"url": settings.database_url, "quiet": True}


def _where(settings: Settings) -> str:
    if settings.is_sqlite:
        return settings.database_url.partition("///")[2]
    return "PostgreSQL"


def welcome(sign_in: SignIn) -> str:
    """Say where everything is and how to sign in."""
    code = pyotp.TOTP(sign_in.totp_secret).now()
    return f"""
Attune's demo practice is open. Not for real people: its secrets are printed here.

  Docs          {sign_in.url}/docs      OpenAPI  {sign_in.url}/openapi.json
  See it work   make walkthrough ARGS="--url {sign_in.url}"   (in a second terminal)

  Therapist     practice {sign_in.practice}, login {sign_in.login}
  Password      {sign_in.password}
  TOTP secret   {sign_in.totp_secret}   (code now: {code}; each works once)
  Colleague     login {sign_in.colleague} (owner), same password,
                TOTP secret {sign_in.colleague_totp_secret}
  Client        {sign_in.client}, id {sign_in.client_id}
  Enrolment     {sign_in.enrolment_code}   (binds one device, once, within a day)

  An access token for the therapist, to paste into "Authorize" or to ask with:
      TOKEN=$(.venv/bin/python -m examples.sign_in)
      curl -H "Authorization: Bearer $TOKEN" {sign_in.url}/v1/clients
      curl -H "Authorization: Bearer $TOKEN" \\
        {sign_in.url}/v1/clients/{sign_in.client_id}/adherence

Ctrl+C ends it; what is in it stays."""
