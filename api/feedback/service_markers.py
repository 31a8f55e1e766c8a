"""Markers of what was done in session: recorded by the therapist, read by both."""

from collections.abc import Sequence
from typing import Any
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
from api.foundation.errors import Conflict, Fault, Invalid
from api.people import service as people

MARKER = "trauma-processing-marker"


class NoMarker(Conflict):
    """The practice's library has no marker; it has to be loaded first."""

    code = "no-marker"
    title = "The library of this practice has no session marker"


async def record(
    db: AsyncSession, caller: Caller, client_id: UUID, marker: MarkerIn
) -> tuple[SessionMarker, bool]:
    """Keep a marker under the latest version of E17; return it, and whether it is new.

    The same id and answers again change nothing. Raises NotFound, NoMarker, IdTaken,
    and Invalid with every fault of the answers.
    """
    right = Right.REVIEW_COMPLETIONS
    await people.client_for(db, caller, client_id, right=right, lock=True)
    kept = await db.get(SessionMarker, (caller.practice_id, marker.id))
    if kept is not None:
        if _is_same(kept, caller, client_id, marker):
            return kept, False
        raise IdTaken
    row = SessionMarker(
        practice_id=caller.practice_id,
        id=marker.id,
        client_id=client_id,
        recorded_by=caller.id,
        recorded_at=clock.now(),
        **await _read(db, caller, marker.answers),
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


def _is_same(
    kept: SessionMarker, caller: Caller, client_id: UUID, marker: MarkerIn
) -> bool:
    told = (kept.client_id, kept.recorded_by, kept.document)
    return told == (client_id, caller.id, marker.answers)


async def _read(
    db: AsyncSession, caller: Caller, answers: dict[str, Any]
) -> dict[str, Any]:
    """Check the answers against the marker's document and read its measures."""
    version = await exercises.latest_version(db, caller.practice_id, MARKER)
    if version is None:
        raise NoMarker
    compiled = await exercises.compiled(db, caller.practice_id, version.id)
    faults = compiled.faults(answers, whole=True)
    if faults:
        raise Invalid(
            faults=[
                Fault(f"/answers{one.pointer}", one.code, one.message) for one in faults
            ]
        )
    return {
        "exercise_version_id": version.id,
        "document": answers,
        "points": compiled.measures.derive(answers, "completed"),
    }


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
