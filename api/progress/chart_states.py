"""States over time as stacked counts: how often each was there, week by week.

States are ordinal: nothing is averaged. Runs ended by choice stand by themselves, so
that a stop moves no share. Weeks without a run are not drawn.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from api.progress.chart_axes import days_text
from api.progress.chart_scale import (
    HEIGHT,
    LEFT,
    TOP,
    Frame,
    day_text,
    number_text,
    plot_height,
    plot_width,
    value_ticks,
)
from api.progress.chart_style import (
    Look,
    block,
    empty,
    heard,
    label,
    legend,
    picture,
    rule,
    table,
    words,
)
from api.progress.series import Series

MOST_COLUMNS = 24
_FEW_WEEKS = timedelta(weeks=20)
_TWO_YEARS = timedelta(days=731)
_TALLER = 48

STATES: Mapping[str, str] = {
    "settled": "fa",
    "revved_up": "fb",
    "shut_down": "fc",
    "mixed": "fd",
}
SHIFTS: Mapping[str, str] = {
    "toward_settled": "fa",
    "same": "fb",
    "away": "fc",
    "unknown": "fd",
}
OTHER, STOPPED = "unsure or not said", "ended by choice"
Column = tuple[str, Mapping[str, int]]


def columns_of(series: Series, part: str | None) -> list[Column]:
    """Counts of each word in each period that has a run, oldest first.

    `part` None takes how runs ended, `shift` how they changed.
    """
    named = STATES if part is None else SHIFTS
    days = [point.day for point in series.points]
    if not days:
        return []
    found: dict[date, tuple[str, Counter[str]]] = {}
    for point in series.points:
        code = point.code if part is None else str(point.parts.get(part))
        word = words(code) if code is not None and code in named else OTHER
        start, said = _period(point.day, max(days) - min(days))
        _, count = found.setdefault(start, (said, Counter()))
        count[STOPPED if point.stopped else word] += 1
    return [found[start] for start in sorted(found)]


def _period(day: date, span: timedelta) -> tuple[date, str]:
    """The week, month or year a day lies in, by how much there is to show."""
    if span <= _FEW_WEEKS:
        start = day - timedelta(days=day.weekday())
        return start, day_text(start, year=False)
    if span <= _TWO_YEARS:
        start = day.replace(day=1)
        return start, f"{start:%b} {start:%y}"
    return day.replace(month=1, day=1), str(day.year)


def _kinds(columns: Sequence[Column], part: str | None) -> dict[str, str]:
    """Each word that comes, with its fill, in one order for ever."""
    named = STATES if part is None else SHIFTS
    kinds = {words(code): kind for code, kind in named.items()}
    kinds |= {OTHER: "ff", STOPPED: "fe"}
    return {
        word: kind
        for word, kind in kinds.items()
        if any(count.get(word) for _, count in columns)
    }


def states_chart(series: Series, look: Look, part: str | None = None) -> str:
    """Draw the newest periods as stacked counts."""
    every = columns_of(series, part)
    shown, title = every[-MOST_COLUMNS:], series.measure.title
    if not shown:
        return empty(title, "There are no points yet.", look)
    kinds = _kinds(shown, part)
    top = max(sum(count.values()) for _, count in shown)
    ticks = [tick for tick in value_ticks(0, top) if tick == int(tick)]
    frame = Frame(date.min, date.min, 0, max(ticks[-1], top))
    body = [*_grid(frame, ticks, look)]
    wide = plot_width() / len(shown)
    for at, column in enumerate(shown):
        body += _stack(frame, column, kinds, wide, at)
    body.append(
        legend([(kind, word) for word, kind in kinds.items()], LEFT, HEIGHT + 12)
    )
    caption = "How runs ended." if part is None else "From beginning to end of a run."
    return picture(
        title,
        told(series, look, part),
        "".join(body),
        look,
        captions=[caption],
        height=HEIGHT + _TALLER,
    )


def _grid(frame: Frame, ticks: Iterable[float], look: Look) -> Iterable[str]:
    for tick in ticks:
        y = TOP + frame.y(tick)
        yield rule("grid", LEFT, y, LEFT + plot_width(), y)
        if look.numbers:
            yield label(LEFT - 8, y + 4, number_text(tick), "end")


def _stack(
    frame: Frame, column: Column, kinds: Mapping[str, str], wide: float, at: int
) -> Iterable[str]:
    said, count = column
    room = min(wide * 0.72, 56)
    x, foot = round(LEFT + wide * (at + 0.5) - room / 2, 1), 0
    for word, kind in kinds.items():
        if count.get(word):
            upper = frame.y(foot + count[word])
            tall = round(frame.y(foot) - upper - 1, 1)
            yield block(kind, x, TOP + upper, round(room, 1), max(tall, 1))
            foot += count[word]
    if wide > 40 or at % 3 == 0:
        yield label(x + room / 2, TOP + plot_height() + 20, said, "middle")


def told(series: Series, look: Look, part: str | None = None) -> str:
    """The counts in sentences; no mean, no share."""
    if series.window is None:
        return "There are no points yet."
    total: Counter[str] = Counter()
    for _, count in columns_of(series, part):
        total.update(count)
    counted = ", ".join(f"{word} {total[word]}" for word in total)
    return heard([f"Noted {days_text(series.window)}.", f"In all: {counted}."], look)


def states_table(
    series: Series, look: Look, most: int | None = None, part: str | None = None
) -> str:
    """The same counts as a table, a row a period."""
    every = columns_of(series, part)
    shown = every[-(most or MOST_COLUMNS) :] if most else every
    kinds = _kinds(shown, part)
    rows = [
        (said, *(_cell(count.get(word, 0), look) for word in kinds))
        for said, count in shown
    ]
    return table(series.measure.title, told(series, look, part), ("From", *kinds), rows)


def _cell(count: int, look: Look) -> str:
    if look.numbers:
        return str(count)
    return "noted" if count else ""


def shifts_chart(series: Series, look: Look) -> str:
    """Draw how states changed within runs."""
    return states_chart(series, look, "shift")


def shifts_table(series: Series, look: Look, most: int | None = None) -> str:
    """Tell how states changed within runs."""
    return states_table(series, look, most, "shift")
