"""What is said to a plan as a whole: each answer is the parts' own moves, all or none.

A no to a part that was said before a yes to the whole stays a no.
"""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.access.caller import Caller
from api.access.permissions import Right
from api.assignments import service as assignments
from api.assignments.service_endings import end_as_agreed
from api.assignments.standing import Grants, State
from api.assignments.tables import Assignment
from api.foundation.errors import Fault, Invalid
from api.programmes.bundle import Bundle, waits_for_answer
from api.programmes.schemas_plans import (
    PlanAcceptIn,
    PlanMoveIn,
    PlanNotNowIn,
)
from api.programmes.service_keeping import (
    NOTHING,
    PlanRefused,
    Said,
    is_repeated,
    keep,
    load,
    opened,
    part_stamp,
)
from api.programmes.standing import LEFT_OUT, is_agreed
from api.programmes.words import PlanVerb


async def accept(
    db: AsyncSession, caller: Caller, plan_id: UUID, body: PlanAcceptIn
) -> Bundle:
    """Say yes to an order of parts, and to each part that is named, with the grants.

    Parts left out are declined. What leaves in this order ends now. Raises PlanRefused
    for another order than the one that is open, Invalid where a part has no answer,
    MoveRefused where a part's terms are not those that were read.
    """
    rest = body.model_dump(mode="json", include={"parts", "leave_out", "grants"})
    said = Said(revision=body.revision, rest=rest)
    bundle = await opened(db, caller, plan_id, right=Right.ANSWER_OFFERS)
    if is_repeated(bundle, PlanVerb.ACCEPT, body, said):
        return bundle
    if body.revision != bundle.proposed:
        raise _stale(bundle)
    assigned = bundle.assignments(body.revision)
    _check(body, assigned)
    changed = False
    grants = Grants(**body.grants.model_dump())
    for one in body.parts:
        changed |= await _accept_part(
            db, caller, assigned[one.part], one.terms, grants, body
        )
    for part in body.leave_out:
        changed |= await _decline_part(db, caller, assigned[part], body)
    changed |= await _end_what_leaves(db, bundle, body.revision)
    changed |= bundle.plan.offered_revision is not None
    if any(is_agreed(one.state) for one in assigned.values()):
        bundle.plan.agreed_revision = body.revision
    bundle.plan.offered_revision = None
    return await _kept(db, caller, bundle, PlanVerb.ACCEPT, body, said, changed=changed)


def _stale(bundle: Bundle) -> PlanRefused:
    plan = bundle.plan
    return PlanRefused(
        "The order named is not the one that stands now.",
        reason="stale_revision",
        state=bundle.state.value,
        version=plan.version,
        agreed_revision=plan.agreed_revision,
        offered_revision=plan.offered_revision,
    )


def _check(body: PlanAcceptIn, assigned: dict[str, Assignment]) -> None:
    """Hold that every part is there and that each open offer is answered once."""
    named = [one.part for one in body.parts]
    message = "There is no such part."
    faults = [
        Fault(f"/parts/{at}/part", "no-such-part", message)
        for at, one in enumerate(named)
        if one not in assigned
    ]
    faults += [
        Fault(f"/leave_out/{at}", "no-such-part", message)
        for at, one in enumerate(body.leave_out)
        if one not in assigned
    ]
    every = [*named, *body.leave_out]
    if len(set(every)) < len(every):
        faults.append(Fault("/parts", "named-twice", "A part is named twice."))
    waiting = {part for part, one in assigned.items() if waits_for_answer(one)}
    if not waiting <= set(every):
        message = "A part that waits for an answer is in neither list."
        faults.append(Fault("/parts", "answer-missing", message))
    if not body.grants.do:
        message = "Accepting needs the grant to do it."
        faults.append(Fault("/grants/do", "needs-do", message))
    if faults:
        raise Invalid(faults=faults)


async def _accept_part(
    db: AsyncSession,
    caller: Caller,
    assignment: Assignment,
    terms: int,
    grants: Grants,
    body: PlanMoveIn,
) -> bool:
    if assignment.agreed_revision == terms or assignment.state in LEFT_OUT:
        return False
    await assignments.accept(
        db,
        caller,
        assignment.id,
        revision=terms,
        grants=grants,
        stamp=part_stamp(body),
    )
    return True


