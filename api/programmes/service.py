"""Offering a programme: a plan whose parts are ordinary offers, all in one transaction.

Whatever holds for an offer holds for each part: rule R0, precautions, sharing, consent.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from pydantic.main import IncEx
from sqlmodel.ext.asyncio.session import AsyncSession

from api.access.caller import Caller
from api.access.permissions import Right
from api.assignments import service as assignments
from api.assignments.schemas_care import reasons
from api.assignments.service_moves import IdInUse
from api.assignments.terms import Terms
from api.assignments.walltime import wall_of
from api.foundation import clock
from api.foundation.errors import Conflict, Fault, Invalid
from api.foundation.ids import new_id
from api.people.service import client_for
from api.programmes import queries
from api.programmes.bundle import Bundle
from api.programmes.definition import Definition, Part, order_faults
from api.programmes.schemas_plans import PlanIn, PlanMoveIn
from api.programmes.service_keeping import Said, keep, load
from api.programmes.tables import (
    PlanPart,
    PlanRevision,
    ProgrammePlan,
    ProgrammeVersion,
)
from api.programmes.templates import Assigned, merged, terms_of
from api.programmes.words import PlanVerb
from api.safety.gate import Override

Places = Mapping[str, str]
"""Where in the request each part is spoken of, as a JSON Pointer."""
Reasons = Mapping[str, Sequence[Override]]
"""Why to go on with a part in spite of a caution."""
_REASONS: Mapping[str, IncEx | bool] = {"__all__": {"overrides"}}
_WISH: Mapping[str, IncEx | bool] = {"id": True, "parts": _REASONS}
"""What does not make an offer another one: its name, and the reasons, which only the
assignments keep."""


async def offer(db: AsyncSession, caller: Caller, body: PlanIn) -> Bundle:
    """Offer a programme to a client; the same id and content again change nothing.

    Raises NotFound, Invalid with every fault of every part, IdInUse, and whatever
    `assignments.service.offer` raises.
    """
    client = await client_for(
        db, caller, body.client_id, right=Right.OFFER_EXERCISES, lock=True
    )
    said = Said(revision=1, rest=body.model_dump(mode="json", exclude=_WISH))
    if body.id is not None:
        present = await db.get(ProgrammePlan, (caller.practice_id, body.id))
        if present is not None:
            return await _same(db, present, said)
    version = await _version(db, caller, body)
    definition = Definition.model_validate(version.document)
    parts = _chosen(definition, body)
    now = clock.now()
    plan = ProgrammePlan(
        practice_id=caller.practice_id,
        id=body.id or new_id(),
        client_id=client.id,
        programme_version_id=version.id,
        offered_by=caller.id,
        offered_revision=1,
        offered_at=now,
        changed_at=now,
    )
    db.add(plan)
    await db.flush()
    places = {one.part: f"/parts/{at}" for at, one in enumerate(body.parts)}
    today = wall_of(now, client.zone).date()
    assigned = {part.id: new_id() for part in parts}
    await offer_parts(
        db,
        caller,
        plan,
        parts,
        assigned,
        since=1,
        day=(client.zone, today),
        places=places,
        given={one.part: reasons(one.overrides) for one in body.parts},
    )
    add_revision(db, caller, plan, parts, number=1)
    (bundle,) = await load(db, caller.practice_id, [plan])
    await keep(db, caller, bundle, PlanVerb.OFFER, PlanMoveIn(), said)
    return bundle


async def _same(db: AsyncSession, present: ProgrammePlan, said: Said) -> Bundle:
    (bundle,) = await load(db, present.practice_id, [present])
    if not bundle.moves or bundle.moves[0].said != said.rest:
        raise IdInUse
    return bundle


async def _version(db: AsyncSession, caller: Caller, body: PlanIn) -> ProgrammeVersion:
    programme = await queries.find_programme(
        db, caller.practice_id, body.programme.slug
    )
    if programme is None or body.programme.version > programme.latest_number:
        message = "There is no such version."
        raise Invalid(faults=[Fault("/programme", "no-such-programme", message)])
    return await queries.version_of(db, programme, body.programme.version)


def _chosen(definition: Definition, body: PlanIn) -> list[Part]:
    """Return the parts that are offered, with the therapist's choices over them."""
    names = {part.id for part in definition.parts}
    faults = [
        Fault(f"/parts/{at}/part", "no-such-part", "There is no such part.")
        for at, one in enumerate(body.parts)
        if one.part not in names
    ]
    faults += [
        Fault(f"/leave_out/{at}", "no-such-part", "There is no such part.")
        for at, one in enumerate(body.leave_out)
        if one not in names
    ]
    choices = {one.part: one.terms for one in body.parts}
    parts = [
        part.model_copy(update={"terms": merged(part.terms, choices.get(part.id))})
        for part in definition.parts
        if part.id not in body.leave_out
    ]
    if not parts:
        faults.append(Fault("/leave_out", "nothing-left", "No part is left."))
    if order_faults(definition.kind, parts):
        message = "Other parts wait for one that is left out."
        faults.append(Fault("/leave_out", "is-waited-for", message))
    if faults:
        raise Invalid(faults=faults)
    return parts


