"""The lines and words around a plot: values at the side, days below, setbacks marked.

Where a client hides numbers the values go, the lines stay. A setback is an ordinary
note on the time line; it takes nothing away from what is drawn.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from api.progress.chart_scale import (
    BOTTOM,
    HEIGHT,
    LEFT,
    TOP,
    Frame,
    day_text,
    day_ticks,
    number_text,
    plot_height,
    plot_width,
    span_of,
    value_ticks,
)
from api.progress.chart_style import Look, label, paint, rule

Ticks = Iterable[tuple[float, str]]


def number_ticks(values: Sequence[float], frame: Frame, look: Look) -> Ticks:
    """Round values with their numbers, or without where they are hidden."""
    digits = 2 if frame.high - frame.low < 2 else 1
    return [
        (tick, number_text(tick, digits) if look.numbers else "")
        for tick in value_ticks(*span_of(values))
    ]


def axes(frame: Frame, ticks: Ticks, *, zero: bool = True) -> Iterable[str]:
    """Draw a line a tick, days below; `zero` is False where 0 is a name, no number."""
    for value, said in ticks:
        y = round(TOP + frame.y(value), 1)
        kind = "zero" if zero and value == 0 and frame.low < 0 else "grid"
        yield rule(kind, LEFT, y, LEFT + plot_width(), y)
        if said:
            yield label(LEFT - 8, y + 4, said, "end")
    days = day_ticks(frame.first, frame.last)
    for at, day in enumerate(days):
        said = day_text(day, year=at in (0, len(days) - 1))
        x = LEFT + frame.x_of(day)
        yield label(x, HEIGHT - BOTTOM + 24, said, _anchor(at, len(days)))


def _anchor(at: int, count: int) -> str:
    if count == 1 or 0 < at < count - 1:
        return "middle"
    return "end" if at else "start"


def setback_marks(frame: Frame, look: Look) -> Iterable[str]:
    """Small marks on the time line where a setback was noted. Source: reference §4.6."""
    days = [day for day in look.setbacks if frame.first <= day <= frame.last]
    foot = TOP + plot_height()
    for day in dict.fromkeys(days):
        x = round(LEFT + frame.x_of(day), 1)
        yield (
            f'<path {paint("mark")} d="M{x:g} {foot - 9}v9m-4 -5l4 -4l4 4" '
            'fill="none" stroke-width="1.5"/>'
        )
    if days:
        yield label(LEFT + plot_width(), 46, "\u2191 a setback was noted here", "end")


def days_text(window: tuple[date, date]) -> str:
    """Where a window lies, in words."""
    first, last = map(day_text, window)
    return f"on {first}" if first == last else f"from {first} to {last}"
