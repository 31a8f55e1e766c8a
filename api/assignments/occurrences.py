"""Where one planned occurrence stands, and the times in which nothing was asked.

Pure. A completion wins over an answer about the same occurrence (it did happen; the
choice is still told). Silence during a pause, a hold or after an end is nothing missed.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from api.assignments.merge import Said, follow
from api.assignments.schedule import Planned
from api.assignments.standing import AGREED_STATES, Standing, State


class Status(StrEnum):
    """Where an occurrence stands. Source: clinical.md §4.3."""

    COMPLETED = "completed"
    PARTIAL = "partial"
    MISSED = "missed"
    SKIPPED_OTHER = "skipped_other"
    DECLINED = "declined"
    STOPPED_BY_CHOICE = "stopped_by_choice"
    PAUSED = "paused"
    SAFETY_HOLD = "safety_hold"
    NOT_SAFE_TO = "not_safe_to"
    CANCELLED = "cancelled"
    SUPERSEDED = "superseded"
    NOT_DUE = "not_due"
    WINDOW_OPEN = "window_open"
    NOT_SHARED = "not_shared"


class Answer(StrEnum):
    """What the client says about one occurrence; `done` is a note, not a record."""

    DONE = "done"
    OTHER_REASON = "other_reason"
    NOT_TODAY = "not_today"
    NOT_SAFE_TO = "not_safe_to"


class RunState(StrEnum):
    """Where a run of the exercise stands."""

    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Run:
    """One run made for the occurrence. `at`: its end, or its start while under way.

    `fraction` of required steps done, 0 to 1; `shared`: whether the reader may know.
    """

    state: RunState
    at: datetime
    fraction: float = 0.0
    stop_is_success: bool = False
    shared: bool = True


@dataclass(frozen=True, slots=True)
class Spell:
    """A time in which nothing was asked; it has no end while it lasts."""

    status: Status
    from_at: datetime
    to_at: datetime | None = None

    def touches(self, one: Planned) -> bool:
        """Whether any part of the window lies in it."""
        begins_in_time = self.from_at < one.closes_at
        return begins_in_time and (self.to_at is None or self.to_at > one.opens_at)


@dataclass(frozen=True, slots=True)
class Agreement:
    """A time in which one revision of the terms was in force."""

    revision: int
    from_at: datetime
    to_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Stands:
    """An occurrence's status, how much of it was done, and whether a choice was made."""

    status: Status
    fraction: float = 0.0
    chosen: bool = False


_OF_ANSWER = {
    Answer.NOT_SAFE_TO: Status.NOT_SAFE_TO,
    Answer.NOT_TODAY: Status.DECLINED,
    Answer.OTHER_REASON: Status.SKIPPED_OTHER,
}
_CHOICES = frozenset({Answer.NOT_SAFE_TO, Answer.NOT_TODAY})


def key_of(plan: int, ordinal: int) -> str:
    """Name an occurrence: the revision its plan began with, and its number in it."""
    return f"{plan}.{ordinal}"


def stands(
    one: Planned,
    runs: Sequence[Run],
    answer: Answer | None,
    spells: Sequence[Spell],
    now: datetime,
) -> Stands:
    """Say where an occurrence stands at a moment. Source: clinical.md §4.3."""
    chosen = answer in _CHOICES
    if any(not run.shared for run in runs):
        return Stands(Status.NOT_SHARED)
    timely = [run for run in runs if run.at <= one.grace_until]
    done = _done(timely)
    if done is not None:
        return Stands(done, 1.0 if done is Status.COMPLETED else 0.0, chosen)
    if answer in _OF_ANSWER:
        return Stands(_OF_ANSWER[answer], 0.0, chosen)
    quiet = _quiet(one, spells)
    if quiet is not None:
        return Stands(quiet)
    return _by_time(one, timely, now)


def _done(runs: Sequence[Run]) -> Status | None:
    stopped = [run for run in runs if run.state is RunState.STOPPED]
    if any(run.state is RunState.COMPLETED or run.fraction >= 1 for run in runs):
        return Status.COMPLETED
    if any(run.stop_is_success for run in stopped):
        return Status.COMPLETED
    return Status.STOPPED_BY_CHOICE if stopped else None


def _quiet(one: Planned, spells: Sequence[Spell]) -> Status | None:
    """The first that applies: an end, a new plan, a hold, a pause."""
    touching = {spell.status for spell in spells if spell.touches(one)}
    order = (
        Status.CANCELLED,
        Status.SUPERSEDED,
        Status.SAFETY_HOLD,
        Status.PAUSED,
    )
    return next((status for status in order if status in touching), None)


def _by_time(one: Planned, runs: Sequence[Run], now: datetime) -> Stands:
    if now < one.opens_at:
        return Stands(Status.NOT_DUE)
    if now <= one.grace_until:
        return Stands(Status.WINDOW_OPEN)
    furthest = max((run.fraction for run in runs), default=0.0)
    if furthest > 0:
        return Stands(Status.PARTIAL, furthest)
    return Stands(Status.MISSED)


def _told(moves: Iterable[Said]) -> Iterator[tuple[datetime, Standing]]:
    """Tell the history by the moments people named, one standing after another."""
    standing: Standing | None = None
    for said in sorted(moves, key=lambda said: (said.move.at, said.seen, said.id)):
        after, _ = follow(standing, said.move)
        if after is not None and after != standing:
            yield said.move.at, after
        standing = after


def agreements(moves: Iterable[Said]) -> list[Agreement]:
    """List which terms were in force from when to when."""
    found: list[Agreement] = []
    for at, standing in _told(moves):
        in_force = standing.agreed_revision if standing.state in AGREED_STATES else None
        last = found[-1] if found and found[-1].to_at is None else None
        if last is not None and last.revision != in_force:
            found[-1] = Agreement(last.revision, last.from_at, at)
        if in_force is not None and (last is None or last.revision != in_force):
            found.append(Agreement(in_force, at))
    return found


def quiet_spells(moves: Iterable[Said]) -> list[Spell]:
    """List the times of pauses, holds and after the end."""
    found: list[Spell] = []
    for at, standing in _told(moves):
        status = _status_while(standing.state)
        if found and found[-1].to_at is None:
            if found[-1].status is status:
                continue
            found[-1] = Spell(found[-1].status, found[-1].from_at, at)
        if status is not None:
            found.append(Spell(status, at))
    return found


def _status_while(state: State) -> Status | None:
    if state is State.PAUSED:
        return Status.PAUSED
    if state is State.ON_HOLD:
        return Status.SAFETY_HOLD
    return None if state is State.ACTIVE else Status.CANCELLED
