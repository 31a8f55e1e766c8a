"""Markers of what was done in session: recorded by the therapist, read by both."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.access.caller import Caller
from api.access.permissions import Right
from api.exercises import service as exercises
from api.feedback.schemas import MarkerIn
from api.feedback.service import IdTaken
from api.feedback.tables import SessionMarker
from api.foundation import clock, journal
from api.foundation.errors import Fault, Invalid
from api.people import service as people


async def record(
    db: AsyncSession, caller: Caller, client_id: UUID, marker: MarkerIn
) -> tuple[SessionMarker, bool]:
    """Keep a marker; return it, and whether it is new.

    The same id and content again change nothing. Raises NotFound, Invalid, IdTaken.
    """
    right = Right.REVIEW_COMPLETIONS
    await people.client_for(db, caller, client_id, right=right, lock=True)
    told = marker.model_dump()
    kept = await db.get(SessionMarker, (caller.practice_id, marker.id))
    if kept is not None:
        same = kept.client_id == client_id and kept.recorded_by == caller.id
        if same and {key: getattr(kept, key) for key in told} == told:
            return kept, False
        raise IdTaken
    if marker.after_care is not None:
        await _check_after_care(db, caller, marker.after_care)
    row = SessionMarker(
        practice_id=caller.practice_id,
        client_id=client_id,
        recorded_by=caller.id,
        recorded_at=clock.now(),
        **told,
    )
    db.add(row)
    await db.flush()
    await journal.record(
        db,
        caller.actor,
        "session_marker.recorded",
        ("session_marker", row.id),
        client_id=client_id,
    )
    return row, True


async def _check_after_care(db: AsyncSession, caller: Caller, slug: str) -> None:
    if await exercises.version_at(db, caller.practice_id, slug, 1) is None:
        message = "There is no such exercise."
        raise Invalid(faults=[Fault("/after_care", "no-such-exercise", message)])


async def page(
    db: AsyncSession,
    caller: Caller,
    client_id: UUID,
    *,
    after: UUID | None,
    limit: int,
) -> Sequence[SessionMarker]:
    """Return a client's markers, newest first; NotFound out of reach."""
    await people.client_for(db, caller, client_id, right=Right.READ_CARE)
    query = select(SessionMarker).where(
        col(SessionMarker.practice_id) == caller.practice_id,
        col(SessionMarker.client_id) == client_id,
    )
    if after is not None:
        query = query.where(col(SessionMarker.id) < after)
    return (
        await db.exec(query.order_by(col(SessionMarker.id).desc()).limit(limit))
    ).all()
