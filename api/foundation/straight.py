"""The straight path: Core statements, compiled once, run on the driver itself.

For hot paths only. It keeps what matters of the usual path (connection settings,
column types, errors, one transaction, committed before it returns) and leaves out what
costs most: SQLAlchemy's execution layer, and the round trips of BEGIN and COMMIT where
one statement is the whole transaction. On SQLite, writes that wait together commit
together; each stands or falls alone.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import aiosqlite
import asyncpg
from sqlalchemy import Dialect, exc
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import PoolProxiedConnection
from sqlalchemy.sql import ClauseElement
from sqlalchemy.types import TypeEngine
from sqlalchemy.util import greenlet_spawn

Rows = list[Any]
"""Rows as the driver gives them: sequences of values in the statement's order."""

Params = Mapping[str, Any]
_Convert = Callable[[Any], Any] | None


@dataclass(frozen=True)
class Compiled:
    """A statement for one engine: its text, and how values go in and come out."""

    sql: str
    binds: tuple[tuple[str, _Convert], ...]
    constants: dict[str, Any]
    readers: tuple[tuple[int, Callable[[Any], Any]], ...]

    def arguments(self, params: Params) -> list[Any]:
        """Put values in the statement's order; a missing one is a KeyError."""
        values = {**self.constants, **params} if self.constants else params
        return [
            values[name] if convert is None else convert(values[name])
            for name, convert in self.binds
        ]

    def rows(self, found: Iterable[Sequence[Any]]) -> Rows:
        """Make of what the driver found what the column types promise."""
        if not self.readers:
            return list(found)
        rows = [list(row) for row in found]
        for row in rows:
            for place, convert in self.readers:
                row[place] = convert(row[place])
        return rows


class Statement:
    """A Core statement with `bindparam`s; make it once, at module level."""

    def __init__(self, core: ClauseElement) -> None:
        self._core = core
        self._compiled: dict[str, Compiled] = {}

    def on(self, dialect: Dialect) -> Compiled:
        """Return the form for an engine; compiled at the first call."""
        found = self._compiled.get(dialect.name)
        if found is None:
            found = self._compiled[dialect.name] = _compile(self._core, dialect)
        return found


Step = tuple[Statement, Params]


def _compile(core: ClauseElement, dialect: Dialect) -> Compiled:
    made: Any = core.compile(dialect=dialect)
    readers = [
        _implementation(column.type, dialect).result_processor(dialect, None)
        for column in getattr(core, "exported_columns", ())
    ]
    return Compiled(
        sql=made.string,
        binds=tuple(
            (
                name,
                _implementation(made.binds[name].type, dialect).bind_processor(dialect),
            )
            for name in made.positiontup
        ),
        constants={
            name: bind.effective_value
            for name, bind in made.binds.items()
            if not bind.required
        },
        readers=tuple((i, read) for i, read in enumerate(readers) if read is not None),
    )


def _implementation(kind: TypeEngine[Any], dialect: Dialect) -> TypeEngine[Any]:
    return kind.dialect_impl(dialect)


Ready = Sequence[tuple[Compiled, Sequence[Any]]]
Outcome = list[Rows] | BaseException
_Waiting = tuple[Ready, "asyncio.Future[list[Rows]]"]


