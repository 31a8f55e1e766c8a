"""New terms for an assignment: numbered, judged material or not, held to every caution."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from api.access.caller import Caller
from api.assignments import service_gates, service_terms
from api.assignments.standing import Move, State, Verb
from api.assignments.tables import Assignment
from api.assignments.terms import Terms, is_material
from api.foundation import clock
from api.safety.gate import Caution, Override
from api.safety.service_gate import keep_overrides


def lapses_at(terms: Terms) -> datetime | None:
    """Return until when an offer made now is open, or None for as long as it stands."""
    if terms.lapses_after_days is None:
        return None
    return clock.now() + timedelta(days=terms.lapses_after_days)


def base_number(assignment: Assignment) -> int:
    """Return the revision that new terms are compared with."""
    return assignment.offered_revision or assignment.shown_revision


async def with_terms(
    db: AsyncSession,
    caller: Caller,
    assignment: Assignment,
    move: Move,
    terms: Terms,
    overrides: Sequence[Override],
) -> Move:
    """Give new terms their number; a therapist's rewording names what it replaces."""
    base = await service_terms.standing_terms(db, assignment)
    version = await service_terms.check(
        db, caller, assignment.client_id, terms, already=base.exercise_id
    )
    before = Terms.model_validate(base.terms)
    changes = await service_terms.changes(db, assignment.practice_id, before, terms)
    revising = move.verb is Verb.REVISE
    if revising and not changes and assignment.state is not State.DECLINED:
        return replace(move, revision=base.number)
    number = assignment.latest_revision + 1
    cosmetic = (
        revising
        and not is_material(changes)
        and base.number in (assignment.offered_revision, assignment.agreed_revision)
    )
    found: list[Caution] = []
    if revising and not cosmetic:
        found = await service_gates.hold_offer(
            db, caller, assignment.client_id, terms, version, overrides
        )
    assignment.latest_revision = number
    service_terms.add_revision(
        db,
        caller,
        assignment,
        terms,
        version,
        number=number,
        base=base,
        is_material=not cosmetic,
    )
    if revising and not cosmetic:
        assignment.lapses_at = lapses_at(terms)
        about = (assignment.id, number)
        await keep_overrides(
            db, caller, assignment.client_id, about, found=found, given=overrides
        )
    return replace(move, revision=number, replaces=base.number if cosmetic else None)
