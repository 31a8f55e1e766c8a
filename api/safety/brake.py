"""The titration brake: what made it worse is not offered again too soon, or too strong.

A fold over the client's events in the order they were heard of. One worsening asks for a
rest from that exercise; two worsenings hold offers of the grade that both reach, and
above, until client and therapist have both said to lift it. Source: peers.md F8.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

WINDOW = timedelta(days=60)
"""How far apart two worsenings may be to speak of the same grade [D]."""
GROUNDING = "orient-and-ground"
"""What is suggested whenever the brake acts: the fallback of every entry (E08)."""


class Event(StrEnum):
    """What the brake hears of."""

    WORSENING = "worsening"
    LIFT = "lift"


class Side(StrEnum):
    """Who has to agree before a hold ends; both."""

    CLIENT = "client"
    THERAPIST = "therapist"


BOTH = frozenset(Side)


@dataclass(frozen=True, slots=True)
class Worsening:
    """A run after which the client felt worse; `grade` is the exercise's intensity."""

    at: datetime
    exercise: str
    grade: int


@dataclass(frozen=True, slots=True)
class Lift:
    """One side's wish to end the hold that stands."""

    side: Side


@dataclass(frozen=True, slots=True)
class Brake:
    """Where the brake stands.

    `held_from` is the lowest grade that is held, or None; `since` the number of the
    event that the present hold comes from; `counted` what is not yet lifted; `seen`
    every worsening, for cooldowns; `agreed` who has said to lift the present hold.
    """

    held_from: int | None = None
    since: int | None = None
    counted: tuple[Worsening, ...] = ()
    seen: tuple[Worsening, ...] = ()
    agreed: frozenset[Side] = frozenset()
    events: int = 0

    def holds(self, grade: int) -> bool:
        """Whether offers of a grade are held."""
        return self.held_from is not None and grade >= self.held_from


def follow(brake: Brake, event: Worsening | Lift) -> Brake:
    """Return where the brake stands after one more event."""
    after = replace(brake, events=brake.events + 1)
    if isinstance(event, Lift):
        return _lifted(after, event.side)
    return _worsened(after, event)


def stand(events: Iterable[Worsening | Lift]) -> Brake:
    """Return where all events lead, in the order they were heard of."""
    brake = Brake()
    for event in events:
        brake = follow(brake, event)
    return brake


def rests_until(
    brake: Brake, exercise: str, grade: int, cooldown_hours: int
) -> datetime | None:
    """Until when an exercise rests after it made things worse, or None.

    A version of a lower grade than the one that made it worse need not wait.
    """
    ends = [
        one.at + timedelta(hours=cooldown_hours)
        for one in brake.seen
        if one.exercise == exercise and grade >= one.grade
    ]
    return max(ends, default=None)


def _lifted(brake: Brake, side: Side) -> Brake:
    """Take one side's yes; only both together end a hold, and what counted with it."""
    if brake.held_from is None:
        return brake
    agreed = brake.agreed | {side}
    if agreed != BOTH:
        return replace(brake, agreed=agreed)
    return replace(brake, held_from=None, since=None, counted=(), agreed=frozenset())


def _worsened(brake: Brake, one: Worsening) -> Brake:
    """Count a worsening; whoever had said to lift did not know of it, and is asked anew.

    Two worsenings reach the higher of their grades: what came of a gentler exercise
    speaks about a stronger one as well, never the other way round.
    """
    reached = [
        max(one.grade, other.grade)
        for other in brake.counted
        if abs(one.at - other.at) <= WINDOW
    ]
    counted, seen = (*brake.counted, one), (*brake.seen, one)
    grades = [*reached] if brake.held_from is None else [*reached, brake.held_from]
    held_from = min(grades, default=None)
    since = brake.since if held_from is None else brake.events
    return replace(
        brake,
        held_from=held_from,
        since=since,
        counted=counted,
        seen=seen,
        agreed=frozenset(),
    )
