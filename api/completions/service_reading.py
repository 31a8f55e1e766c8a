"""Reading completions: one, or a page, each as its reader may see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from api.access.caller import Caller
from api.access.permissions import Right
from api.completions import queries, sharing
from api.completions.merge import State
from api.completions.queries import Row
from api.completions.sharing import Level, Reader
from api.completions.tables import Completion
from api.foundation import clock
from api.foundation.errors import NotFound
from api.people import service as people

RIGHT = Right.READ_COMPLETIONS


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is narrowed to; absent means any."""

    client_id: UUID | None = None
    assignment_id: UUID | None = None
    state: State | None = None


def reader_of(caller: Caller) -> Reader:
    """Return as whom the caller reads; a client only ever reaches their own."""
    return Reader.OWN if caller.is_client else Reader.OTHER


def readable(caller: Caller) -> Select[Any]:
    """Return the query of every completion that exists for the caller."""
    own = reader_of(caller) is Reader.OWN
    return queries.readable(own=own, now=clock.now()).where(
        people.within_reach(caller, RIGHT, col(Completion.client_id))
    )


async def one(db: AsyncSession, caller: Caller, completion_id: UUID) -> dict[str, Any]:
    """Return what the caller may see of a completion, or raise NotFound."""
    query = readable(caller).where(col(Completion.id) == completion_id)
    shown = await shown_rows(db, caller, query)
    if not shown:
        raise NotFound
    return shown[0]


async def page(
    db: AsyncSession, caller: Caller, wanted: Wanted, *, after: UUID | None, limit: int
) -> list[dict[str, Any]]:
    """Return the newest completions first, each as the caller may see it."""
    query = readable(caller)
    for column, value in (
        (col(Completion.client_id), wanted.client_id),
        (col(Completion.assignment_id), wanted.assignment_id),
        (col(Completion.state), wanted.state),
    ):
        if value is not None:
            query = query.where(column == value)
    if after is not None:
        query = query.where(col(Completion.id) < after)
    query = query.order_by(col(Completion.id).desc()).limit(limit)
    return await shown_rows(db, caller, query)


async def shown_rows(
    db: AsyncSession, caller: Caller, query: Select[Any]
) -> list[dict[str, Any]]:
    """Run a query made with `readable` and project every row for the caller."""
    connection = await db.connection()
    rows: list[Row] = [
        dict(row) for row in (await connection.execute(query)).mappings()
    ]
    return await project_rows(db, caller, rows)


async def project_rows(
    db: AsyncSession, caller: Caller, rows: Sequence[Row]
) -> list[dict[str, Any]]:
    """Project rows for the caller; what does not exist for them is left out."""
    reader = reader_of(caller)
    parts = await queries.parts_of_many(
        db,
        caller.practice_id,
        [
            (row["client_id"], row["id"])
            for row in rows
            if reader is Reader.OWN or row["level"] is Level.FULL
        ],
    )
    now = clock.now()
    projected = (
        sharing.project(
            queries.to_facts(row, _fitting(row, parts)),
            row["level"],
            frozenset(row["kept_back"]),
            reader,
            now,
        )
        for row in rows
    )
    return [shown for shown in projected if shown is not None]


def _fitting(row: Row, parts: dict[UUID, list[Row]]) -> list[Row]:
    """Return the parts of a run that were answered under the version it was."""
    return [
        part
        for part in parts.get(row["id"], ())
        if part["exercise_version_id"] == row["exercise_version_id"]
    ]
