"""The safety settings of a practice: numbered rows, of which the last one holds."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.access import service_members as members
from api.access.caller import Caller
from api.foundation import clock, etags, journal
from api.foundation.errors import Fault, Invalid
from api.practices import service as practices
from api.safety.schemas import SafetySettingsIn
from api.safety.tables import SafetySettings


@dataclass(frozen=True, slots=True)
class InForce:
    """What holds now; number 0 and the defaults before anybody said anything."""

    number: int
    settings: SafetySettingsIn
    made_at: datetime | None = None

    def shown(self) -> dict[str, Any]:
        """Return it as it goes over the wire."""
        return {
            "number": self.number,
            "made_at": self.made_at,
            **self.settings.model_dump(),
        }


async def in_force(db: AsyncSession, practice_id: UUID) -> InForce:
    """Return the settings that hold; always some, so that nothing waits for them."""
    query = (
        select(SafetySettings)
        .where(col(SafetySettings.practice_id) == practice_id)
        .order_by(col(SafetySettings.number).desc())
        .limit(1)
    )
    row = (await db.exec(query)).first()
    if row is None:
        return InForce(0, SafetySettingsIn())
    return InForce(
        row.number, SafetySettingsIn.model_validate(row.settings), row.made_at
    )


async def change(
    db: AsyncSession, caller: Caller, wanted: SafetySettingsIn, *, if_match: str | None
) -> InForce:
    """Put settings in force; what held before stays readable in its row.

    Raises MatchRequired, Stale, and Invalid for readers who do not work here.
    """
    await practices.one(db, caller.practice_id, lock=True)
    before = await in_force(db, caller.practice_id)
    etags.require(if_match, before.number)
    if wanted == before.settings:
        return before
    await _check_readers(db, caller.practice_id, wanted)
    row = SafetySettings(
        practice_id=caller.practice_id,
        number=before.number + 1,
        settings=wanted.model_dump(mode="json"),
        made_by=caller.id,
        made_at=clock.now(),
    )
    db.add(row)
    await db.flush()
    subject = ("practice", caller.practice_id)
    await journal.record(db, caller.actor, "safety.settings_changed", subject)
    return InForce(row.number, wanted, row.made_at)


async def _check_readers(
    db: AsyncSession, practice_id: UUID, wanted: SafetySettingsIn
) -> None:
    faults = [
        Fault(f"/readers/{at}", "unknown-staff", "Nobody of this id works here.")
        for at, staff_id in enumerate(wanted.readers)
        if await members.open_membership(db, practice_id, staff_id) is None
    ]
    if faults:
        raise Invalid(faults=faults)
