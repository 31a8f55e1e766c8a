"""Before and after of each run as dumbbells: where one began, where one came to.

Only pairs with both ends are drawn; a missing end is missing, not zero. Runs ended by
choice are open marks and go into no figure.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from api.progress.chart_axes import axes, days_text, number_ticks, setback_marks
from api.progress.chart_scale import LEFT, TOP, frame_of, number_text
from api.progress.chart_style import (
    Cell,
    Look,
    dot,
    empty,
    heard,
    paint,
    picture,
    table,
)
from api.progress.figures import window_of
from api.progress.series import Point, Series

MOST_DRAWN = 60
"""More dumbbells than this are no picture any more; the table has them all."""
_BESIDE = 7


class Pair(NamedTuple):
    """One run: its day, where it began, where it came to."""

    day: date
    before: float
    after: float
    stopped: bool


def pairs_of(series: Series) -> list[Pair]:
    """The runs of a series that have both ends, in time order."""
    ends = ((point, *_ends(point, series.measure.formula)) for point in series.points)
    return [
        Pair(point.day, before, after, point.stopped)
        for point, before, after in ends
        if before is not None and after is not None
    ]


def _ends(point: Point, formula: str) -> tuple[float | None, float | None]:
    """Both ends of a run, from what its reading holds (reference §2.3)."""
    parts = point.parts
    if formula == "expectancy":
        before = parts.get("belief")
        change = point.value
        return before, None if before is None or change is None else before - change
    before, change = parts.get("before"), parts.get("change")
    if "after" in parts:
        return before, parts["after"]
    return before, None if before is None or change is None else before + change


def pairs_chart(series: Series, look: Look) -> str:
    """Draw the newest pairs; the open end is before, the filled one after."""
    every = pairs_of(series)
    shown, title = every[-MOST_DRAWN:], series.measure.title
    if not shown:
        return empty(title, "There are no pairs yet.", look)
    days = [pair.day for pair in shown]
    values = [end for pair in shown for end in (pair.before, pair.after)]
    frame = frame_of(days, values)
    seen: Counter[date] = Counter()
    marks = []
    for pair in shown:
        aside = _aside(seen[pair.day])
        seen[pair.day] += 1
        x = round(frame.x_of(pair.day) + aside, 1)
        marks.append(_mark(pair, x, frame.y(pair.before), frame.y(pair.after)))
    caption = "Open mark: before. Filled mark: after."
    if len(shown) < len(every):
        caption += f" The newest {len(shown)} of {len(every)}."
    body = (
        "".join(axes(frame, number_ticks(values, frame, look)))
        + "".join(setback_marks(frame, look))
        + f'<g transform="translate({LEFT} {TOP})">{"".join(marks)}</g>'
    )
    said = told(series, look)
    captions = [caption] if look.numbers else ["Open mark: before. Filled: after."]
    return picture(title, said, body, look, captions=captions)


def _aside(at: int) -> float:
    """Several runs of a day stand side by side: 0, 7, -7, 14 ..."""
    step = (at + 1) // 2 * _BESIDE
    return float(step if at % 2 else -step)


def _mark(pair: Pair, x: float, before: float, after: float) -> str:
    dash = ' stroke-dasharray="3 2"' if pair.stopped else ""
    return (
        f'<path {paint("line")} d="M{x:g} {before:g}V{after:g}" stroke-width="2"'
        f"{dash}/>{dot('point stopped', x, before, 6 if before == after else 4)}"
        f"{dot('point stopped' if pair.stopped else 'point', x, after, 3.5)}"
    )


def told(series: Series, look: Look) -> str:
    """The pairs in sentences."""
    every = pairs_of(series)
    window = window_of(pair.day for pair in every)
    if window is None:
        return "There are no pairs yet."
    finished = [pair for pair in every if not pair.stopped]
    count = Counter(_way(pair) for pair in finished)
    ways = ", ".join(f"{count[way]} {way}" for way in sorted(count))
    said = [f"Before and after, {days_text(window)}."]
    if ways:
        said.append(f"Of {len(finished)}: {ways}.")
    if len(finished) < len(every):
        said.append("Runs ended by choice are open marks.")
    return heard(said, look)


def _way(pair: Pair) -> str:
    if pair.after == pair.before:
        return "the same after"
    return "lower after" if pair.after < pair.before else "higher after"


def pairs_table(series: Series, look: Look, most: int | None = None) -> str:
    """The same pairs as a table; at most the newest `most`."""
    every = pairs_of(series)
    shown = every if most is None else every[-most:]
    said = told(series, look)
    if len(shown) < len(every):
        said += f" The newest {len(shown)} are listed." if look.numbers else ""
    heads: Sequence[str] = ("Day", "Before", "After", "Change", "Note")
    if not look.numbers:
        heads = ("Day", "What changed", "Note")
    return table(series.measure.title, said, heads, _rows(shown, look))


def _rows(pairs: Sequence[Pair], look: Look) -> Iterable[tuple[Cell, ...]]:
    for pair in pairs:
        note = "ended by choice" if pair.stopped else ""
        if not look.numbers:
            yield pair.day, _way(pair), note
            continue
        three = (pair.before, pair.after, pair.after - pair.before)
        before, after, change = (number_text(one, 2) for one in three)
        yield pair.day, before, after, change, note
