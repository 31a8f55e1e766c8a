"""The verbs of an assignment, one function each; each is one move under the lock.

Nobody is asked for a reason, and nothing here counts how often somebody said no.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.access.caller import Caller
from api.access.permissions import Right
from api.assignments import (
    queries,
    rows,
    service_endings,
    service_gates,
    service_moves,
    service_terms,
)
from api.assignments.merge import follow
from api.assignments.schemas import ClientMoveIn
from api.assignments.service_making import made, move_by
from api.assignments.service_moves import (
    IdInUse,
    Result,
    Stamp,
    Verdict,
    actor_of,
    opened,
)
from api.assignments.service_revising import lapses_at
from api.assignments.standing import Grants, Move, Verb
from api.assignments.tables import Assignment
from api.assignments.terms import Terms
from api.exercises.tables import ExerciseVersion
from api.foundation import clock
from api.foundation.errors import ApiError, Conflict
from api.foundation.ids import new_id
from api.people.service import client_for, next_change
from api.people.tables import ClientState
from api.safety.gate import Override
from api.safety.service_gate import keep_overrides

NO_STAMP = Stamp()


class ClientDischarged(Conflict):
    """Nothing new is offered to somebody who has left care."""

    code = "client-discharged"
    title = "This client is no longer in care here"


async def offer(
    db: AsyncSession,
    caller: Caller,
    client_id: UUID,
    terms: Terms,
    *,
    offer_id: UUID | None = None,
    overrides: Sequence[Override] = (),
) -> Assignment:
    """Offer an exercise to a client; the same id and terms again change nothing.

    `overrides` are reasons to go on in spite of a caution, where the rule allows it.
    Raises: NotFound, Invalid, NotWithThisPerson, HeldBack, ClientDischarged, IdInUse.
    """
    client = await client_for(
        db, caller, client_id, right=Right.OFFER_EXERCISES, lock=True
    )
    if offer_id is not None:
        present = await db.get(Assignment, (caller.practice_id, offer_id))
        if present is not None:
            return await _same_offer(db, present, client_id, terms)
    if client.state is ClientState.DISCHARGED:
        raise ClientDischarged
    version = await service_terms.check(db, caller, client_id, terms)
    found = await service_gates.hold_offer(
        db, caller, client_id, terms, version, overrides
    )
    ident = offer_id or new_id()
    assignment = await _first_offer(db, caller, client_id, terms, version, ident=ident)
    await keep_overrides(
        db, caller, client_id, (assignment.id, 1), found=found, given=overrides
    )
    await service_moves.tell(db, caller.actor, assignment, Verb.OFFER)
    return assignment


async def _first_offer(
    db: AsyncSession,
    caller: Caller,
    client_id: UUID,
    terms: Terms,
    version: ExerciseVersion,
    *,
    ident: UUID,
) -> Assignment:
    now = clock.now()
    move = Move(Verb.OFFER, actor_of(caller), now, revision=1)
    standing, _ = follow(None, move)
    assert standing is not None  # noqa: S101 - a first offer always stands
    assignment = Assignment(
        practice_id=caller.practice_id,
        id=ident,
        client_id=client_id,
        offered_by=caller.id,
        state=standing.state,
        lapses_at=lapses_at(terms),
        changed_seq=await next_change(db, caller.practice_id, client_id),
        offered_at=now,
        changed_at=now,
    )
    rows.show(assignment, standing)
    db.add(assignment)
    await db.flush()
    service_terms.add_revision(db, caller, assignment, terms, version, number=1)
    said = service_moves.first(move)
    db.add(rows.row_of(assignment, said, actor_id=caller.id, received_at=now))
    return assignment


async def _same_offer(
    db: AsyncSession, present: Assignment, client_id: UUID, terms: Terms
) -> Assignment:
    first = await queries.terms_of(db, present.practice_id, present.id, 1)
    if present.client_id != client_id or Terms.model_validate(first.terms) != terms:
        raise IdInUse
    return present


async def accept(
    db: AsyncSession,
    caller: Caller,
    assignment_id: UUID,
    *,
    revision: int,
    grants: Grants,
    stamp: Stamp = NO_STAMP,
) -> Assignment:
    """Say yes to one revision, with the grants given. Cautions are held once more."""
    return await move_by(
        db,
        caller,
        assignment_id,
        Verb.ACCEPT,
        stamp,
        revision=revision,
        grants=grants,
    )


async def decline(
    db: AsyncSession,
    caller: Caller,
    assignment_id: UUID,
    *,
    revision: int | None = None,
    stamp: Stamp = NO_STAMP,
) -> Assignment:
    """Say no to an offer."""
    return await move_by(
        db, caller, assignment_id, Verb.DECLINE, stamp, revision=revision
    )


async def not_now(
    db: AsyncSession,
    caller: Caller,
    assignment_id: UUID,
    *,
    until: datetime | None = None,
    stamp: Stamp = NO_STAMP,
) -> Assignment:
    """Ask for time; the offer stays open until then."""
    return await move_by(db, caller, assignment_id, Verb.NOT_NOW, stamp, until=until)


async def counter(
    db: AsyncSession,
    caller: Caller,
    assignment_id: UUID,
    terms: Terms,
    *,
    grants: Grants,
    stamp: Stamp = NO_STAMP,
) -> Assignment:
    """Propose other terms; agreed ones stay in force meanwhile."""
    return await move_by(
        db, caller, assignment_id, Verb.COUNTER, stamp, grants=grants, terms=terms
    )


async def take_back(
    db: AsyncSession,
    caller: Caller,
    assignment_id: UUID,
    *,
    revision: int | None = None,
    stamp: Stamp = NO_STAMP,
) -> Assignment:
    """Take a counter-proposal back."""
    return await move_by(
        db, caller, assignment_id, Verb.TAKE_BACK, stamp, revision=revision
    )


async def agree(
    db: AsyncSession,
    caller: Caller,
    assignment_id: UUID,
    *,
    revision: int,
    overrides: Sequence[Override] = (),
    stamp: Stamp = NO_STAMP,
) -> Assignment:
    """Agree to the client's terms. R0 and every caution are held once more.

    No reminders come of it where others may look at the client's device.
    """
    agreed = await move_by(
        db,
        caller,
        assignment_id,
        Verb.AGREE,
        stamp,
        revision=revision,
        overrides=overrides,
    )
    if agreed.may_remind and await service_gates.reminders_are_off(
        db, caller.practice_id, agreed.client_id
    ):
        await service_endings.end_reminders(db, agreed)
    return agreed


async def keep(
    db: AsyncSession,
    caller: Caller,
    assignment_id: UUID,
    *,
    revision: int,
    stamp: Stamp = NO_STAMP,
) -> Assignment:
    """Answer a counter-proposal by keeping to the offer or the agreed terms."""
    return await move_by(db, caller, assignment_id, Verb.KEEP, stamp, revision=revision)


async def revise(
    db: AsyncSession,
    caller: Caller,
    assignment_id: UUID,
    terms: Terms,
    *,
    overrides: Sequence[Override] = (),
    stamp: Stamp = NO_STAMP,
) -> Assignment:
    """Give new terms: a new offer if the change is material, else only new words.

    A new offer meets every caution, as `offer` does.
    """
    return await move_by(
        db,
        caller,
        assignment_id,
        Verb.REVISE,
        stamp,
        terms=terms,
        overrides=overrides,
    )


async def pause(
    db: AsyncSession, caller: Caller, assignment_id: UUID, *, stamp: Stamp = NO_STAMP
) -> Assignment:
    """Lay a pause; either may."""
    return await move_by(db, caller, assignment_id, Verb.PAUSE, stamp)


async def resume(
    db: AsyncSession, caller: Caller, assignment_id: UUID, *, stamp: Stamp = NO_STAMP
) -> Assignment:
    """Take away one's own pause; the therapist's resume lifts a hold as well."""
    return await move_by(db, caller, assignment_id, Verb.RESUME, stamp)


async def hold(
    db: AsyncSession, caller: Caller, assignment_id: UUID, *, stamp: Stamp = NO_STAMP
) -> Assignment:
    """Lay a safety hold, which only a therapist lifts."""
    return await move_by(db, caller, assignment_id, Verb.HOLD, stamp)


async def withdraw(
    db: AsyncSession, caller: Caller, assignment_id: UUID, *, stamp: Stamp = NO_STAMP
) -> Assignment:
    """End it for good; the client can do so at any time."""
    return await move_by(db, caller, assignment_id, Verb.WITHDRAW, stamp)


async def finish(
    db: AsyncSession, caller: Caller, assignment_id: UUID, *, stamp: Stamp = NO_STAMP
) -> Assignment:
    """End what was active because it is done."""
    return await move_by(db, caller, assignment_id, Verb.FINISH, stamp)


async def cancel(
    db: AsyncSession, caller: Caller, assignment_id: UUID, *, stamp: Stamp = NO_STAMP
) -> Assignment:
    """Take an assignment back."""
    return await move_by(db, caller, assignment_id, Verb.CANCEL, stamp)


async def grant(
    db: AsyncSession,
    caller: Caller,
    assignment_id: UUID,
    named: Grants,
    *,
    stamp: Stamp = NO_STAMP,
) -> Assignment:
    """Give the grants named."""
    return await move_by(db, caller, assignment_id, Verb.GRANT, stamp, grants=named)


async def revoke(
    db: AsyncSession,
    caller: Caller,
    assignment_id: UUID,
    named: Grants,
    *,
    stamp: Stamp = NO_STAMP,
) -> Assignment:
    """Take back the grants named; without the one to do it, that is a withdrawal."""
    return await move_by(db, caller, assignment_id, Verb.REVOKE, stamp, grants=named)


async def set_grants(
    db: AsyncSession,
    caller: Caller,
    assignment_id: UUID,
    wanted: Grants,
    *,
    stamp: Stamp = NO_STAMP,
) -> Assignment:
    """Make the grants what the client wants: what is taken back first, then the rest."""
    everything = Grants(do=True, remind=True, share=True)
    if wanted == everything:
        return await grant(db, caller, assignment_id, wanted, stamp=stamp)
    gone = everything.without(wanted)
    assignment = await revoke(db, caller, assignment_id, gone, stamp=stamp)
    if not wanted.do:
        return assignment
    return await grant(db, caller, assignment_id, wanted)


async def apply_client_move(
    db: AsyncSession, caller: Caller, assignment_id: UUID, move: ClientMoveIn
) -> Verdict:
    """Make a move that a device of the client kept, and say what became of it.

    It is kept even where it does not fit, since a later arrival may make it fit. Only
    an assignment that is not the client's raises: NotFound.
    """
    assignment = await opened(db, caller, assignment_id, right=Right.ANSWER_OFFERS)
    named = None if move.grants is None else Grants(**move.grants.model_dump())
    stamp = Stamp(move.id, move.at, move.seen, move.reason, move.reason_shared)
    try:
        return await made(
            db,
            caller,
            assignment,
            Verb(move.verb),
            stamp,
            revision=move.revision,
            grants=named,
            until=move.until,
            terms=move.terms,
            keep=True,
        )
    except ApiError as error:
        message = error.detail or error.title
        return Verdict(Result.REFUSED, assignment, error.code, message, error)
