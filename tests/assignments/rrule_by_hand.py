"""A second reading of RFC 5545, made to disagree with `recurrence` where it can.

It builds whole periods (a day, a week, a month) and the sets of days that each BY part
allows in them, instead of asking day by day whether a day fits.
"""

import calendar
from datetime import date, datetime, timedelta

WEEK = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def occurrences(
    start: datetime,
    frequency: str,
    interval: int,
    by_day: list[str],
    by_month_day: list[int],
    until: datetime,
) -> list[datetime]:
    """All wall times up to `until` (inclusive)."""
    period = {"DAILY": _day, "WEEKLY": _week, "MONTHLY": _month}[frequency]
    steps = range(0, 367, interval)
    days = [day for n in steps for day in period(start.date(), n, by_day, by_month_day)]
    moments = [datetime.combine(day, start.time()) for day in days]
    return [moment for moment in moments if start <= moment <= until]


def _day(
    first: date, step: int, by_day: list[str], by_month_day: list[int]
) -> list[date]:
    day = first + timedelta(days=step)
    if by_day and WEEK[day.weekday()] not in by_day:
        return []
    if by_month_day and day not in _numbered(day.year, day.month, by_month_day):
        return []
    return [day]


def _week(
    first: date, step: int, by_day: list[str], by_month_day: list[int]
) -> list[date]:
    monday = first - timedelta(days=first.weekday()) + timedelta(weeks=step)
    names = by_day or [WEEK[first.weekday()]]
    return [monday + timedelta(days=n) for n in range(7) if WEEK[n] in names]


def _month(
    first: date, step: int, by_day: list[str], by_month_day: list[int]
) -> list[date]:
    year, month = divmod(first.year * 12 + first.month - 1 + step, 12)
    month += 1
    if not by_day and not by_month_day:
        by_month_day = [first.day]
    allowed = set(_days(year, month))
    if by_month_day:
        allowed &= _numbered(year, month, by_month_day)
    if by_day:
        allowed &= {day for text in by_day for day in _named(year, month, text)}
    return sorted(allowed)


def _days(year: int, month: int) -> list[date]:
    length = calendar.monthrange(year, month)[1]
    return [date(year, month, number) for number in range(1, length + 1)]


def _numbered(year: int, month: int, numbers: list[int]) -> set[date]:
    days = _days(year, month)
    return {days[n - 1 if n > 0 else n] for n in numbers if abs(n) <= len(days)}


def _named(year: int, month: int, text: str) -> list[date]:
    same = [d for d in _days(year, month) if WEEK[d.weekday()] == text[-2:]]
    if len(text) == 2:
        return same
    nth = int(text[:-2])
    if abs(nth) > len(same):
        return []
    return [same[nth - 1 if nth > 0 else nth]]
