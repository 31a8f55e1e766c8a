"""Recurrence rules: a small, closed part of RFC 5545, in wall time.

Known: FREQ DAILY, WEEKLY or MONTHLY, with INTERVAL, BYDAY, BYMONTHDAY, and COUNT or
UNTIL. Everything else is refused with a fault that says so. The days of at most one
year are looked at one by one, so no rule can make the reader spin (an open search for
a day that never comes is how RRULE is used as an attack). A start that does not fit
its rule is not an occurrence. Weeks begin on Monday.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import islice

LONGEST = timedelta(days=366)
"""How far from its start a rule may reach."""
MOST_OCCURRENCES = 400
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_KNOWN = ("FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "COUNT", "UNTIL")
_BY_DAY = re.compile(r"([+-]?[1-5])?(MO|TU|WE|TH|FR|SA|SU)")
_NUMBER = re.compile(r"[1-9][0-9]{0,2}")
_MONTH_DAY = re.compile(r"[+-]?[1-9][0-9]?")
_UNTIL = re.compile(r"([0-9]{8})(?:T([0-9]{6}))?")


class Frequency(StrEnum):
    """How often the pattern comes round."""

    DAILY = "DAILY"
    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"


class RuleFault(ValueError):
    """A recurrence rule that is refused; the text says why, without its value."""


@dataclass(frozen=True, slots=True)
class WeekdayPart:
    """One entry of BYDAY: Monday is 0; `nth` counts inside the month, from its end
    when negative, and is 0 for every such day.
    """

    weekday: int
    nth: int = 0


@dataclass(frozen=True, slots=True)
class Rule:
    """A parsed rule. `until` is wall time, inclusive."""

    frequency: Frequency
    interval: int = 1
    by_day: tuple[WeekdayPart, ...] = ()
    by_month_day: tuple[int, ...] = ()
    count: int | None = None
    until: datetime | None = None


def parse(text: str) -> Rule:
    """Read a rule such as `FREQ=WEEKLY;BYDAY=MO,TH;COUNT=12`.

    Raises: RuleFault, for anything outside the known part.
    """
    parts = _parts(text)
    frequency = parts.get("FREQ")
    if frequency not in set(Frequency):
        raise RuleFault("FREQ must be DAILY, WEEKLY or MONTHLY.")
    if "COUNT" in parts and "UNTIL" in parts:
        raise RuleFault("Give COUNT or UNTIL, not both.")
    rule = Rule(
        frequency=Frequency(frequency),
        interval=_number(parts, "INTERVAL", 366) or 1,
        by_day=_by_day(parts),
        by_month_day=_by_month_day(parts),
        count=_number(parts, "COUNT", MOST_OCCURRENCES),
        until=_until(parts),
    )
    _check_fit(rule)
    return rule


@lru_cache(maxsize=1024)
def expand(text: str, start: datetime) -> tuple[datetime, ...]:
    """Give every wall time of the rule, in order; `start` is naive wall time.

    Without COUNT and UNTIL the rule ends a year after its start.
    Raises: RuleFault, also for a rule that reaches beyond a year or never happens.
    """
    rule = parse(text)
    last = start + LONGEST
    if rule.until is not None and rule.until > last:
        raise RuleFault("UNTIL lies more than a year after the start.")
    moments = _matching(rule, start, min(rule.until or last, last))
    found = tuple(islice(moments, rule.count))
    if rule.count is not None and len(found) < rule.count:
        raise RuleFault("COUNT reaches more than a year beyond the start.")
    if not found:
        raise RuleFault("The rule never happens within a year of its start.")
    return found


def _parts(text: str) -> Mapping[str, str]:
    parts: dict[str, str] = {}
    for pair in text.split(";"):
        name, separator, value = pair.partition("=")
        if not separator or not value:
            raise RuleFault("Each part of a rule is NAME=value.")
        if name not in _KNOWN:
            raise RuleFault(f"Only {', '.join(_KNOWN)} are known.")
        if name in parts:
            raise RuleFault(f"{name} is given twice.")
        parts[name] = value
    return parts


def _number(parts: Mapping[str, str], name: str, most: int) -> int | None:
    value = parts.get(name)
    if value is None:
        return None
    if not _NUMBER.fullmatch(value) or int(value) > most:
        raise RuleFault(f"{name} must be a whole number from 1 to {most}.")
    return int(value)


def _by_day(parts: Mapping[str, str]) -> tuple[WeekdayPart, ...]:
    if "BYDAY" not in parts:
        return ()
    matches = [_BY_DAY.fullmatch(value) for value in parts["BYDAY"].split(",")]
    found = [
        WeekdayPart(_WEEKDAYS.index(match[2]), int(match[1] or 0))
        for match in matches
        if match is not None
    ]
    if len(found) < len(matches):
        raise RuleFault("BYDAY lists days such as MO, or 2MO and -1FR by month.")
    return tuple(found)


def _by_month_day(parts: Mapping[str, str]) -> tuple[int, ...]:
    if "BYMONTHDAY" not in parts:
        return ()
    values = parts["BYMONTHDAY"].split(",")
    if not all(_MONTH_DAY.fullmatch(value) for value in values):
        raise RuleFault("BYMONTHDAY lists days from 1 to 31 or -1 to -31.")
    days = tuple(int(value) for value in values)
    if any(abs(day) > 31 for day in days):
        raise RuleFault("BYMONTHDAY lists days from 1 to 31 or -1 to -31.")
    return days


def _until(parts: Mapping[str, str]) -> datetime | None:
    """Read UNTIL as wall time; a bare date means the whole of that day."""
    if "UNTIL" not in parts:
        return None
    match = _UNTIL.fullmatch(parts["UNTIL"])
    fault = RuleFault("UNTIL is wall time: 20270131 or 20270131T190000, without a Z.")
    if match is None:
        raise fault
    try:
        day = date.fromisoformat(match[1])
        clock = time.fromisoformat(match[2]) if match[2] else time.max
    except ValueError:
        raise fault from None
    return datetime.combine(day, clock)


def _check_fit(rule: Rule) -> None:
    if any(part.nth for part in rule.by_day) and (
        rule.frequency is not Frequency.MONTHLY
    ):
        raise RuleFault("A numbered day such as 2MO needs FREQ=MONTHLY.")
    if rule.by_month_day and rule.frequency is Frequency.WEEKLY:
        raise RuleFault("BYMONTHDAY does not go with FREQ=WEEKLY.")


def _matching(rule: Rule, start: datetime, last: datetime) -> Iterator[datetime]:
    in_turn = _IN_TURN[rule.frequency]
    moment = start
    while moment <= last:
        if in_turn(rule, start, moment) and _fits(rule, start, moment):
            yield moment
        moment += timedelta(days=1)


def _day_in_turn(rule: Rule, start: datetime, day: datetime) -> bool:
    return (day - start).days % rule.interval == 0


def _week_in_turn(rule: Rule, start: datetime, day: datetime) -> bool:
    weeks = ((day - start).days + start.weekday()) // 7
    return weeks % rule.interval == 0


def _month_in_turn(rule: Rule, start: datetime, day: datetime) -> bool:
    months = (day.year - start.year) * 12 + day.month - start.month
    return months % rule.interval == 0


_IN_TURN: Mapping[Frequency, Callable[[Rule, datetime, datetime], bool]] = {
    Frequency.DAILY: _day_in_turn,
    Frequency.WEEKLY: _week_in_turn,
    Frequency.MONTHLY: _month_in_turn,
}


def _fits(rule: Rule, start: datetime, day: datetime) -> bool:
    if not rule.by_day and not rule.by_month_day:
        return _like_start(rule.frequency, start, day)
    left = _month_length(day) - day.day
    if rule.by_month_day and not {day.day, -left - 1} & set(rule.by_month_day):
        return False
    if not rule.by_day:
        return True
    from_start, from_end = (day.day - 1) // 7 + 1, -(left // 7 + 1)
    return any(
        part.weekday == day.weekday() and part.nth in (0, from_start, from_end)
        for part in rule.by_day
    )


def _like_start(frequency: Frequency, start: datetime, day: datetime) -> bool:
    """Without BY parts the start gives the weekday or the day of the month."""
    if frequency is Frequency.WEEKLY:
        return day.weekday() == start.weekday()
    return frequency is Frequency.DAILY or day.day == start.day


def _month_length(day: datetime) -> int:
    following = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
    return (following - timedelta(days=1)).day
