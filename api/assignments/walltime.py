"""Wall time: from a clock on a wall and a zone to a moment, by a written rule.

Gap (clocks go forward, 02:30 does not exist): shifted forward by the length of the gap.
Overlap (clocks go back, 01:30 comes twice): the first of the two. Both fall out of
reading the wall time with the offset that held before the transition.

Travel. A wall time follows its person: whoever moves takes along what was not yet due
at the moment of the move; what was due by then stays where it was.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

ZoneHistory = Sequence[tuple[datetime, str]]
"""(from when, zone), in order; the first also holds for everything before it."""

DURATION = r"^P([0-9]{1,3}W)?([0-9]{1,3}D)?(T([0-9]{1,3}H)?([0-9]{1,4}M)?)?$"
"""ISO 8601 durations of weeks, days, hours and minutes."""
_DURATION = re.compile(DURATION)


@dataclass(frozen=True, slots=True)
class Span:
    """A duration: days are counted on the calendar, the rest on a stopwatch."""

    days: int
    exact: timedelta

    @property
    def whole(self) -> timedelta:
        """Both together, a day being 24 hours."""
        return timedelta(days=self.days) + self.exact


@cache
def zone_of(name: str) -> ZoneInfo:
    """Return the IANA zone."""
    return ZoneInfo(name)


def moment_of(local: datetime, zone: str) -> datetime:
    """Return the UTC moment of a naive wall time, by the rule above."""
    return local.replace(tzinfo=zone_of(zone), fold=0).astimezone(UTC)


def wall_of(moment: datetime, zone: str) -> datetime:
    """Return what a clock in the zone shows, naive."""
    return moment.astimezone(zone_of(zone)).replace(tzinfo=None, fold=0)


def place(local: datetime, zones: ZoneHistory) -> tuple[datetime, str]:
    """Return the moment and the zone of a wall time for someone who travels.

    A later move never changes what was due before it.
    """
    zone = zones[0][1]
    for from_at, following in zones[1:]:
        if moment_of(local, zone) < from_at:
            break
        zone = following
    return moment_of(local, zone), zone


def zone_at(moment: datetime, zones: ZoneHistory) -> str:
    """Return the zone somebody was in."""
    zone = zones[0][1]
    for from_at, following in zones[1:]:
        if moment < from_at:
            break
        zone = following
    return zone


@lru_cache(maxsize=1024)
def span(text: str) -> Span:
    """Read an ISO 8601 duration such as `P1DT2H`.

    Raises: ValueError.
    """
    match = _DURATION.fullmatch(text)
    if match is None or text[-1] in "PT":
        msg = "A duration looks like P1D, PT12H or P1DT2H."
        raise ValueError(msg)
    weeks, days, hours, minutes = (
        int(match[n][:-1]) if match[n] else 0 for n in (1, 2, 4, 5)
    )
    return Span(weeks * 7 + days, timedelta(hours=hours, minutes=minutes))
