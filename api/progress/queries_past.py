"""What adherence reads of assignments and completions; nothing decided here."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.assignments.tables import Assignment
from api.completions.sharing import Level
from api.completions.tables import Completion


async def assignments_of(
    db: AsyncSession, practice_id: UUID, client_id: UUID
) -> Sequence[Assignment]:
    """Return every assignment of a client, oldest first."""
    query = select(Assignment).where(
        col(Assignment.practice_id) == practice_id,
        col(Assignment.client_id) == client_id,
    )
    return (await db.exec(query.order_by(col(Assignment.id)))).all()


async def unseen_occurrences(
    db: AsyncSession, practice_id: UUID, client_id: UUID, now: datetime
) -> dict[UUID, frozenset[str]]:
    """Name the occurrences with a run that does not exist for others, by assignment.

    Only to leave them out of a sum; nothing of this goes out.
    """
    over = col(Completion.shared_until) <= now
    query = select(col(Completion.assignment_id), col(Completion.occurrence)).where(
        col(Completion.practice_id) == practice_id,
        col(Completion.client_id) == client_id,
        col(Completion.occurrence).is_not(None),
        or_(col(Completion.level) == Level.SEALED, over),
    )
    found: dict[UUID, set[str]] = defaultdict(set)
    for assignment_id, occurrence in (await db.exec(query)).all():
        found[assignment_id].add(str(occurrence))
    return {one: frozenset(keys) for one, keys in found.items()}


async def unseen_runs(
    db: AsyncSession, practice_id: UUID, client_id: UUID, now: datetime
) -> frozenset[UUID]:
    """Name the runs that do not exist for others, to leave out what hangs on them."""
    over = col(Completion.shared_until) <= now
    query = select(col(Completion.id)).where(
        col(Completion.practice_id) == practice_id,
        col(Completion.client_id) == client_id,
        or_(col(Completion.level) == Level.SEALED, over),
    )
    return frozenset((await db.exec(query)).all())
