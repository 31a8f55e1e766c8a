"""Plans that hang on something else: after enrolment, after a completion, before an
appointment. Pure: what happened is handed in, nothing is looked up.

Days of the distance are counted on the calendar (two days after 19:00 is 19:00, also
across a clock change), hours and minutes on a stopwatch.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BeforeValidator, Field, NaiveDatetime, WithJsonSchema

from api.assignments.walltime import (
    DURATION,
    Span,
    ZoneHistory,
    moment_of,
    place,
    span,
    wall_of,
    zone_at,
)
from api.foundation.schemas import Flag, In, Slug, Whole

MOST_EVENTS = 400

Duration = Annotated[str, Field(pattern=DURATION, max_length=24, examples=["PT12H"])]
_WALL_TIME = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?$"
)


def _as_on_a_wall(value: Any) -> Any:
    """Refuse counts of seconds and anything with an offset: a wall knows no zone."""
    if isinstance(value, datetime):
        return value
    if not isinstance(value, str) or not re.fullmatch(_WALL_TIME, value):
        msg = "is not a date and a wall time"
        raise ValueError(msg)
    return value


WallTime = Annotated[
    NaiveDatetime,
    BeforeValidator(_as_on_a_wall),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": _WALL_TIME,
            "description": "Date and time on a wall, without an offset",
            "examples": ["2026-03-02T19:00:00"],
        }
    ),
]
ClockTime = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


class AfterEnrolment(In):
    """Once, counted from the day the client enrolled."""

    event: Literal["enrolment"]


class AfterCompletion(In):
    """Counted from a completion of another assignment or of an exercise.

    From the first, from each, or from the one that makes up the number of `times`.
    """

    event: Literal["completion"]
    assignment_id: UUID | None = None
    exercise: Slug | None = None
    each: Flag = False
    times: Annotated[Whole, Field(ge=1, le=100)] = 1


class AfterGo(In):
    """Counted from the client's own go, in a programme; nobody else can give it."""

    event: Literal["go"]


class BeforeAppointment(In):
    """Counted back from therapy appointments, as wall times at home."""

    event: Literal["appointment"]
    at: Annotated[tuple[WallTime, ...], Field(min_length=1, max_length=60)]


Anchor = Annotated[
    AfterEnrolment | AfterCompletion | AfterGo | BeforeAppointment,
    Field(discriminator="event"),
]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened and that a plan hangs on.

    `ordinal` is given once, when the event is recorded, and never recomputed: an event
    that is told late takes the next number, so no other occurrence changes its name.
    """

    ordinal: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Hung:
    """A planned moment of an anchored schedule."""

    ordinal: int
    due_at: datetime
    local: datetime
    zone: str


def hang(
    anchor: Anchor,
    distance: Span,
    clock_time: time | None,
    events: Sequence[Event],
    zones: ZoneHistory,
) -> Iterator[Hung]:
    """Give the planned moments that hang on the events.

    For appointments the wall times stand in the anchor itself; `events` is not read.
    """
    if isinstance(anchor, BeforeAppointment):
        for ordinal, local in enumerate(anchor.at, start=1):
            due = place(local - timedelta(days=distance.days), zones)
            yield _shifted(ordinal, due, -distance.exact, clock_time, zones)
        return
    for event in _counting(anchor, sorted(events, key=_by_ordinal)):
        zone = zone_at(event.at, zones)
        local = wall_of(event.at, zone) + timedelta(days=distance.days)
        due_at = moment_of(local, zone) if distance.days else event.at
        due = (due_at, zone)
        yield _shifted(event.ordinal, due, distance.exact, clock_time, zones)


def faults(anchor: Anchor, distance: str, clock_time: str | None) -> list[str]:
    """List what does not fit together, in plain sentences."""
    found = []
    try:
        exact = span(distance).exact
    except ValueError as fault:
        return [str(fault)]
    if clock_time is not None and exact:
        found.append("With a time of day the distance is in whole days.")
    if isinstance(anchor, AfterCompletion) and (
        (anchor.assignment_id is None) == (anchor.exercise is None)
    ):
        found.append("Name one assignment or one exercise to come after.")
    if isinstance(anchor, AfterCompletion) and anchor.each and anchor.times > 1:
        found.append("Either after each of them, or after a number of times.")
    return found


def _counting(anchor: Anchor, events: Sequence[Event]) -> Sequence[Event]:
    """Return the events that a plan is counted from, out of all in their order."""
    if not isinstance(anchor, AfterCompletion):
        return events[:1]
    if anchor.each:
        return events[:MOST_EVENTS]
    return events[anchor.times - 1 : anchor.times]


def _by_ordinal(event: Event) -> int:
    return event.ordinal


def _shifted(
    ordinal: int,
    due: tuple[datetime, str],
    exact: timedelta,
    clock_time: time | None,
    zones: ZoneHistory,
) -> Hung:
    due_at, zone = due
    due_at += exact
    local = wall_of(due_at, zone)
    if clock_time is not None:
        local = datetime.combine(local.date(), clock_time)
        due_at = moment_of(local, zone)
    followed_at, following = place(local, zones)
    if following != zone:
        return Hung(ordinal, followed_at, wall_of(followed_at, following), following)
    return Hung(ordinal, due_at, wall_of(due_at, zone), zone)
