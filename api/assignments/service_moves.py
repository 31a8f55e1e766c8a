"""One move, made under the client's lock and kept: the engine under every verb.

A move whose maker knew the present version goes the quick way; a late one is merged
with all moves before it. Nothing is ever taken out of the history.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.access.caller import Caller
from api.access.permissions import Right
from api.assignments import queries
from api.assignments.lifecycle import apply
from api.assignments.merge import Said, follow, replay
from api.assignments.rows import listed, row_of, said_of, show, standing_of
from api.assignments.service_revising import base_number, with_terms
from api.assignments.standing import (
    AGREED_STATES,
    Actor,
    Applied,
    Move,
    Outcome,
    Refused,
    Repeated,
    Standing,
    Verb,
)
from api.assignments.tables import Assignment, AssignmentMove
from api.assignments.terms import Terms
from api.foundation import clock, etags, journal
from api.foundation.errors import ApiError, Conflict, Fault, Invalid
from api.foundation.ids import new_id
from api.people.service import client_for, next_change
from api.safety.gate import Override

MOST_MOVES = 2_000
LONGEST_NOT_NOW = timedelta(days=366)
_NEEDS_MATCH = frozenset({Verb.REVISE, Verb.AGREE, Verb.KEEP})
_TOLD = {
    Verb.OFFER: "offered",
    Verb.ACCEPT: "accepted",
    Verb.DECLINE: "declined",
    Verb.NOT_NOW: "not_now",
    Verb.COUNTER: "countered",
    Verb.TAKE_BACK: "taken_back",
    Verb.AGREE: "agreed",
    Verb.KEEP: "kept",
    Verb.REVISE: "revised",
    Verb.PAUSE: "paused",
    Verb.RESUME: "resumed",
    Verb.HOLD: "held",
    Verb.WITHDRAW: "withdrawn",
    Verb.FINISH: "finished",
    Verb.CANCEL: "cancelled",
    Verb.LAPSE: "lapsed",
    Verb.GRANT: "granted",
    Verb.REVOKE: "revoked",
    Verb.QUIET: "quietened",
}


class MoveRefused(Conflict):
    """The move does not fit where the assignment stands; the answer says where."""

    code = "move-refused"
    title = "This does not fit where the assignment stands"


class IdInUse(Conflict):
    """The id belongs to something else."""

    code = "id-in-use"
    title = "This id was used before, for something else"


class HistoryFull(Conflict):
    """So many moves that something must be wrong with a device."""

    code = "history-full"
    title = "This assignment has too many moves; offer a new one"


class Result(StrEnum):
    """What became of a move."""

    APPLIED = "applied"
    REPEATED = "repeated"
    REFUSED = "refused"
    OUTWEIGHED = "outweighed"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a move, and where the assignment stands now."""

    result: Result
    assignment: Assignment
    refusal: str | None = None
    message: str | None = None
    error: ApiError | None = None


@dataclass(frozen=True, slots=True)
class Stamp:
    """What comes with a move: its device's id, clock and knowledge, and a reason."""

    id: UUID | None = None
    at: datetime | None = None
    seen: int | None = None
    reason: str | None = None
    reason_shared: bool = False
    if_match: str | None = None


async def opened(
    db: AsyncSession, caller: Caller, assignment_id: UUID, *, right: Right
) -> Assignment:
    """Return an assignment locked for a move, else NotFound.

    The client's row is the lock of all their assignments: always taken first, so that
    two batches can't wait for each other.
    """
    found = await queries.find(db, caller, assignment_id, right=right)
    await client_for(db, caller, found.client_id, right=right, lock=True)
    return await queries.find(db, caller, assignment_id, right=right, fresh=True)


def actor_of(caller: Caller) -> Actor:
    """Say which side of an assignment the caller stands on."""
    return Actor.CLIENT if caller.is_client else Actor.THERAPIST


async def make(
    db: AsyncSession,
    caller: Caller,
    assignment: Assignment,
    move: Move,
    stamp: Stamp,
    *,
    terms: Terms | None = None,
    overrides: Sequence[Override] = (),
    keep: bool = False,
) -> Verdict:
    """Make a move on an opened assignment and say what became of it.

    `terms` come with `counter` and `revise`, `overrides` with the latter. With `keep`, for moves made offline, one
    that does not fit is kept all the same; otherwise it raises MoveRefused.
    """
    known = await _known(db, assignment, move, stamp, terms)
    if known:
        return Verdict(Result.REPEATED, assignment)
    _check(assignment, move, stamp)
    if terms is not None:
        move = await with_terms(db, caller, assignment, move, terms, overrides)
        if move.revision == base_number(assignment) and move.verb is Verb.REVISE:
            return Verdict(Result.REPEATED, assignment)
    said = _said(caller, assignment, move, stamp)
    after, outcome = await _led(db, assignment, said)
    verdict = _verdict(assignment, after, outcome)
    if verdict.result in (Result.REFUSED, Result.OUTWEIGHED) and not keep:
        raise _refused(verdict)
    if verdict.result is Result.REPEATED and stamp.id is None:
        return verdict
    await _keep(db, caller, assignment, said, stamp, after, verdict)
    return verdict


