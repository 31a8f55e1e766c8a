"""A client's care as both sides see it: precautions, the brake, and what they affect."""

from typing import Any
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.access.caller import Caller
from api.access.permissions import Right
from api.assignments import queries, service_endings, service_gates
from api.assignments.schemas_care import WorseningIn
from api.assignments.service_gates import Affected
from api.assignments.tables import Assignment
from api.exercises.service_lineage import editions, latest
from api.foundation import clock
from api.people import service_precautions as precautions
from api.people.precautions import FIRST_PHASE, PHASE_WORDS, WORDS
from api.people.schemas_care import CareIn
from api.people.service import client_for
from api.people.service_precautions import Care
from api.people.tables import PhaseChange, PrecautionCode
from api.safety import service_brake
from api.safety.brake import GROUNDING, Brake, rests_until
from api.safety.gate import Rule
from api.safety.service_gate import as_shown

_BRAKE_RULES = frozenset({Rule.BRAKE})
_CARE_RULES = frozenset(Rule) - _BRAKE_RULES


async def care(
    db: AsyncSession, caller: Caller, client_id: UUID
) -> tuple[int, dict[str, Any]]:
    """Return the version and the page of a client's care, within reach."""
    found = await precautions.read(db, caller, client_id)
    return found.version, await _page(db, caller, client_id, found)


async def change_care(
    db: AsyncSession,
    caller: Caller,
    client_id: UUID,
    wanted: CareIn,
    *,
    if_match: str | None,
) -> tuple[int, dict[str, Any]]:
    """Set precautions and phase; reminders end where the device may be looked at.

    Nothing else of what was agreed changes: the page lists what it affects.
    """
    changed = await precautions.change(
        db,
        caller,
        client_id,
        wanted=wanted.precautions,
        phase=wanted.phase,
        if_match=if_match,
    )
    if PrecautionCode.DEVICE in changed.added:
        await _end_reminders(db, caller.practice_id, client_id)
    return changed.care.version, await _page(db, caller, client_id, changed.care)


async def _end_reminders(db: AsyncSession, practice_id: UUID, client_id: UUID) -> None:
    query = (
        select(Assignment)
        .where(
            col(Assignment.practice_id) == practice_id,
            col(Assignment.client_id) == client_id,
            col(Assignment.may_remind),
        )
        .order_by(col(Assignment.id))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    for assignment in (await db.exec(query)).all():
        await service_endings.end_reminders(db, assignment)


async def _page(
    db: AsyncSession, caller: Caller, client_id: UUID, found: Care
) -> dict[str, Any]:
    affects = await service_gates.affected(
        db, caller.practice_id, client_id, only=_CARE_RULES
    )
    phases = [_phase(one) for one in found.phases]
    return {
        "precautions": [
            {
                "code": code,
                "words": WORDS[code],
                "set_by": change.by_id,
                "set_at": change.at,
            }
            for code, change in sorted(found.held.items())
        ],
        "phase": phases[-1] if phases else _phase(None),
        "history": [
            {"code": one.code, "holds": one.holds, "by": one.by_id, "at": one.at}
            for one in found.changes
        ],
        "phases": phases,
        "affects": [_affected(one) for one in affects],
    }


def _phase(change: PhaseChange | None) -> dict[str, Any]:
    phase = FIRST_PHASE if change is None else change.phase
    return {
        "phase": phase,
        "words": PHASE_WORDS[phase],
        "set_by": None if change is None else change.by_id,
        "set_at": None if change is None else change.at,
    }


def _affected(one: Affected) -> dict[str, Any]:
    return {
        "assignment_id": one.assignment.id,
        "state": one.assignment.state,
        "revision": one.revision,
        "exercise": one.exercise,
        "cautions": [as_shown(caution) for caution in one.cautions],
    }


# --- the brake ----------------------------------------------------------------


async def brake(db: AsyncSession, caller: Caller, client_id: UUID) -> dict[str, Any]:
    """Return where the brake of a client within reach stands, and what it affects."""
    await client_for(db, caller, client_id, right=Right.READ_CARE)
    now = await service_brake.brake_of(db, caller.practice_id, client_id)
    return await _brake_page(db, caller.practice_id, client_id, now)


async def lift(
    db: AsyncSession, caller: Caller, client_id: UUID, hold: int
) -> dict[str, Any]:
    """Lift a hold for one's own side; it ends when both have. Raises HoldChanged."""
    now = await service_brake.lift(db, caller, client_id, hold)
    return await _brake_page(db, caller.practice_id, client_id, now)


async def report_worsening(
    db: AsyncSession, caller: Caller, told: WorseningIn
) -> dict[str, Any]:
    """Take the client's own report that something made it worse; never refused as late.

    The grade is that of the terms that hold, else of those offered.
    """
    await hear_worsening(db, caller, told)
    now = await service_brake.brake_of(db, caller.practice_id, caller.id)
    return await _brake_page(db, caller.practice_id, caller.id, now)


async def hear_worsening(db: AsyncSession, caller: Caller, told: WorseningIn) -> bool:
    """Keep a report, also one that a device brings later; return whether it is new.

    Raises NotFound for an assignment that is not the client's.
    """
    found = await queries.find(
        db, caller, told.assignment_id, right=Right.SUBMIT_COMPLETIONS
    )
    terms = await queries.terms_of(
        db, found.practice_id, found.id, found.shown_revision
    )
    known = await editions(db, found.practice_id, [terms.exercise_version_id])
    edition = known[terms.exercise_version_id]
    return await service_brake.note_worsening(
        db,
        caller.practice_id,
        caller.id,
        exercise_slug=edition.names[0],
        intensity=edition.document.get("intensity", 1),
        at=told.at,
        source_id=told.completion_id or told.id,
    )


async def _brake_page(
    db: AsyncSession, practice_id: UUID, client_id: UUID, now: Brake
) -> dict[str, Any]:
    affects = await service_gates.affected(
        db, practice_id, client_id, only=_BRAKE_RULES
    )
    resting = await _resting(db, practice_id, now)
    return {
        "held_from": now.held_from,
        "hold": now.since,
        "agreed": sorted(now.agreed),
        "worsenings": now.counted,
        "resting": resting,
        "suggest": [GROUNDING] if now.counted or resting else [],
        "affects": [_affected(one) for one in affects],
    }


async def _resting(
    db: AsyncSession, practice_id: UUID, now: Brake
) -> list[dict[str, Any]]:
    slugs = sorted({one.exercise for one in now.seen})
    moment = clock.now()
    found = []
    for slug, document in (await latest(db, practice_id, slugs)).items():
        grade = document.get("intensity", 1)
        hours = document.get("cooldown_hours", 0)
        until = rests_until(now, slug, grade, hours)
        if until is not None and until > moment:
            found.append({"exercise": slug, "until": until})
    return found
