"""A new order of parts: a numbered revision, offered beside what was agreed.

What was agreed stays in force until the client answers; an offer that nobody had
answered yet is simply taken back.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.access.caller import Caller
from api.access.permissions import Right
from api.assignments import service as assignments
from api.assignments import service_reading as assignments_reading
from api.assignments.schemas_care import reasons
from api.assignments.service_moves import Stamp as PartStamp
from api.assignments.standing import State
from api.assignments.tables import Assignment
from api.assignments.terms import Terms
from api.assignments.walltime import wall_of
from api.foundation import clock, etags
from api.foundation.errors import Conflict, Fault, Invalid
from api.foundation.ids import new_id
from api.people.service import client_for
from api.programmes.bundle import Bundle
from api.programmes.definition import Gate, Part, claim_faults, order_faults
from api.programmes.schemas_plans import PlanReviseIn
from api.programmes.service import Reasons, add_revision, offer_parts
from api.programmes.service_keeping import Said, is_repeated, keep, load, opened
from api.programmes.service_seen import version_for
from api.programmes.standing import LEFT_OUT, is_agreed
from api.programmes.templates import Assigned, regated
from api.programmes.words import PlanVerb


async def revise(
    db: AsyncSession,
    caller: Caller,
    plan_id: UUID,
    body: PlanReviseIn,
    *,
    if_match: str | None,
) -> Bundle:
    """Offer a new order: parts added, left out, moved, or behind another gate.

    Raises MatchRequired, Stale, Invalid, and what offering a part raises.
    """
    said = Said(rest=body.model_dump(mode="json", include={"order", "add", "gates"}))
    bundle = await opened(db, caller, plan_id, right=Right.OFFER_EXERCISES)
    if is_repeated(bundle, PlanVerb.REVISE, body, said):
        return bundle
    etags.require(if_match, version_for(caller, bundle))
    base = bundle.parts(bundle.proposed)
    parts = _arranged(bundle, base, body)
    if parts == base:
        return bundle
    number = bundle.plan.latest_revision + 1
    _settle_what_was_agreed(bundle)
    assigned = _assigned(bundle, body)
    await _take_back_offers(db, caller, bundle, parts)
    given = {part: reasons(said) for part, said in body.overrides.items()}
    await _offer_added(db, caller, bundle, body, assigned, number, given)
    await _follow_gates(db, caller, bundle, base, parts, assigned, given)
    add_revision(db, caller, bundle.plan, parts, number=number)
    bundle.plan.latest_revision = number
    bundle.plan.offered_revision = number
    await keep(db, caller, bundle, PlanVerb.REVISE, body, said)
    (fresh,) = await load(db, caller.practice_id, [bundle.plan])
    return fresh


def _arranged(bundle: Bundle, base: Sequence[Part], body: PlanReviseIn) -> list[Part]:
    """Return the parts in the new order, or raise Invalid with what is wrong."""
    known = {part.id: part for part in base}
    faults = [
        Fault(f"/add/{at}/id", "taken", "The plan has a part of this id.")
        for at, part in enumerate(body.add)
        if part.id in known
    ]
    added = {part.id: part for part in body.add}
    known |= added
    faults += [
        Fault(f"/order/{at}", "no-such-part", "There is no such part.")
        for at, one in enumerate(body.order)
        if one not in known
    ]
    if not added.keys() <= set(body.order):
        faults.append(Fault("/add", "not-in-order", "An added part is not in order."))
    if not body.gates.keys() <= set(body.order):
        faults.append(Fault("/gates", "no-such-part", "There is no such part."))
    if not body.overrides.keys() <= set(body.order):
        faults.append(Fault("/overrides", "no-such-part", "There is no such part."))
    faults += [
        Fault(f"/add{one.pointer}", one.code, one.message)
        for one in claim_faults([part.model_dump() for part in body.add])
    ]
    if faults:
        raise Invalid(faults=faults)
    parts = [_regated(known[one], body.gates.get(one)) for one in body.order]
    faults = [
        Fault(f"/order{one.pointer.removeprefix('/parts')}", one.code, one.message)
        for one in order_faults(bundle.kind, parts)
    ]
    if faults:
        raise Invalid(faults=faults)
    return parts


def _regated(part: Part, gate: Gate | None) -> Part:
    return part if gate is None else part.model_copy(update={"gate": gate})


def _settle_what_was_agreed(bundle: Bundle) -> None:
    """Parts agreed one by one agree the order they came in, before a new one is offered."""
    plan = bundle.plan
    if plan.agreed_revision is None and bundle.any_agreed():
        plan.agreed_revision = plan.latest_revision


def _assigned(bundle: Bundle, body: PlanReviseIn) -> dict[str, UUID]:
    present = bundle.assignments(bundle.proposed)
    kept = {part: one.id for part, one in present.items()}
    return kept | {part.id: new_id() for part in body.add}


async def _take_back_offers(
    db: AsyncSession, caller: Caller, bundle: Bundle, parts: Sequence[Part]
) -> None:
    """Cancel offers of parts that leave before anything was agreed about them."""
    staying = {part.id for part in parts}
    for part, assignment in bundle.assignments(bundle.proposed).items():
        gone = part not in staying and assignment.state not in LEFT_OUT
        if gone and not is_agreed(assignment.state):
            await assignments.cancel(db, caller, assignment.id)


async def _offer_added(
    db: AsyncSession,
    caller: Caller,
    bundle: Bundle,
    body: PlanReviseIn,
    assigned: Assigned,
    number: int,
    given: Reasons,
) -> None:
    plan = bundle.plan
    client = await client_for(db, caller, plan.client_id, right=Right.OFFER_EXERCISES)
    places = {part.id: f"/add/{at}" for at, part in enumerate(body.add)}
    gated = [_regated(part, body.gates.get(part.id)) for part in body.add]
    await offer_parts(
        db,
        caller,
        plan,
        gated,
        assigned,
        since=number,
        day=(client.zone, wall_of(clock.now(), client.zone).date()),
        places=places,
        given=given,
    )


async def _follow_gates(
    db: AsyncSession,
    caller: Caller,
    bundle: Bundle,
    before: Sequence[Part],
    after: Sequence[Part],
    assigned: Assigned,
    given: Reasons,
) -> None:
    """Offer new terms to parts whose times hang on a gate that is another now."""
    gates = {part.id: part.gate for part in before}
    present = bundle.assignments(bundle.proposed)
    for at, part in enumerate(after):
        old, assignment = gates.get(part.id), present.get(part.id)
        if old is None or assignment is None or assignment.state in LEFT_OUT:
            continue
        terms = await _latest_terms(db, caller, assignment)
        try:
            new = regated(terms, old, part.gate, assigned)
        except ValueError:
            message = "Its times hang on its gate; give it times of its own first."
            raise Invalid(
                faults=[Fault(f"/order/{at}", "hangs-on-gate", message)]
            ) from None
        if new is not None and assignment.state is not State.COUNTERED:
            await _offer_anew(db, caller, assignment, part.id, new, given)


async def _offer_anew(
    db: AsyncSession,
    caller: Caller,
    assignment: Assignment,
    part: str,
    terms: Terms,
    given: Reasons,
) -> None:
    """Offer new terms to one part; a refusal names it."""
    try:
        await assignments.revise(
            db,
            caller,
            assignment.id,
            terms,
            overrides=given.get(part, ()),
            stamp=PartStamp(if_match=etags.etag(assignment.version)),
        )
    except Conflict as refusal:
        refusal.members["part"] = part
        raise


async def _latest_terms(
    db: AsyncSession, caller: Caller, assignment: Assignment
) -> Terms:
    number = assignment.offered_revision or assignment.shown_revision
    row = await assignments_reading.terms_for(db, caller, assignment.id, number)
    return Terms.model_validate(row.terms)
