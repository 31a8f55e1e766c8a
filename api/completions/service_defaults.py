"""What is shared by default, said anew when moves arrive late.

A device may tell of a grant, or of one taken back, after the runs it concerns.
"""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from api.access.caller import Caller
from api.completions import queries, service_terms, service_watch
from api.completions.assembling import assemble_sharing
from api.completions.queries import Row
from api.completions.sharing import Level
from api.completions.tables import Completion
from api.completions.terms import Begun, default_at
from api.exercises import service as exercises


async def settle_defaults(
    db: AsyncSession, caller: Caller, assignment_ids: Collection[UUID], change: int
) -> None:
    """Write the default levels that the moves of some assignments come to now."""
    rows = await _runs_of(db, caller, assignment_ids)
    begun = await service_terms.begun_many(
        db, caller, {(row["assignment_id"], row["terms_revision"]) for row in rows}
    )
    moves: service_terms.Moves = {
        one: await service_terms.moves_of(db, caller.practice_id, one)
        for one in {row["assignment_id"] for row in rows}
    }
    for row in rows:
        terms = begun[(row["assignment_id"], row["terms_revision"])]
        level = default_at(
            terms.terms_level,
            moves[row["assignment_id"]],
            row["ended_at"] or row["started_at"],
        )
        if level is not row["default_level"]:
            await _write(db, caller, row, terms, level, change)


async def _runs_of(
    db: AsyncSession, caller: Caller, assignment_ids: Collection[UUID]
) -> list[Row]:
    query = select(
        col(Completion.id),
        col(Completion.assignment_id),
        col(Completion.terms_revision),
        col(Completion.started_at),
        col(Completion.ended_at),
        col(Completion.default_level),
        col(Completion.version),
    ).where(
        col(Completion.practice_id) == caller.practice_id,
        col(Completion.client_id) == caller.id,
        col(Completion.assignment_id).in_(assignment_ids),
    )
    connection = await db.connection()
    return [dict(row) for row in (await connection.execute(query)).mappings()]


async def _write(
    db: AsyncSession, caller: Caller, row: Row, terms: Begun, level: Level, change: int
) -> None:
    compiled = await exercises.compiled(
        db, caller.practice_id, terms.exercise_version_id
    )
    changes = await queries.changes_of(db, caller.practice_id, caller.id, row["id"])
    values = assemble_sharing(compiled, map(queries.to_change, changes), level)
    values |= {"changed_seq": change, "version": row["version"] + 1}
    await queries.change(db, caller.practice_id, row["id"], values)
    await service_watch.sharing_changed(db, caller, row["id"], values)
