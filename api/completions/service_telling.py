"""What others hear of a completion: the journal, and plans that come after it."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import exists, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from api.access.caller import Caller
from api.assignments import service_anchors as anchors
from api.assignments.tables import Assignment, TermsRevision
from api.completions import queries
from api.completions.merge import State
from api.completions.service_checking import Checked
from api.foundation import journal

VERBS = {
    State.IN_PROGRESS: "completion.saved",
    State.COMPLETED: "completion.completed",
    State.STOPPED: "completion.stopped",
}


async def tell(
    db: AsyncSession, caller: Caller, kept: Sequence[tuple[UUID, Checked]]
) -> None:
    """Write down what was kept, and tell plans that come after a completion of it."""
    entries = [
        journal.entry(
            caller.actor,
            VERBS[checked.meaning.state],
            ("completion", completion_id),
            client_id=caller.id,
        )
        for completion_id, checked in kept
    ]
    connection = await db.connection()
    await connection.execute(queries.TELL, entries)
    done = [one for one in kept if one[1].is_done]
    if done and await _plans_wait(db, caller):
        for completion_id, checked in done:
            await _tell_plans(db, caller, completion_id, checked)


async def _plans_wait(db: AsyncSession, caller: Caller) -> bool:
    query = select(
        exists().where(
            col(TermsRevision.practice_id) == caller.practice_id,
            col(TermsRevision.client_id) == caller.id,
            col(TermsRevision.hangs_on).is_not(None),
        )
    )
    connection = await db.connection()
    return bool((await connection.execute(query)).scalar_one())


async def _tell_plans(
    db: AsyncSession, caller: Caller, completion_id: UUID, checked: Checked
) -> None:
    assignment = await db.get_one(
        Assignment, (caller.practice_id, checked.begun.assignment_id)
    )
    await anchors.note_completion(
        db,
        assignment,
        exercise=checked.compiled.protocol.slug,
        completion_id=completion_id,
        at=checked.meaning.ended_at or checked.run.started_at,
    )