class _Group:
    """SQLite's one writer: who waits meanwhile is committed together (group commit).

    Each unit has its own savepoint, so that one that is refused takes nothing of
    another with it. Nobody is answered before the commit.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._waiting: list[_Waiting] = []
        self._at_work: asyncio.Task[None] | None = None

    async def write(self, steps: Ready) -> list[Rows]:
        """Join the next group and wait for its commit."""
        done: asyncio.Future[list[Rows]] = asyncio.get_running_loop().create_future()
        self._waiting.append((steps, done))
        if self._at_work is None:
            self._at_work = asyncio.create_task(self._work())
        return await done

    async def close(self) -> None:
        """Wait until nobody waits."""
        while self._at_work is not None:
            await self._at_work

    async def _work(self) -> None:
        while self._waiting:
            group: list[_Waiting] = []
            try:
                outcomes = await self._commit(group)
            except Exception as error:
                if not group:
                    group, self._waiting = self._waiting, []
                outcomes = [told(error)] * len(group)
            for (_, done), outcome in zip(group, outcomes, strict=True):
                if done.done():  # who waited has gone; what they asked for stands
                    continue
                if isinstance(outcome, BaseException):
                    done.set_exception(outcome)
                else:
                    done.set_result(outcome)
        self._at_work = None

    async def _commit(self, group: list["_Waiting"]) -> Sequence[Outcome]:
        """Take everybody who waits into `group`; commit in one hop to the thread."""
        connection = await greenlet_spawn(self._engine.sync_engine.raw_connection)
        try:
            group += self._waiting
            self._waiting = []
            driver: Any = connection.driver_connection
            return await driver._execute(  # type: ignore[no-any-return]
                _commit_together, driver._conn, [steps for steps, _ in group]
            )
        finally:
            await greenlet_spawn(connection.close)


def _commit_together(
    connection: sqlite3.Connection, units: Sequence[Ready]
) -> list[Outcome]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        outcomes = [_one_unit(connection, unit) for unit in units]
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return outcomes


def _one_unit(connection: sqlite3.Connection, unit: Ready) -> Outcome:
    connection.execute("SAVEPOINT unit")
    try:
        found = [
            compiled.rows(connection.execute(compiled.sql, arguments).fetchall())
            for compiled, arguments in unit
        ]
    except sqlite3.IntegrityError as error:
        connection.execute("ROLLBACK TO unit")
        connection.execute("RELEASE unit")
        return told(error)
    connection.execute("RELEASE unit")
    return found


class Straight:
    """A few connections of their own for reading and writing without a session."""

    def __init__(self, reading: AsyncEngine, writing: AsyncEngine, size: int) -> None:
        self._reading = reading
        self._dialect = reading.dialect
        self._places = asyncio.Semaphore(size)
        self._free: list[PoolProxiedConnection] = []
        self._group = _Group(writing) if writing.dialect.name == "sqlite" else None

    async def read(self, statement: Statement, params: Params) -> Rows:
        """Run one statement that reads; on PostgreSQL it may write, and has committed."""
        compiled = statement.on(self._dialect)
        arguments = compiled.arguments(params)
        async with self._places:
            connection = await self._take()
            try:
                found = await _fetch(
                    connection.driver_connection, compiled.sql, arguments
                )
            except BaseException as error:
                await self._after(connection, error)
                raise told(error) from None
            self._free.append(connection)
        return compiled.rows(found)

    async def write(self, steps: Sequence[Step]) -> list[Rows]:
        """Run the steps as one transaction; it is committed when this returns."""
        if self._group is not None:
            return await self._group.write([self._prepared(step) for step in steps])
        if len(steps) == 1:
            return [await self.read(*steps[0])]
        return await self._write_in_turn([self._prepared(step) for step in steps])

    async def close(self) -> None:
        """Close every connection of the straight path."""
        if self._group is not None:
            await self._group.close()
        while self._free:
            await greenlet_spawn(self._free.pop().close)
        await self._reading.dispose()

    def _prepared(self, step: Step) -> tuple[Compiled, list[Any]]:
        compiled = step[0].on(self._dialect)
        return compiled, compiled.arguments(step[1])

    async def _write_in_turn(
        self, steps: Sequence[tuple[Compiled, list[Any]]]
    ) -> list[Rows]:
        async with self._places:
            connection = await self._take()
            driver: Any = connection.driver_connection
            try:
                async with driver.transaction():
                    found = [
                        compiled.rows(await driver.fetch(compiled.sql, *arguments))
                        for compiled, arguments in steps
                    ]
            except BaseException as error:
                await self._after(connection, error)
                raise told(error) from None
            self._free.append(connection)
        return found

    async def _take(self) -> PoolProxiedConnection:
        if self._free:
            return self._free.pop()
        return await greenlet_spawn(self._reading.sync_engine.raw_connection)

    async def _after(
        self, connection: PoolProxiedConnection, error: BaseException
    ) -> None:
        """Keep a connection that only said no; let go of one that may be broken."""
        said_no = isinstance(error, asyncpg.PostgresError | sqlite3.Error)
        driver = connection.driver_connection
        closed = isinstance(driver, asyncpg.Connection) and driver.is_closed()
        if said_no and not closed:
            self._free.append(connection)
        else:
            await greenlet_spawn(connection.invalidate)


async def _fetch(driver: Any, sql: str, arguments: Sequence[Any]) -> Any:
    if isinstance(driver, aiosqlite.Connection):
        return await driver.execute_fetchall(sql, arguments)
    return await driver.fetch(sql, *arguments)


def told(error: BaseException) -> BaseException:
    """Return the error as SQLAlchemy would have told it, without the statement."""
    match error:
        case asyncpg.IntegrityConstraintViolationError() | sqlite3.IntegrityError():
            return exc.IntegrityError(None, None, error, hide_parameters=True)
        case asyncpg.DataError() | ValueError():  # asyncpg's own DataError is one
            return exc.DataError(None, None, error, hide_parameters=True)
        case asyncpg.SyntaxOrAccessError():  # our own fault: trying again won't help
            return exc.ProgrammingError(None, None, error, hide_parameters=True)
        case asyncpg.PostgresError() | asyncpg.InterfaceError() | sqlite3.Error():
            return exc.OperationalError(None, None, error, hide_parameters=True)
        case OSError():
            return exc.OperationalError(None, None, error, hide_parameters=True)
        case _:
            return error
