"""What the gate knows of a client and a practice, and the reasons given to pass it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.access.caller import Caller
from api.foundation import clock, etags, journal
from api.foundation.errors import Conflict
from api.foundation.ids import new_id
from api.people import service_precautions as precautions
from api.people.tables import PrecautionCode
from api.safety import gate, service_brake
from api.safety.gate import Caution, Override, Profile, Reason
from api.safety.tables_gate import GateOverride, YouthSet


class HeldBack(Conflict):
    """Something has to be minded first; `cautions` say what, and what may be overridden."""

    code = "held-back"
    title = "This is held back for now"


def refuse(found: Sequence[Caution]) -> None:
    """Raise HeldBack, with everything that was met, if anything holds the offer back."""
    blocks = gate.held_back(found)
    if blocks:
        shown = [as_shown(one) for one in found]
        raise HeldBack(" ".join(one.message for one in blocks), cautions=shown)


def as_shown(one: Caution) -> dict[str, Any]:
    """Return a caution as it goes over the wire."""
    shown = asdict(one)
    del shown["since"]
    shown["until"] = None if one.until is None else one.until.isoformat()
    return shown


async def profile_of(db: AsyncSession, practice_id: UUID, client_id: UUID) -> Profile:
    """Return what the gate knows of a client, whom the caller knows to be in reach."""
    care = await precautions.care_of(db, practice_id, client_id)
    held = care.held
    youth: frozenset[str] = frozenset()
    if PrecautionCode.MINOR in held:
        reviewed = await youth_set(db, practice_id)
        youth = frozenset(() if reviewed is None else reviewed.exercises)
    return Profile(
        precautions={code.value: change.at for code, change in held.items()},
        phase=care.phase.value,
        phase_since=care.phase_since,
        brake=await service_brake.brake_of(db, practice_id, client_id),
        youth=youth,
    )


# --- overrides ----------------------------------------------------------------


async def overrides_of(
    db: AsyncSession, practice_id: UUID, assignment_ids: Collection[UUID]
) -> list[GateOverride]:
    """Return the overrides of assignments already known to be within reach."""
    query = (
        select(GateOverride)
        .where(
            col(GateOverride.practice_id) == practice_id,
            col(GateOverride.assignment_id).in_(assignment_ids),
        )
        .order_by(col(GateOverride.at), col(GateOverride.id))
    )
    return list((await db.exec(query)).all())


def reasons(rows: Iterable[GateOverride], revision: int) -> list[Reason]:
    """Return what was set aside for one revision of one assignment's terms."""
    return [Reason(row.code, row.at) for row in rows if row.revision == revision]


async def keep_overrides(
    db: AsyncSession,
    caller: Caller,
    client_id: UUID,
    terms: tuple[UUID, int],
    *,
    found: Iterable[Caution],
    given: Iterable[Override],
) -> None:
    """Keep the reasons for what was really set aside; `terms` is (assignment, revision)."""
    said = {one.code: one.reason for one in given}
    now = clock.now()
    await db.flush()
    for caution in found:
        if not caution.overridden or caution.code not in said:
            continue
        row = GateOverride(
            practice_id=caller.practice_id,
            id=new_id(),
            client_id=client_id,
            assignment_id=terms[0],
            revision=terms[1],
            code=caution.code,
            rule=caution.rule.value,
            reason=said[caution.code],
            by_id=caller.id,
            at=now,
        )
        db.add(row)
        subject = ("gate_override", row.id)
        await journal.record(
            db, caller.actor, "caution.overridden", subject, client_id=client_id
        )
    await db.flush()


# --- the youth set ------------------------------------------------------------


async def youth_set(
    db: AsyncSession, practice_id: UUID, *, lock: bool = False
) -> YouthSet | None:
    """Return what the practice reviewed for minors, or None where nobody has."""
    query = select(YouthSet).where(col(YouthSet.practice_id) == practice_id)
    return (await db.exec(query.with_for_update() if lock else query)).first()


async def change_youth_set(
    db: AsyncSession, caller: Caller, wanted: Collection[str], *, if_match: str | None
) -> YouthSet:
    """Say which exercises the practice reviewed for minors. Raises Stale, MatchRequired."""
    row = await youth_set(db, caller.practice_id, lock=True)
    etags.require(if_match, 0 if row is None else row.version)
    now, version = clock.now(), 1 if row is None else row.version + 1
    row = row or YouthSet(
        practice_id=caller.practice_id,
        exercises=[],
        changed_by=caller.id,
        changed_at=now,
    )
    row.exercises, row.version = sorted(wanted), version
    row.changed_by, row.changed_at = caller.id, now
    db.add(row)
    await db.flush()
    subject = ("practice", caller.practice_id)
    await journal.record(db, caller.actor, "youth_set.changed", subject)
    return row
