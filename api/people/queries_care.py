"""A client's precautions and phase, and everything they ever were."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.people.precautions import FIRST_PHASE, in_force, latest
from api.people.tables import Phase, PhaseChange, PrecautionChange, PrecautionCode


@dataclass(frozen=True)
class Care:
    """A client's precautions and phase, and everything they ever were."""

    changes: tuple[PrecautionChange, ...] = ()
    phases: tuple[PhaseChange, ...] = ()

    @property
    def held(self) -> dict[PrecautionCode, PrecautionChange]:
        """The precautions that hold."""
        return in_force(self.changes)

    @property
    def phase(self) -> Phase:
        """The present phase."""
        found = latest(self.phases)
        return FIRST_PHASE if found is None else found.phase

    @property
    def phase_since(self) -> datetime | None:
        """When the present phase was set, or None for the first."""
        found = latest(self.phases)
        return None if found is None else found.at

    @property
    def version(self) -> int:
        """What guards a change."""
        numbers = [one.number for one in self.changes]
        return max([*numbers, *(one.number for one in self.phases)], default=0) + 1


async def care_of(db: AsyncSession, practice_id: UUID, client_id: UUID) -> Care:
    """Return a client's care, for rooms that know the client to be within reach."""
    changes = (
        select(PrecautionChange)
        .where(
            col(PrecautionChange.practice_id) == practice_id,
            col(PrecautionChange.client_id) == client_id,
        )
        .order_by(col(PrecautionChange.number), col(PrecautionChange.code))
    )
    phases = (
        select(PhaseChange)
        .where(
            col(PhaseChange.practice_id) == practice_id,
            col(PhaseChange.client_id) == client_id,
        )
        .order_by(col(PhaseChange.number))
    )
    return Care(
        tuple((await db.exec(changes)).all()), tuple((await db.exec(phases)).all())
    )
