"""Every clock change of ten years in the tz database, each rule set once."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

FIRST = datetime(2020, 1, 1, tzinfo=UTC)
DAYS = 3653
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Transition:
    zone: str
    at: datetime
    before: timedelta
    after: timedelta

    @property
    def gap(self) -> timedelta:
        return self.after - self.before

    def local(self, offset: timedelta) -> datetime:
        return (self.at + offset).replace(tzinfo=None)


def _offset(moment: datetime, zone: ZoneInfo) -> timedelta:
    offset = moment.astimezone(zone).utcoffset()
    assert offset is not None
    return offset


def _exactly(low: datetime, high: datetime, zone: ZoneInfo) -> datetime:
    before = _offset(low, zone)
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) // 2
        middle = middle.replace(microsecond=0)
        low, high = (middle, high) if _offset(middle, zone) == before else (low, middle)
    return high


def _of(name: str) -> Iterator[Transition]:
    zone = ZoneInfo(name)
    day, before = FIRST, _offset(FIRST, zone)
    for _ in range(DAYS):
        after = _offset(day + _DAY, zone)
        if after != before:
            at = _exactly(day, day + _DAY, zone)
            yield Transition(name, at, before, after)
        day, before = day + _DAY, after


def all_transitions() -> list[Transition]:
    """Find them; zones that change alike are taken once."""
    seen: dict[tuple[tuple[datetime, timedelta, timedelta], ...], list[Transition]] = {}
    for name in sorted(available_timezones()):
        found = list(_of(name))
        seen.setdefault(tuple((t.at, t.before, t.after) for t in found), found)
    return [transition for found in seen.values() for transition in found]
