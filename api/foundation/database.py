"""Engines, column types and `Db`: one request is one transaction.

The transaction commits before the first byte of the answer leaves (law 2). That is
what `scope="function"` does; FastAPI's default scope commits after the answer has
been sent, and loses acknowledged writes under `kill -9`.

On SQLite a writer begins with `BEGIN IMMEDIATE`: a deferred transaction that reads
and then writes loses updates silently. Writers of one process wait in one queue.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends
from sqlalchemy import JSON, DateTime, Dialect, String, event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.types import TypeDecorator, TypeEngine
from sqlmodel import Field, SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.requests import HTTPConnection

from api.foundation.ids import new_id
from api.foundation.settings import Settings
from api.foundation.straight import Straight

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class Moment(TypeDecorator[datetime]):
    """An aware moment in UTC; SQLite keeps it as sortable text without zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(
        self, value: datetime | None, dialect: Dialect
    ) -> datetime | None:
        """Refuse naive moments; hand SQLite a naive one in UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            msg = "a moment needs a zone"
            raise ValueError(msg)
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(
        self, value: datetime | None, dialect: Dialect
    ) -> datetime | None:
        """Give every moment back in UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            return value.replace(tzinfo=UTC)
        return value.astimezone(UTC)


class TextEnum(TypeDecorator[StrEnum]):
    """A StrEnum kept as its value, so that states read well in any SQL tool."""

    impl = String(32)
    cache_ok = True

    def __init__(self, members: type[StrEnum]) -> None:
        super().__init__()
        self.members = members

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Store the value; a word that is no member is refused here."""
        return None if value is None else self.members(value).value

    def process_result_value(self, value: Any, dialect: Dialect) -> StrEnum | None:
        """Give the member back."""
        return None if value is None else self.members(value)


Document: TypeEngine[Any] = JSON(none_as_null=True).with_variant(
    JSONB(none_as_null=True), "postgresql"
)
"""A JSON document: JSONB on PostgreSQL, text on SQLite."""


class PracticeRow(SQLModel):
    """A row that belongs to a practice: its key begins with the practice."""

    practice_id: UUID = Field(primary_key=True)
    id: UUID = Field(default_factory=new_id, primary_key=True)


class Database:
    """The engines of one process: one for reading, one for writing.

    `straight` has half of the connections for the hot paths.
    """

    def __init__(self, settings: Settings) -> None:
        url = make_url(settings.database_url)
        self.is_sqlite = url.get_backend_name() == "sqlite"
        kept = max(1, settings.pool_size // 2)
        others = max(1, settings.pool_size - kept)
        if self.is_sqlite:
            self.reading = _sqlite(url, others, begin="BEGIN")
            self.writing = _sqlite(url, 1, begin="BEGIN IMMEDIATE")
            hot = _sqlite(url, kept, begin="BEGIN")
        else:
            self.reading = self.writing = _postgres(url, others)
            hot = _postgres(url, kept)
        self.straight = Straight(hot, self.writing, kept)

    def reader(self) -> AsyncSession:
        """Open a session for reading; it must not write."""
        return AsyncSession(self.reading, expire_on_commit=False)

    def writer(self) -> AsyncSession:
        """Open a session that may write; whoever opens it commits it."""
        return AsyncSession(self.writing, expire_on_commit=False)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """Open a session that may write, and commit it at the end of the block.

        For routes that need a session only sometimes; all others ask for `Db`.
        """
        async with self.writer() as db:
            yield db
            await db.commit()

    async def close(self) -> None:
        """Close every connection."""
        await self.straight.close()
        await self.writing.dispose()
        if self.reading is not self.writing:
            await self.reading.dispose()


def _postgres(url: URL, pool_size: int) -> AsyncEngine:
    return create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        hide_parameters=True,
        connect_args={"server_settings": {"application_name": "attune", "jit": "off"}},
    )


def _sqlite(url: URL, pool_size: int, *, begin: str) -> AsyncEngine:
    engine = create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        hide_parameters=True,
        connect_args={"timeout": 30},
    )

    def prepare(connection: Any, _record: object) -> None:
        # The driver's own transaction control is off; `begin` below is the only one.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "secure_delete=ON",
            "trusted_schema=OFF",
            "busy_timeout=30000",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    def start(connection: Any) -> None:
        connection.exec_driver_sql(begin)

    event.listen(engine.sync_engine, "connect", prepare)
    event.listen(engine.sync_engine, "begin", start)
    return engine


def database_of(connection: HTTPConnection) -> Database:
    """Return the database that the running app opened."""
    database = connection.app.state.database
    assert isinstance(database, Database)  # noqa: S101 - a start-up fault, not input
    return database


async def get_db(connection: HTTPConnection) -> AsyncIterator[AsyncSession]:
    """Give one transaction to one request and commit it before the answer."""
    database = database_of(connection)
    reads = connection.scope["method"] in SAFE_METHODS
    async with database.reader() if reads else database.writer() as db:
        yield db
        await db.commit()


Db = Annotated[AsyncSession, Depends(get_db, scope="function")]


async def get_store(connection: HTTPConnection) -> Database:
    """Give the database itself; a hot path makes its one transaction straight on it."""
    return database_of(connection)


Store = Annotated[Database, Depends(get_store)]