async def tell(
    db: AsyncSession, actor: journal.Actor, assignment: Assignment, verb: Verb
) -> None:
    """Write the journal entry of a move."""
    subject = ("assignment", assignment.id)
    verb_told = f"assignment.{_TOLD[verb]}"
    await journal.record(db, actor, verb_told, subject, client_id=assignment.client_id)


async def _known(
    db: AsyncSession,
    assignment: Assignment,
    move: Move,
    stamp: Stamp,
    terms: Terms | None,
) -> bool:
    """Tell whether this very move is kept already; the same id for another raises."""
    if stamp.id is None:
        return False
    key = (assignment.practice_id, assignment.id, stamp.id)
    row = await db.get(AssignmentMove, key)
    if row is None:
        return False
    same = (row.verb, row.actor, row.grants) == (
        move.verb,
        move.actor,
        listed(move.grants),
    )
    if terms is None:
        same = same and (row.revision, row.until) == (move.revision, move.until)
    elif row.revision is not None:
        kept = await queries.terms_of(
            db, assignment.practice_id, assignment.id, row.revision
        )
        same = same and Terms.model_validate(kept.terms) == terms
    if not same:
        raise IdInUse
    return True


def _check(assignment: Assignment, move: Move, stamp: Stamp) -> None:
    if stamp.if_match is not None or (
        move.verb in _NEEDS_MATCH and move.actor is Actor.THERAPIST
    ):
        etags.require(stamp.if_match, assignment.version)
    if assignment.version >= MOST_MOVES:
        raise HistoryFull
    if stamp.seen is not None and stamp.seen > assignment.version:
        text = "This version does not exist yet."
        raise Invalid(faults=[Fault("/seen", "not-yet", text)])
    latest = clock.now() + LONGEST_NOT_NOW
    if move.until is not None and move.until > latest:
        text = "At most a year from now."
        raise Invalid(faults=[Fault("/until", "too-late", text)])
    if move.until is None and move.verb is Verb.NOT_NOW and move.at > latest:
        text = "The device's clock is more than a year ahead."
        raise Invalid(faults=[Fault("/at", "too-late", text)])


def first(move: Move) -> Said:
    """Return the first move of an assignment: its offer."""
    return Said(new_id(), move, seen=0, recorded=1)


def _said(caller: Caller, assignment: Assignment, move: Move, stamp: Stamp) -> Said:
    return Said(
        id=stamp.id or new_id(),
        move=move,
        seen=stamp.seen or assignment.version,
        recorded=assignment.version + 1,
        device_id=caller.device_id if caller.is_client else None,
    )


async def _led(
    db: AsyncSession, assignment: Assignment, said: Said
) -> tuple[Standing, Outcome]:
    """Return where the move leads, and what became of it."""
    before = standing_of(assignment)
    if said.seen == assignment.version:
        after, outcome = follow(before, said.move)
        return after or before, outcome
    kept = await queries.moves_of(db, assignment.practice_id, [assignment.id])
    earlier = [said_of(row) for row in kept[assignment.id]]
    after = replay([*earlier, said]) or before
    if _differ(before, after):
        return after, Applied(after)
    return after, apply(before, said.move)


def _differ(before: Standing, after: Standing) -> bool:
    """Tell whether anybody would notice; a pause that waits for a yes is not seen."""
    waiting = after.state not in AGREED_STATES
    same = replace(
        after,
        latest_revision=before.latest_revision,
        paused_by=before.paused_by if waiting else after.paused_by,
        held=before.held if waiting else after.held,
    )
    return same != before


def _verdict(assignment: Assignment, after: Standing, outcome: Outcome) -> Verdict:
    if isinstance(outcome, Refused):
        code, message = outcome.code, outcome.message
        return Verdict(Result.REFUSED, assignment, code.value, message)
    if isinstance(outcome, Repeated):
        return Verdict(Result.REPEATED, assignment)
    if _differ(standing_of(assignment), after):
        return Verdict(Result.APPLIED, assignment)
    message = "Another device chose otherwise meanwhile; the safer choice holds."
    return Verdict(Result.OUTWEIGHED, assignment, "outweighed", message)


def _refused(verdict: Verdict) -> MoveRefused:
    row = verdict.assignment
    return MoveRefused(
        verdict.message,
        reason=verdict.refusal,
        state=row.state.value,
        version=row.version,
        agreed_revision=row.agreed_revision,
        offered_revision=row.offered_revision,
        counter_revision=row.counter_revision,
    )


async def _keep(
    db: AsyncSession,
    caller: Caller,
    assignment: Assignment,
    said: Said,
    stamp: Stamp,
    after: Standing,
    verdict: Verdict,
) -> None:
    row = row_of(
        assignment,
        said,
        actor_id=caller.id,
        received_at=clock.now(),
        reason=stamp.reason,
        reason_shared=stamp.reason_shared,
    )
    row.took_effect = verdict.result is Result.APPLIED
    await store(db, assignment, row, after)
    if row.took_effect:
        await tell(db, caller.actor, assignment, said.move.verb)


async def store(
    db: AsyncSession, assignment: Assignment, row: AssignmentMove, after: Standing
) -> None:
    """Keep a move's row, and show where it led."""
    db.add(row)
    show(assignment, after)
    assignment.version = row.recorded
    assignment.changed_at = clock.now()
    assignment.changed_seq = await next_change(
        db, assignment.practice_id, assignment.client_id
    )
    db.add(assignment)
    await db.flush()
