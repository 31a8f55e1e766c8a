"""When an exercise is planned: once, recurring, anchored, or as needed.

Times are wall times with an IANA zone and a travel policy; `walltime` says how gaps,
overlaps and travel are read. An occurrence is named by its ordinal in the plan, which
no clock change, no journey and no late message alters. Windows and grace are measured
on a stopwatch around the due moment. Nothing here is stored.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from api.assignments import anchors
from api.assignments.anchors import Anchor, ClockTime, Duration, Event, WallTime
from api.assignments.recurrence import RuleFault, expand
from api.assignments.walltime import ZoneHistory, place, span, wall_of
from api.foundation.schemas import In, Zone

GRACE = "PT48H"
"""How long a late completion still counts. Source: clinical.md §4.3."""
LONGEST_WINDOW = timedelta(days=14)
_YEARS = range(2020, 2100)
_ALWAYS = datetime.min.replace(tzinfo=UTC)
_SOME_DAY = datetime(2026, 1, 5, 9, 0)  # noqa: DTZ001 - a wall time, to try a rule on


class Travel(StrEnum):
    """Whether a plan follows the client's zone or stays at home."""

    FOLLOW_ME = "follow_me"
    HOME_ZONE = "home_zone"


class Window(In):
    """From how long before the due moment until how long after it."""

    opens_before: Duration = "PT12H"
    closes_after: Duration = "PT12H"


class _Timed(In):
    zone: Zone
    travel: Travel = Travel.FOLLOW_ME
    window: Window = Window()
    grace: Duration = GRACE


class Once(_Timed):
    """One planned time."""

    kind: Literal["once"]
    at: WallTime


class Recurring(_Timed):
    """The same time of day, again and again, for at most a year."""

    kind: Literal["recurring"]
    starts: WallTime
    rule: Annotated[str, Field(max_length=200, examples=["FREQ=WEEKLY;BYDAY=MO,TH"])]


class Anchored(_Timed):
    """Some time after or before something else; with a rule, again and again from then."""

    kind: Literal["anchored"]
    anchor: Anchor
    distance: Duration = "P1D"
    at: ClockTime | None = None
    rule: Annotated[
        str | None, Field(max_length=200, examples=["FREQ=WEEKLY;COUNT=4"])
    ] = None


class AsNeeded(In):
    """Whenever it helps: no plan, no occurrences."""

    kind: Literal["as_needed"]


Schedule = Annotated[
    Once | Recurring | Anchored | AsNeeded, Field(discriminator="kind")
]


@dataclass(frozen=True, slots=True)
class Context:
    """What a plan needs to know of the client.

    `zones` may be empty: then the client never left the plan's zone. `events` are the
    moments an anchored plan hangs on (enrolment, or completions of the thing named).
    """

    zones: ZoneHistory = ()
    events: Sequence[Event] = ()


@dataclass(frozen=True, slots=True)
class Planned:
    """One planned occurrence; `local` is what a clock in `zone` shows when due."""

    ordinal: int
    opens_at: datetime
    due_at: datetime
    closes_at: datetime
    grace_until: datetime
    local: datetime
    zone: str


def planned(
    schedule: Schedule, context: Context, *, from_: datetime, to: datetime
) -> list[Planned]:
    """List the occurrences that can be done between two moments, by due moment.

    One counts when any part of it, from opening to the end of grace, lies in
    [from_, to). A narrower range gives a part of what a wider one gives.
    """
    if isinstance(schedule, AsNeeded):
        return []
    found = [
        _around(schedule, ordinal, due_at, zone)
        for ordinal, due_at, zone in _due(schedule, context)
    ]
    inside = [one for one in found if one.opens_at < to and one.grace_until >= from_]
    return sorted(inside, key=lambda one: (one.due_at, one.ordinal))


