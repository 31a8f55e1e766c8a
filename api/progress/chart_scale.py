"""Where things stand in a chart: round ticks, and days and values as pixels.

Pure geometry and number wording. It stretches nothing: an axis always covers all
its points, and equal values get room around them.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

WIDTH, HEIGHT = 720, 320
LEFT, RIGHT, TOP, BOTTOM = 112, 16, 60, 40
ALIKE = 1e-6
LEAST_STEPS = 4
"""Whole-number ratings are never drawn larger than this many steps to the height."""
STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Frame:
    """The plot area: first and last day, lowest and highest value."""

    first: date
    last: date
    low: float
    high: float

    def x(self, day: float) -> float:
        """Pixels from the left of the plot for days after the first day."""
        span = (self.last - self.first).days
        if span == 0:
            return plot_width() / 2
        return round(day / span * plot_width(), 1)

    def x_of(self, day: date) -> float:
        """Pixels from the left of the plot for a day."""
        return self.x((day - self.first).days)

    def y(self, value: float) -> float:
        """Pixels from the top of the plot for a value."""
        share = (value - self.low) / (self.high - self.low)
        return round((1 - share) * plot_height(), 1)


def plot_width() -> int:
    """Width of the plot in pixels."""
    return WIDTH - LEFT - RIGHT


def plot_height() -> int:
    """Height of the plot in pixels."""
    return HEIGHT - TOP - BOTTOM


def value_ticks(low: float, high: float, about: int = 5) -> list[float]:
    """Round values that cover low…high, at least two of them."""
    if high - low <= ALIKE * max(1.0, abs(low), abs(high)):
        low, high = low - 1, high + 1
    raw = (high - low) / about
    power = 10 ** math.floor(math.log10(raw))
    step = next(power * one for one in STEPS if power * one >= raw * (1 - 1e-9))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(at * step, 10) for at in range(first, last + 1)]


def day_ticks(first: date, last: date, about: int = 6) -> list[date]:
    """Days spread evenly from first to last, both included."""
    span = (last - first).days
    parts = min(about - 1, span)
    if parts == 0:
        return [first]
    return [first + timedelta(days=round(at * span / parts)) for at in range(parts + 1)]


def frame_of(days: Sequence[date], values: Sequence[float]) -> Frame:
    """The frame that holds all points; raises ValueError when there is none."""
    ticks = value_ticks(*span_of(values))
    return Frame(min(days), max(days), ticks[0], ticks[-1])


def span_of(values: Sequence[float]) -> tuple[float, float]:
    """Lowest and highest value to show; small changes of ratings stay small."""
    low, high = min(values), max(values)
    if all(value == int(value) for value in values) and high - low < LEAST_STEPS:
        middle = math.floor((low + high) / 2)
        return middle - LEAST_STEPS / 2, middle + LEAST_STEPS / 2
    return low, high


def number_text(value: float, digits: int = 1) -> str:
    """A number in at most `digits` decimals, with a real minus and no empty zeros."""
    text = f"{value:.{digits}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text.replace("-", "\u2212")


def day_text(day: date, *, year: bool = True) -> str:
    """A day as people write it: 3 Mar 2026."""
    text = f"{day.day} {day:%b}"
    return f"{text} {day.year}" if year else text
