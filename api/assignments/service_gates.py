"""What the gate says to terms: at an offer, at a yes, and whenever somebody looks.

The rules are the safety room's; this brings them what is asked. A precaution that is set
later changes nothing that was agreed, and holds back the next yes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.access.caller import Caller
from api.access.permissions import Right
from api.assignments import queries, service_terms
from api.assignments.service_terms import NotWithThisPerson
from api.assignments.standing import OPEN_STATES, Actor, Move, Verb
from api.assignments.tables import Assignment, AssignmentMove, TermsRevision
from api.assignments.terms import Terms
from api.exercises.service_lineage import Edition, editions
from api.exercises.tables import ExerciseVersion
from api.foundation import clock
from api.people import service_precautions as precautions
from api.people.service import client_for
from api.people.tables import PrecautionCode
from api.safety import gate, gate_rules
from api.safety import service_gate as gates
from api.safety.gate import Caution, Override, Profile, Reason, Rule, Wish
from api.safety.tables_gate import GateOverride

_YES = frozenset({Verb.ACCEPT, Verb.AGREE})


@dataclass(frozen=True)
class Affected:
    """An open assignment that would be held back if it were offered now."""

    assignment: Assignment
    revision: int
    exercise: str
    cautions: list[Caution]


async def look(
    db: AsyncSession,
    caller: Caller,
    client_id: UUID,
    terms: Terms,
    version: ExerciseVersion,
    overrides: Sequence[Override] = (),
) -> list[Caution]:
    """Return what new terms meet, with the given reasons weighed."""
    profile = await gates.profile_of(db, caller.practice_id, client_id)
    found = await editions(db, caller.practice_id, [version.id])
    now = clock.now()
    wish = _wish(terms, found[version.id], reminders=terms.reminders.wanted)
    reasons = [Reason(one.code, now) for one in overrides]
    return gate.judge(gate_rules.cautions(profile, wish), reasons)


async def hold_offer(
    db: AsyncSession,
    caller: Caller,
    client_id: UUID,
    terms: Terms,
    version: ExerciseVersion,
    overrides: Sequence[Override],
) -> list[Caution]:
    """Return what an offer meets and passes; raise HeldBack where it does not pass."""
    found = await look(db, caller, client_id, terms, version, overrides)
    gates.refuse(found)
    return found


async def hold_yes(
    db: AsyncSession,
    caller: Caller,
    assignment: Assignment,
    move: Move,
    *,
    move_id: UUID | None,
    overrides: Sequence[Override] = (),
) -> None:
    """Hold R0 and every caution once more at a yes; what was said before stays said.

    Raises: NotWithThisPerson, HeldBack.
    """
    if move.verb not in _YES or move.revision in (None, assignment.agreed_revision):
        return
    if await _is_kept(db, assignment, move_id):
        return
    row = await db.get(
        TermsRevision, (assignment.practice_id, assignment.id, move.revision)
    )
    if row is None:
        return
    await service_terms.check_person_now(db, row)
    wanted = Terms.model_validate(row.terms).reminders.wanted
    found = await _met(
        db,
        row,
        reminders=wanted and move.grants is not None and move.grants.remind,
        overrides=overrides,
    )
    gates.refuse(found)
    await gates.keep_overrides(
        db,
        caller,
        assignment.client_id,
        (assignment.id, row.number),
        found=found,
        given=overrides,
    )


async def hold_reminders(
    db: AsyncSession, assignment: Assignment, move: Move, *, move_id: UUID | None
) -> None:
    """Hold back a wish to be reminded on a device that others may look at."""
    asks = move.verb in (Verb.GRANT, Verb.COUNTER) and move.grants is not None
    if not asks or move.grants is None or not move.grants.remind:
        return
    if await _is_kept(db, assignment, move_id):
        return
    profile = await gates.profile_of(db, assignment.practice_id, assignment.client_id)
    gates.refuse(gate_rules.about_reminders(profile))


async def _is_kept(
    db: AsyncSession, assignment: Assignment, move_id: UUID | None
) -> bool:
    if move_id is None:
        return False
    key = (assignment.practice_id, assignment.id, move_id)
    return await db.get(AssignmentMove, key) is not None


async def _met(
    db: AsyncSession,
    row: TermsRevision,
    *,
    reminders: bool,
    overrides: Sequence[Override] = (),
) -> list[Caution]:
    """Return what kept terms meet now, with the reasons kept for them and given now."""
    profile = await gates.profile_of(db, row.practice_id, row.client_id)
    found = await editions(db, row.practice_id, [row.exercise_version_id])
    kept = await gates.overrides_of(db, row.practice_id, [row.assignment_id])
    now = clock.now()
    reasons = [
        *gates.reasons(kept, row.number),
        *(Reason(one.code, now) for one in overrides),
    ]
    edition = found[row.exercise_version_id]
    return _judged(profile, row, edition, reasons, reminders=reminders)


def _judged(
    profile: Profile,
    row: TermsRevision,
    edition: Edition,
    reasons: Sequence[Reason],
    *,
    reminders: bool,
) -> list[Caution]:
    by_client = row.proposed_by is Actor.CLIENT
    wish = _wish(
        Terms.model_validate(row.terms),
        edition,
        reminders=reminders,
        by_client=by_client,
    )
    return gate.judge(gate_rules.cautions(profile, wish), reasons)


def _wish(
    terms: Terms, edition: Edition, *, reminders: bool, by_client: bool = False
) -> Wish:
    return Wish(
        document=edition.document,
        names=edition.names,
        at=clock.now(),
        setting=terms.setting.value,
        doses={
            ref: dose.model_dump(exclude_none=True)
            for ref, dose in terms.parameters.items()
        },
        reminders=reminders,
        by_client=by_client,
    )


# --- looking ------------------------------------------------------------------


async def terms_met(
    db: AsyncSession, caller: Caller, row: TermsRevision
) -> dict[str, Any]:
    """Return what is to be minded with kept terms now, and to staff why it went on."""
    wanted = Terms.model_validate(row.terms).reminders.wanted
    found = await _met(db, row, reminders=wanted)
    rows = await gates.overrides_of(db, row.practice_id, [row.assignment_id])
    mine = [one for one in rows if one.revision == row.number]
    return {
        "cautions": [gates.as_shown(one) for one in found],
        "overrides": None if caller.is_client else mine,
    }


async def affected(
    db: AsyncSession, practice_id: UUID, client_id: UUID, *, only: frozenset[Rule]
) -> list[Affected]:
    """Return the open assignments that would be held back now; nothing is done to them.

    `only` names the rules asked about; whoever asks knows the client to be in reach.
    """
    query = (
        select(Assignment)
        .where(
            col(Assignment.practice_id) == practice_id,
            col(Assignment.client_id) == client_id,
            col(Assignment.state).in_(OPEN_STATES),
        )
        .order_by(col(Assignment.id))
    )
    rows = (await db.exec(query)).all()
    ids = [one.id for one in rows]
    terms = await queries.all_terms(db, practice_id, ids)
    shown = [terms[one.id][one.shown_revision] for one in rows]
    known = await editions(db, practice_id, {one.exercise_version_id for one in shown})
    kept = await gates.overrides_of(db, practice_id, ids)
    profile = await gates.profile_of(db, practice_id, client_id)
    found = []
    for assignment, row in zip(rows, shown, strict=True):
        reasons = gates.reasons(_of(kept, assignment.id), row.number)
        edition = known[row.exercise_version_id]
        cautions = gate.held_back(
            _judged(profile, row, edition, reasons, reminders=assignment.may_remind)
        )
        cautions = [one for one in cautions if one.rule in only]
        if cautions:
            name = edition.names[0]
            found.append(Affected(assignment, row.number, name, cautions))
    return found


def _of(kept: Sequence[GateOverride], assignment_id: UUID) -> list[GateOverride]:
    return [one for one in kept if one.assignment_id == assignment_id]


async def check(
    db: AsyncSession, caller: Caller, client_id: UUID, terms: Terms
) -> list[Caution]:
    """Return what an offer of these terms would meet; R0 stands among the cautions.

    Raises: NotFound; Invalid, as an offer would.
    """
    await client_for(db, caller, client_id, right=Right.OFFER_EXERCISES)
    barred: list[Caution] = []
    try:
        version = await service_terms.check(db, caller, client_id, terms)
    except NotWithThisPerson:
        barred = [gate.not_with_this_person()]
        version = await service_terms.check_exercise(db, caller, terms)
    return [*barred, *await look(db, caller, client_id, terms, version)]


async def reminders_are_off(
    db: AsyncSession, practice_id: UUID, client_id: UUID
) -> bool:
    """Whether others may look at the client's device."""
    care = await precautions.care_of(db, practice_id, client_id)
    return PrecautionCode.DEVICE in care.held
