"""Runs the migrations: both engines, one transaction, one migrator at a time.

The URL comes from the caller (`attributes["url"]`), from `alembic -x url=...`, or from
ATTUNE_DATABASE_URL. Types are written as plain SQLAlchemy, so that a migration means
the same for ever, whatever becomes of the classes it was made from.
"""

import asyncio
import logging
import os
from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool
from sqlalchemy.types import JSON, TypeDecorator

from api.all_tables import METADATA, is_made_by_ddl
from api.foundation.settings import Settings

_ONE_MIGRATOR = 0x61_74_74_75_6E_65  # "attune": the advisory lock's number


def database_url() -> str:
    """Find the database; only its URL is needed, so no secret has to be set."""
    given = context.config.attributes.get("url")
    asked = context.get_x_argument(as_dictionary=True).get("url")
    default = str(Settings.model_fields["database_url"].default)
    return str(given or asked or os.environ.get("ATTUNE_DATABASE_URL") or default)


def render_item(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Write our column types as the plain types they are stored as."""
    if kind != "type":
        return False
    if isinstance(item, JSON):
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    if isinstance(item, TypeDecorator):
        return f"sa.{item.impl_instance!r}"
    return False


def include_name(name: str | None, _kind: str, _parents: Any) -> bool:
    """Leave out what no class declares; `tools.migration` compares that itself."""
    return not is_made_by_ddl(name)


def configure(**where: Any) -> None:
    """Set Alembic up alike for a live connection and for printing SQL."""
    context.configure(
        target_metadata=METADATA,
        render_item=render_item,
        include_name=include_name,
        render_as_batch=True,
        compare_type=True,
        compare_server_default=True,
        transactional_ddl=True,
        **where,
    )


def migrate(connection: Connection) -> None:
    """Run the migrations of one connection as one transaction."""
    sqlite = connection.dialect.name == "sqlite"
    configure(connection=connection)
    with context.begin_transaction():
        if not sqlite:
            # Taken inside the transaction: before configure() Alembic would take it
            # for somebody else's transaction and roll the migrations back silently.
            connection.execute(
                text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ONE_MIGRATOR}
            )
        context.run_migrations()
        if sqlite and (orphans := connection.execute(_ORPHANS).first()):
            raise RuntimeError(f"a migration left rows without parent: {orphans[0]}")


_ORPHANS = text("PRAGMA foreign_key_check")


def open_engine(url: str) -> AsyncEngine:
    """Open a database for migrating.

    SQLite keeps foreign keys off meanwhile: batch mode rebuilds tables, and dropping
    the old one would take its children with it. The check above stands in.
    """
    engine = create_async_engine(url, poolclass=NullPool, hide_parameters=True)
    if engine.dialect.name == "sqlite":

        def prepare(connection: Any, _record: object) -> None:
            connection.isolation_level = None
            cursor = connection.cursor()
            cursor.execute("PRAGMA journal_mode=WAL")
            cursor.execute("PRAGMA foreign_keys=OFF")
            cursor.execute("PRAGMA busy_timeout=30000")
            cursor.close()

        def start(connection: Connection) -> None:
            connection.exec_driver_sql("BEGIN IMMEDIATE")

        event.listen(engine.sync_engine, "connect", prepare)
        event.listen(engine.sync_engine, "begin", start)
    return engine


async def run_online(url: str) -> None:
    """Migrate a live database."""
    engine = open_engine(url)
    try:
        async with engine.connect() as connection:
            await connection.run_sync(migrate)
    finally:
        await engine.dispose()


def run_offline(url: str) -> None:
    """Print the SQL instead of running it: `alembic upgrade head --sql`."""
    configure(dialect_name=make_url(url).get_backend_name(), literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    run_offline(database_url())
else:
    if not context.config.attributes.get("quiet"):
        logging.basicConfig(format="%(message)s")
        logging.getLogger("alembic.runtime.migration").setLevel(logging.INFO)
    asyncio.run(run_online(database_url()))
