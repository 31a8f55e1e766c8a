"""What anchored plans hang on: completions told to them, and the client's own go.

Rows are added in the order in which they are told, and never changed. Programmes and
completions tell; nothing here asks whether it was right to.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.assignments.anchors import (
    AfterCompletion,
    AfterEnrolment,
    AfterGo,
    Anchor,
    Event,
)
from api.assignments.occurrences import Spell, Status
from api.assignments.tables import AnchorEvent, Assignment, GateChange, TermsRevision
from api.people.service import next_change

MayKnow = Callable[[UUID], bool]
"""Whether a reader may know of a completion or of a client's step, by its id."""


def of_all(_id: UUID) -> bool:
    """Know of everything."""
    return True


def of_none(_id: UUID) -> bool:
    """Know of nothing."""
    return False


@dataclass(slots=True)
class Hung:
    """What an assignment's plans hang on, and the ordinals of what is private of it."""

    events: list[Event] = field(default_factory=list)
    private: set[int] = field(default_factory=set)
    goes: list[GateChange] = field(default_factory=list)
    knows_goes: bool = True

    def events_for(
        self, anchor: Anchor | None, enrolled_at: datetime
    ) -> Sequence[Event]:
        """Return what the reader may know of the events that an anchor counts from.

        Of a number of completions each must be known: that the last one opened the way
        would tell of the others.
        """
        match anchor:
            case AfterEnrolment():
                return [Event(1, enrolled_at)]
            case AfterGo():
                opened = [one.at for one in self.goes if one.is_open]
                known = self.knows_goes and bool(opened)
                return [Event(1, opened[0])] if known else []
            case AfterCompletion(each=False, times=times):
                first = set(range(1, times + 1))
                return [] if self.private & first else self.events
            case _:
                return [one for one in self.events if one.ordinal not in self.private]

    def quiet_for(self, anchor: Anchor | None) -> list[Spell]:
        """Return the times in which the client had stepped back."""
        if not isinstance(anchor, AfterGo):
            return []
        found: list[Spell] = []
        for one in self.goes:
            if found and found[-1].to_at is None and one.is_open:
                last = found.pop()
                if one.at > last.from_at:
                    found.append(Spell(last.status, last.from_at, one.at))
            elif not one.is_open:
                found.append(Spell(Status.PAUSED, one.at))
        return found


async def hung_by(
    db: AsyncSession,
    practice_id: UUID,
    assignment_ids: Sequence[UUID],
    may_know: MayKnow,
) -> dict[UUID, Hung]:
    """Return what has been told to the plans of some assignments."""
    found = {one: Hung() for one in assignment_ids}
    told = select(AnchorEvent).where(
        col(AnchorEvent.practice_id) == practice_id,
        col(AnchorEvent.assignment_id).in_(assignment_ids),
    )
    for row in (await db.exec(told)).all():
        hung = found[row.assignment_id]
        hung.events.append(Event(row.ordinal, row.at))
        if not may_know(row.completion_id):
            hung.private.add(row.ordinal)
    goes = (
        select(GateChange)
        .where(
            col(GateChange.practice_id) == practice_id,
            col(GateChange.assignment_id).in_(assignment_ids),
        )
        .order_by(col(GateChange.ordinal))
    )
    for step in (await db.exec(goes)).all():
        hung = found[step.assignment_id]
        hung.goes.append(step)
        hung.knows_goes = hung.knows_goes and may_know(step.move_id)
    return found


async def note_completion(
    db: AsyncSession,
    assignment: Assignment,
    *,
    exercise: str,
    completion_id: UUID,
    at: datetime,
) -> int:
    """Tell plans that come after this completion; return how many there are.

    `assignment` is the one that was done, its client's row locked. A repeat is nothing.
    """
    query = (
        select(TermsRevision.assignment_id)
        .where(
            col(TermsRevision.practice_id) == assignment.practice_id,
            col(TermsRevision.client_id) == assignment.client_id,
            col(TermsRevision.hangs_on).in_((exercise, str(assignment.id))),
        )
        .distinct()
    )
    waiting = (await db.exec(query)).all()
    for assignment_id in waiting:
        key = (assignment.practice_id, assignment_id, completion_id)
        if await db.get(AnchorEvent, key) is not None:
            continue
        told = await db.exec(
            select(func.count()).where(
                col(AnchorEvent.practice_id) == assignment.practice_id,
                col(AnchorEvent.assignment_id) == assignment_id,
            )
        )
        db.add(
            AnchorEvent(
                practice_id=assignment.practice_id,
                assignment_id=assignment_id,
                completion_id=completion_id,
                client_id=assignment.client_id,
                ordinal=told.one() + 1,
                at=at,
            )
        )
        await db.flush()
    return len(waiting)


async def note_step(
    db: AsyncSession,
    assignment: Assignment,
    *,
    is_open: bool,
    move_id: UUID,
    at: datetime,
) -> None:
    """Tell a plan that the client went on to it, or stepped back from it.

    The client's row is locked. What is so already is not told again.
    """
    query = (
        select(GateChange)
        .where(
            col(GateChange.practice_id) == assignment.practice_id,
            col(GateChange.assignment_id) == assignment.id,
        )
        .order_by(col(GateChange.ordinal).desc())
        .limit(1)
    )
    last = (await db.exec(query)).first()
    if (last is not None and last.is_open) == is_open:
        return
    db.add(
        GateChange(
            practice_id=assignment.practice_id,
            assignment_id=assignment.id,
            ordinal=1 if last is None else last.ordinal + 1,
            move_id=move_id,
            client_id=assignment.client_id,
            is_open=is_open,
            at=at,
        )
    )
    # Its devices hear of it. Staff read `changed_at` and not every step is theirs to know.
    assignment.changed_seq = await next_change(
        db, assignment.practice_id, assignment.client_id
    )
    db.add(assignment)
    await db.flush()
