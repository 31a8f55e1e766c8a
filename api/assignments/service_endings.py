"""Moves that nobody's request makes by itself: a lapse, an end agreed to, a safety hold."""

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.assignments.merge import Said, follow
from api.assignments.rows import row_of, standing_of
from api.assignments.service_moves import store, tell
from api.assignments.standing import Actor, Applied, Move, Verb
from api.assignments.tables import Assignment
from api.foundation import clock, journal
from api.foundation.ids import new_id


async def lapse(db: AsyncSession, assignment: Assignment) -> None:
    """Let one offer lapse: nobody answered in the time it was open for."""
    actor = journal.Actor(assignment.practice_id, "system")
    await _make(db, assignment, Move(Verb.LAPSE, Actor.SYSTEM, clock.now()), actor)


async def end_reminders(db: AsyncSession, assignment: Assignment) -> None:
    """Take the grant to remind: others may look at the client's device."""
    actor = journal.Actor(assignment.practice_id, "system")
    await _make(db, assignment, Move(Verb.QUIET, Actor.SYSTEM, clock.now()), actor)


async def end_as_agreed(
    db: AsyncSession, assignment: Assignment, *, proposed_by: UUID
) -> None:
    """End what a member of staff proposed to end, now that the client said yes to it."""
    actor = journal.Actor(assignment.practice_id, "staff", proposed_by)
    await _make(db, assignment, Move(Verb.CANCEL, Actor.THERAPIST, clock.now()), actor)


async def hold(db: AsyncSession, assignment: Assignment) -> bool:
    """Lay a safety hold that a rule asks for; tell whether it was not there before."""
    actor = journal.Actor(assignment.practice_id, "system")
    move = Move(Verb.HOLD, Actor.SYSTEM, clock.now())
    return await _make(db, assignment, move, actor)


async def _make(
    db: AsyncSession, assignment: Assignment, move: Move, actor: journal.Actor
) -> bool:
    after, outcome = follow(standing_of(assignment), move)
    if after is None or not isinstance(outcome, Applied):
        return False
    said = Said(new_id(), move, assignment.version, assignment.version + 1)
    row = row_of(assignment, said, actor_id=actor.id, received_at=move.at)
    await store(db, assignment, row, after)
    await tell(db, actor, assignment, move.verb)
    return True
