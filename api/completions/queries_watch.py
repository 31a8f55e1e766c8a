"""What the early-warning rules look back at: a client's runs around one, oldest first."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.completions.merge import State
from api.completions.queries import Row
from api.completions.tables import Completion

MOST_SCORES = 500

_C = Completion.__table__.c  # type: ignore[attr-defined]
_LIGHT = (
    _C.id,
    _C.save,
    _C.started_at,
    _C.ended_at,
    _C.exercise_version_id,
    _C.level,
    _C.kept_back,
    _C.hidden_points,
    _C.shared_until,
    _C.points,
)


async def around(
    db: AsyncSession,
    practice_id: UUID,
    client_id: UUID,
    *,
    at: datetime,
    ident: UUID,
    exercise_id: UUID | None,
    reach: int,
) -> list[Row]:
    """Return a run and up to `reach` ended ones on either side of it, with answers.

    Of one exercise, or of all where none is named.
    """
    scope = [*_ended(practice_id, client_id)]
    if exercise_id is not None:
        scope.append(_C.exercise_id == exercise_id)
    here = and_(_C.ended_at == at, _C.id <= ident)
    before = or_(_C.ended_at < at, here)
    query = select(*_LIGHT, _C.document).where(*scope)
    earlier = query.where(before).order_by(_C.ended_at.desc(), _C.id.desc())
    later = query.where(~before).order_by(_C.ended_at, _C.id)
    connection = await db.connection()
    found = (await connection.execute(earlier.limit(reach + 1))).mappings().all()
    after = (await connection.execute(later.limit(reach))).mappings().all()
    return [dict(row) for row in (*reversed(found), *after)]


async def scores(
    db: AsyncSession, practice_id: UUID, client_id: UUID, exercise_id: UUID
) -> list[Row]:
    """Return the readings of all ended runs of a questionnaire, without answers."""
    query = (
        select(*_LIGHT)
        .where(*_ended(practice_id, client_id), _C.exercise_id == exercise_id)
        .order_by(_C.ended_at, _C.id)
        .limit(MOST_SCORES)
    )
    connection = await db.connection()
    return [dict(row) for row in (await connection.execute(query)).mappings()]


async def before_it(
    db: AsyncSession, practice_id: UUID, client_id: UUID, row: Row
) -> Row | None:
    """Return the run of the same exercise that was begun last before one, with answers."""
    query = (
        select(*_LIGHT, _C.document)
        .where(
            _C.practice_id == practice_id,
            _C.client_id == client_id,
            _C.exercise_id == row["exercise_id"],
            _C.id != row["id"],
            _C.started_at <= row["started_at"],
        )
        .order_by(_C.started_at.desc(), _C.id.desc())
        .limit(1)
    )
    connection = await db.connection()
    found = (await connection.execute(query)).mappings().first()
    return None if found is None else dict(found)


def _ended(practice_id: UUID, client_id: UUID) -> tuple[ColumnElement[Any], ...]:
    return (
        _C.practice_id == practice_id,
        _C.client_id == client_id,
        _C.state != State.IN_PROGRESS,
    )