async def offer_parts(
    db: AsyncSession,
    caller: Caller,
    plan: ProgrammePlan,
    parts: Sequence[Part],
    assigned: Assigned,
    *,
    since: int,
    day: tuple[str, date],
    places: Places,
    given: Reasons,
) -> None:
    """Offer each part as an assignment of its own, tied to the plan.

    `assigned` names the assignments of every part, `day` is the client's zone and day.
    Raises Invalid with the faults of every part, at their places; any other refusal
    names the part. `given` are reasons to go on with a part in spite of a caution.
    """
    numbers = await queries.latest_numbers(
        db, plan.practice_id, {part.exercise for part in parts}
    )
    faults: list[Fault] = []
    for part in parts:
        place = places.get(part.id, "/programme")
        if part.exercise not in numbers:
            message = "There is no such exercise."
            faults.append(Fault(place, "unknown-exercise", message))
            continue
        zone, today = day
        terms = terms_of(
            part,
            version=numbers[part.exercise],
            assigned=assigned,
            zone=zone,
            today=today,
        )
        try:
            said, ident = given.get(part.id, ()), assigned[part.id]
            await _offer_part(db, caller, plan, part, terms, ident, since, said)
        except Invalid as invalid:
            faults += [
                Fault(f"{place}{one.pointer}", one.code, one.message)
                for one in invalid.faults
            ]
        except Conflict as refusal:
            refusal.members["part"] = part.id
            raise
    if faults:
        raise Invalid(faults=faults)


async def _offer_part(
    db: AsyncSession,
    caller: Caller,
    plan: ProgrammePlan,
    part: Part,
    terms: Terms,
    assignment_id: UUID,
    since: int,
    given: Sequence[Override],
) -> None:
    made = await assignments.offer(
        db, caller, plan.client_id, terms, offer_id=assignment_id, overrides=given
    )
    db.add(
        PlanPart(
            practice_id=plan.practice_id,
            assignment_id=made.id,
            plan_id=plan.id,
            client_id=plan.client_id,
            part=part.id,
            since_revision=since,
        )
    )
    await db.flush()


def add_revision(
    db: AsyncSession,
    caller: Caller,
    plan: ProgrammePlan,
    parts: Sequence[Part],
    *,
    number: int,
) -> None:
    """Keep a numbered order of parts."""
    documents: list[dict[str, Any]] = [
        part.model_dump(mode="json", exclude_none=True) for part in parts
    ]
    db.add(
        PlanRevision(
            practice_id=plan.practice_id,
            plan_id=plan.id,
            number=number,
            client_id=plan.client_id,
            made_by=caller.id,
            made_at=clock.now(),
            parts=documents,
        )
    )