def faults(schedule: Schedule) -> list[tuple[str, str]]:
    """List what is wrong with a schedule: (field, plain sentence)."""
    if isinstance(schedule, AsNeeded):
        return []
    found = [
        *_span_faults("window", schedule.window.opens_before),
        *_span_faults("window", schedule.window.closes_after),
        *_span_faults("grace", schedule.grace),
    ]
    match schedule:
        case Once():
            found += _year_faults("at", schedule.at)
        case Recurring():
            found += _year_faults("starts", schedule.starts) or _rule_faults(schedule)
        case Anchored():
            found += _anchor_faults(schedule)
    return found


def _due(
    schedule: Once | Recurring | Anchored, context: Context
) -> Iterator[tuple[int, datetime, str]]:
    zones: ZoneHistory = context.zones
    if schedule.travel is Travel.HOME_ZONE or not zones:
        zones = [(_ALWAYS, schedule.zone)]
    match schedule:
        case Once():
            yield (1, *place(schedule.at, zones))
        case Recurring():
            for ordinal, local in enumerate(expand(schedule.rule, schedule.starts), 1):
                yield (ordinal, *place(local, zones))
        case Anchored():
            yield from _hung(schedule, context.events, zones)


def _hung(
    schedule: Anchored, events: Sequence[Event], zones: ZoneHistory
) -> Iterator[tuple[int, datetime, str]]:
    at = time.fromisoformat(schedule.at) if schedule.at else None
    distance = span(schedule.distance)
    for hung in anchors.hang(schedule.anchor, distance, at, events, zones):
        if schedule.rule is None:
            yield hung.ordinal, hung.due_at, hung.zone
            continue
        for ordinal, local in enumerate(expand(schedule.rule, hung.local), 1):
            yield (ordinal, *place(local, zones))


def _around(
    schedule: Once | Recurring | Anchored, ordinal: int, due_at: datetime, zone: str
) -> Planned:
    closes_at = due_at + span(schedule.window.closes_after).whole
    return Planned(
        ordinal=ordinal,
        opens_at=due_at - span(schedule.window.opens_before).whole,
        due_at=due_at,
        closes_at=closes_at,
        grace_until=closes_at + span(schedule.grace).whole,
        local=wall_of(due_at, zone),
        zone=zone,
    )


def _span_faults(field: str, text: str) -> list[tuple[str, str]]:
    try:
        length = span(text).whole
    except ValueError as fault:
        return [(field, str(fault))]
    if length > LONGEST_WINDOW:
        return [(field, "At most fourteen days.")]
    return []


def _year_faults(field: str, local: datetime) -> list[tuple[str, str]]:
    if local.year in _YEARS:
        return []
    return [(field, f"A year from {_YEARS[0]} to {_YEARS[-1]}.")]


def _rule_faults(schedule: Recurring) -> list[tuple[str, str]]:
    try:
        expand(schedule.rule, schedule.starts)
    except RuleFault as fault:
        return [("rule", str(fault))]
    return []


def _anchor_faults(schedule: Anchored) -> list[tuple[str, str]]:
    found = [
        ("anchor", text)
        for text in anchors.faults(schedule.anchor, schedule.distance, schedule.at)
    ]
    if isinstance(schedule.anchor, anchors.BeforeAppointment):
        for local in schedule.anchor.at:
            found += _year_faults("anchor", local)
    if schedule.rule is not None:
        found += [("rule", text) for text in _anchored_rule_faults(schedule)]
    return found


def _anchored_rule_faults(schedule: Anchored) -> list[str]:
    anchor, rule = schedule.anchor, schedule.rule or ""
    if isinstance(anchor, anchors.BeforeAppointment) or (
        isinstance(anchor, anchors.AfterCompletion) and anchor.each
    ):
        return ["A rule goes on from one moment; here there are several."]
    if "UNTIL" in rule:
        return ["When it begins is not known yet: say how often with COUNT."]
    try:
        expand(rule, _SOME_DAY)
    except RuleFault as fault:
        return [str(fault)]
    return []
