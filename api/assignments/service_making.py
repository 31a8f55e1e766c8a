"""From a verb to its move: who may, what the gate says, then the engine."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.access.caller import Caller
from api.access.permissions import Right
from api.assignments import service_gates
from api.assignments.service_moves import Stamp, Verdict, actor_of, make, opened
from api.assignments.standing import Move, Verb
from api.assignments.tables import Assignment
from api.assignments.terms import Terms
from api.foundation import clock
from api.safety.gate import Override


async def move_by(
    db: AsyncSession,
    caller: Caller,
    assignment_id: UUID,
    verb: Verb,
    stamp: Stamp,
    **rest: Any,
) -> Assignment:
    """Open an assignment for a verb's right and make the move, or raise."""
    right = _RIGHTS.get(verb, Right.OFFER_EXERCISES)
    assignment = await opened(db, caller, assignment_id, right=right)
    verdict = await made(db, caller, assignment, verb, stamp, **rest)
    return verdict.assignment


_RIGHTS = {
    Verb.PAUSE: Right.PACE_ASSIGNMENTS,
    Verb.RESUME: Right.PACE_ASSIGNMENTS,
} | dict.fromkeys(
    (
        Verb.ACCEPT,
        Verb.DECLINE,
        Verb.NOT_NOW,
        Verb.COUNTER,
        Verb.TAKE_BACK,
        Verb.WITHDRAW,
        Verb.GRANT,
        Verb.REVOKE,
    ),
    Right.ANSWER_OFFERS,
)


async def made(
    db: AsyncSession,
    caller: Caller,
    assignment: Assignment,
    verb: Verb,
    stamp: Stamp,
    *,
    terms: Terms | None = None,
    overrides: Sequence[Override] = (),
    keep: bool = False,
    **rest: Any,
) -> Verdict:
    """Make a move on an opened assignment, past R0 and the gate."""
    move = Move(verb, actor_of(caller), stamp.at or clock.now(), **rest)
    await service_gates.hold_yes(
        db, caller, assignment, move, move_id=stamp.id, overrides=overrides
    )
    await service_gates.hold_reminders(db, assignment, move, move_id=stamp.id)
    return await make(
        db,
        caller,
        assignment,
        move,
        stamp,
        terms=terms,
        overrides=overrides,
        keep=keep,
    )
