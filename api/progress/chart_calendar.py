"""The calendar of practice: the days on which something was done, and nothing else.

A day without anything has no mark at all, no cell and no row, and no day is joined to
the next. A run ended by choice is something done like every other.
Source: reference §4.6 rules 1 and 8.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from api.progress.chart_axes import days_text
from api.progress.chart_scale import LEFT, day_text, plot_width
from api.progress.chart_style import (
    Cell,
    Look,
    empty,
    heard,
    label,
    paint,
    picture,
    table,
)
from api.progress.figures import window_of

TITLE = "What you did"
TITLE_FOR_OTHERS = "What was done"
MOST_MONTHS = 24
_ROW, _TOP, _MARK = 26, 62, 17


class Done(NamedTuple):
    """One thing done: the local day, and what it was."""

    day: date
    title: str


def calendar_chart(done: Sequence[Done], look: Look, title: str = TITLE) -> str:
    """Draw each day with something as a mark that bears its number in the month."""
    days = {one.day for one in done}
    months = sorted({(day.year, day.month) for day in days})[-MOST_MONTHS:]
    if not months:
        return empty(title, told([], look), look)
    rows = {month: at for at, month in enumerate(months)}
    body = [
        label(
            LEFT - 12, _TOP + _ROW * at + 13, f"{date(*month, 1):%b %Y}", "end", "ink"
        )
        for month, at in rows.items()
    ]
    body += [
        _mark(day.day, rows[day.year, day.month])
        for day in sorted(days)
        if (day.year, day.month) in rows
    ]
    return picture(
        title,
        told(done, look),
        "".join(body),
        look,
        captions=["Each mark is a day on which something was done."],
        height=_TOP + _ROW * len(months) + 14,
    )


def _mark(number: int, row: int) -> str:
    wide = plot_width() / 31
    x, y = round(LEFT + wide * (number - 1), 1), _TOP + _ROW * row
    middle = round(x + _MARK / 2, 1)
    return (
        f'<rect {paint("fa")} x="{x:g}" y="{y}" width="{_MARK}" height="{_MARK}" '
        f'rx="4"/><text {paint("on")} x="{middle:g}" y="{y + 12.5:g}" font-size="10" '
        f'text-anchor="middle">{number}</text>'
    )


def told(done: Sequence[Done], look: Look) -> str:
    """What was done, in sentences; what was not done is not spoken of."""
    window = window_of(one.day for one in done)
    if window is None:
        return "Nothing is noted for this time. That is all right."
    days = len({one.day for one in done})
    said = [
        f"Something was done {days_text(window)}.",
        f"In all on {days} {'day' if days == 1 else 'days'}.",
    ]
    return heard(said, look)


def calendar_table(
    done: Sequence[Done], look: Look, title: str = TITLE, most: int | None = None
) -> str:
    """The same days as a table, with what was done on each."""
    by_day: dict[date, Counter[str]] = defaultdict(Counter)
    for one in done:
        by_day[one.day][one.title] += 1
    days = sorted(by_day)
    shown = days if most is None else days[-most:]
    said = told(done, look)
    if len(shown) < len(days):
        said += f" Days from {day_text(shown[0])} on are listed."
    rows: list[tuple[Cell, ...]] = [(day, _names(by_day[day], look)) for day in shown]
    return table(title, said, ("Day", "What"), rows)


def _names(count: Counter[str], look: Look) -> str:
    return ", ".join(
        f"{title} ({times} times)" if times > 1 and look.numbers else title
        for title, times in sorted(count.items())
    )