async def _decline_part(
    db: AsyncSession, caller: Caller, assignment: Assignment, body: PlanMoveIn
) -> bool:
    open_offer = waits_for_answer(assignment)
    if not open_offer and assignment.state is not State.COUNTERED:
        return False
    agreed = is_agreed(assignment.state)
    await assignments.decline(
        db,
        caller,
        assignment.id,
        revision=assignment.offered_revision if agreed else None,
        stamp=part_stamp(body),
    )
    return True


async def _end_what_leaves(db: AsyncSession, bundle: Bundle, number: int) -> bool:
    """End what the therapist left out of this order, in the therapist's name."""
    staying = {one.id for one in bundle.assignments(number).values()}
    by = bundle.revisions[number].made_by
    leaving = [
        one
        for _, one in bundle.members
        if one.id not in staying and one.state not in LEFT_OUT
    ]
    for assignment in leaving:
        await end_as_agreed(db, assignment, proposed_by=by)
    return bool(leaving)


async def decline(
    db: AsyncSession, caller: Caller, plan_id: UUID, body: PlanMoveIn
) -> Bundle:
    """Say no to everything that is offered; what was agreed before stays as it is."""
    bundle = await opened(db, caller, plan_id, right=Right.ANSWER_OFFERS)
    if is_repeated(bundle, PlanVerb.DECLINE, body):
        return bundle
    changed = bundle.plan.offered_revision is not None
    for _, assignment in bundle.members:
        changed |= await _decline_part(db, caller, assignment, body)
    bundle.plan.offered_revision = None
    return await _kept(
        db, caller, bundle, PlanVerb.DECLINE, body, NOTHING, changed=changed
    )


async def not_now(
    db: AsyncSession, caller: Caller, plan_id: UUID, body: PlanNotNowIn
) -> Bundle:
    """Ask for time with everything that is offered; the offers stay open."""
    said = Said(rest={"until": _text(body.until)})
    bundle = await opened(db, caller, plan_id, right=Right.ANSWER_OFFERS)
    if is_repeated(bundle, PlanVerb.NOT_NOW, body, said):
        return bundle
    waiting = [one for _, one in bundle.members if waits_for_answer(one)]
    for assignment in waiting:
        await assignments.not_now(
            db, caller, assignment.id, until=body.until, stamp=part_stamp(body)
        )
    return await _kept(
        db, caller, bundle, PlanVerb.NOT_NOW, body, said, changed=bool(waiting)
    )


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


async def withdraw(
    db: AsyncSession, caller: Caller, plan_id: UUID, body: PlanMoveIn
) -> Bundle:
    """End the whole for good: what is agreed and what is offered."""
    bundle = await opened(db, caller, plan_id, right=Right.ANSWER_OFFERS)
    if is_repeated(bundle, PlanVerb.WITHDRAW, body):
        return bundle
    ending = [one for _, one in bundle.members if one.state not in LEFT_OUT]
    for assignment in ending:
        await assignments.withdraw(db, caller, assignment.id, stamp=part_stamp(body))
    bundle.plan.offered_revision = None
    return await _kept(
        db, caller, bundle, PlanVerb.WITHDRAW, body, NOTHING, changed=bool(ending)
    )


async def cancel(
    db: AsyncSession, caller: Caller, plan_id: UUID, body: PlanMoveIn
) -> Bundle:
    """Take the whole back, as its therapist."""
    bundle = await opened(db, caller, plan_id, right=Right.OFFER_EXERCISES)
    if is_repeated(bundle, PlanVerb.CANCEL, body):
        return bundle
    ending = [one for _, one in bundle.members if one.state not in LEFT_OUT]
    for assignment in ending:
        await assignments.cancel(db, caller, assignment.id, stamp=part_stamp(body))
    bundle.plan.offered_revision = None
    return await _kept(
        db, caller, bundle, PlanVerb.CANCEL, body, NOTHING, changed=bool(ending)
    )


async def _kept(
    db: AsyncSession,
    caller: Caller,
    bundle: Bundle,
    verb: PlanVerb,
    body: PlanMoveIn,
    said: Said,
    *,
    changed: bool,
) -> Bundle:
    """Keep the move, unless it changed nothing and has no name to be known by again."""
    if changed or body.id is not None:
        await keep(db, caller, bundle, verb, body, said)
    (fresh,) = await load(db, caller.practice_id, [bundle.plan])
    return fresh
