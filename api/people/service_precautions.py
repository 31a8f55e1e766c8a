"""Precautions and phase: set by the care team, ended, read by client and care team.

Nothing is overwritten: what held, since when and by whom stays readable.
"""

from collections.abc import Collection
from typing import NamedTuple
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.access.caller import Caller
from api.access.permissions import Right
from api.foundation import clock, etags, journal
from api.people.queries_care import Care, care_of
from api.people.service import client_for
from api.people.tables import Phase, PhaseChange, PrecautionChange, PrecautionCode

__all__ = ["Care", "Changed", "care_of", "change", "read"]


class Changed(NamedTuple):
    """Care after a change, and which precautions are new in it."""

    care: Care
    added: frozenset[PrecautionCode]


async def read(db: AsyncSession, caller: Caller, client_id: UUID) -> Care:
    """Return the care of a client within reach: their own, or one cared for."""
    await client_for(db, caller, client_id, right=Right.READ_CARE)
    return await care_of(db, caller.practice_id, client_id)


async def change(
    db: AsyncSession,
    caller: Caller,
    client_id: UUID,
    *,
    wanted: Collection[PrecautionCode],
    phase: Phase,
    if_match: str | None,
) -> Changed:
    """Make the precautions and the phase what the therapist says they are.

    What stays as it was is not written again. Raises MatchRequired, Stale, NotFound.
    """
    await client_for(db, caller, client_id, right=Right.MANAGE_CARE, lock=True)
    before = await care_of(db, caller.practice_id, client_id)
    etags.require(if_match, before.version)
    added = frozenset(wanted) - before.held.keys()
    ended = before.held.keys() - set(wanted)
    now = clock.now()
    for code in sorted(added | ended):
        row = PrecautionChange(
            practice_id=caller.practice_id,
            client_id=client_id,
            number=before.version,
            code=code,
            holds=code in added,
            by_id=caller.id,
            at=now,
        )
        db.add(row)
        verb = "precaution.set" if row.holds else "precaution.ended"
        await _tell(db, caller, verb, ("precaution", row.id), client_id)
    if phase is not before.phase:
        step = PhaseChange(
            practice_id=caller.practice_id,
            client_id=client_id,
            number=before.version,
            phase=phase,
            by_id=caller.id,
            at=now,
        )
        db.add(step)
        await _tell(db, caller, "phase.set", ("phase", step.id), client_id)
    await db.flush()
    return Changed(await care_of(db, caller.practice_id, client_id), added)


async def _tell(
    db: AsyncSession,
    caller: Caller,
    verb: str,
    subject: tuple[str, UUID],
    client_id: UUID,
) -> None:
    await journal.record(db, caller.actor, verb, subject, client_id=client_id)
