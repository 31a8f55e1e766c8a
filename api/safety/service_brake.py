"""The titration brake of one client: what it heard, where it stands, lifting a hold.

Reporting that something made it worse is always taken and lowers no number anywhere.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.access.caller import Caller
from api.access.permissions import Right
from api.foundation import clock, journal
from api.foundation.errors import Conflict
from api.foundation.ids import new_id
from api.foundation.journal import Actor
from api.people.service import client_for, next_change
from api.safety.brake import Brake, Event, Lift, Side, Worsening, follow, stand
from api.safety.tables_gate import BrakeEvent


class HoldChanged(Conflict):
    """The hold that was named is not the one that stands."""

    code = "hold-changed"
    title = "Something was heard since; look at it again before you lift the hold"


async def brake_of(db: AsyncSession, practice_id: UUID, client_id: UUID) -> Brake:
    """Return where the brake of a client stands, whom the caller knows to be in reach."""
    query = (
        select(BrakeEvent)
        .where(
            col(BrakeEvent.practice_id) == practice_id,
            col(BrakeEvent.client_id) == client_id,
        )
        .order_by(col(BrakeEvent.number))
    )
    return stand(_events((await db.exec(query)).all()))


def _events(rows: Sequence[BrakeEvent]) -> Iterator[Worsening | Lift]:
    for row in rows:
        if row.kind is Event.LIFT:
            yield Lift(row.side or Side.CLIENT)
        else:
            yield Worsening(row.at, row.exercise or "", row.grade or 1)


async def note_worsening(
    db: AsyncSession,
    practice_id: UUID,
    client_id: UUID,
    *,
    exercise_slug: str,
    intensity: int,
    at: datetime,
    source_id: UUID,
) -> bool:
    """Hear that something made it worse, and return whether that is new.

    The same source again changes nothing.

    `source_id` is the completion, or the report where no completion is known; `at` the
    client's clock, never later than now. Call it in the transaction that keeps the
    source. Raises NotFound for a client that does not exist.
    """
    await next_change(db, practice_id, client_id)  # the client's row is the lock
    query = select(BrakeEvent.id).where(
        col(BrakeEvent.practice_id) == practice_id,
        col(BrakeEvent.client_id) == client_id,
        col(BrakeEvent.source_id) == source_id,
    )
    if (await db.exec(query)).first() is not None:
        return False
    before = await brake_of(db, practice_id, client_id)
    now = clock.now()
    row = BrakeEvent(
        practice_id=practice_id,
        id=new_id(),
        client_id=client_id,
        number=before.events + 1,
        kind=Event.WORSENING,
        source_id=source_id,
        exercise=exercise_slug,
        grade=intensity,
        at=min(at, now),
        received_at=now,
    )
    db.add(row)
    await db.flush()
    after = follow(before, Worsening(row.at, exercise_slug, intensity))
    actor = Actor(practice_id, "client", client_id)
    await _tell(db, actor, "brake.worsening", row)
    if after.held_from != before.held_from:
        await _tell(db, actor, "brake.held", row)
    return True


async def lift(db: AsyncSession, caller: Caller, client_id: UUID, hold: int) -> Brake:
    """Say, for one's own side, that the hold may end; it does when both have said so.

    `hold` names the hold that was looked at. Saying it again changes nothing. Raises
    NotFound, HoldChanged.
    """
    await client_for(db, caller, client_id, right=Right.PACE_ASSIGNMENTS, lock=True)
    before = await brake_of(db, caller.practice_id, client_id)
    side = Side.CLIENT if caller.is_client else Side.THERAPIST
    if before.held_from is None or side in before.agreed:
        return before
    if before.since != hold:
        raise HoldChanged(hold=before.since, held_from=before.held_from)
    now = clock.now()
    row = BrakeEvent(
        practice_id=caller.practice_id,
        id=new_id(),
        client_id=client_id,
        number=before.events + 1,
        kind=Event.LIFT,
        side=side,
        by_id=caller.id,
        at=now,
        received_at=now,
    )
    db.add(row)
    await db.flush()
    after = follow(before, Lift(side))
    verb = "brake.lifted" if after.held_from is None else "brake.lift_agreed"
    await _tell(db, caller.actor, verb, row)
    return after


async def _tell(db: AsyncSession, actor: Actor, verb: str, row: BrakeEvent) -> None:
    subject = ("brake_event", row.id)
    await journal.record(db, actor, verb, subject, client_id=row.client_id)
