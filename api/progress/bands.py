"""The usual range of a series: where a day would stand out from one's own days.

A band is about one's own past weeks and nobody else's. It forecasts nothing, and it is
silent below fourteen days or where every day was alike.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import Literal

from api.progress.figures import Window

AT_LEAST = 14
WITHIN_DAYS = 60
WIDTH = 3
MAD_TO_SD = 1.4826
METHOD = "median +/- 3 x 1.4826 x MAD, last 60 days"

Newest = Literal["inside", "above", "below"]


@dataclass(frozen=True, slots=True)
class Band:
    """Middle and limits in the units of the series; None always with a reason."""

    n: int
    window: Window | None
    method: str = METHOD
    middle: float | None = None
    low: float | None = None
    high: float | None = None
    newest: Newest | None = None
    reason: str | None = None


def band(first: date, days: Sequence[float], values: Sequence[float]) -> Band:
    """Draw the band of day medians in time order, `days` counted from `first`.

    A Shewhart chart of single days (three standard deviations either way) with centre and
    spread by median and scaled MAD, so that a few hard days do not widen it (Leys et al.
    2013; Rousseeuw & Croux 1993). Source: reference §4.5, 14 days within 60.
    """
    since = days[-1] - WITHIN_DAYS if days else 0
    recent = [(day, y) for day, y in zip(days, values, strict=True) if day > since]
    n = len(recent)
    window = None
    if recent:
        window = (_on(first, recent[0][0]), _on(first, recent[-1][0]))
    if n < AT_LEAST:
        return Band(n, window, reason="insufficient_points")
    middle = median(y for _, y in recent)
    spread = MAD_TO_SD * median(abs(y - middle) for _, y in recent)
    if spread == 0:
        return Band(n, window, middle=middle, reason="no_spread")
    low, high = middle - WIDTH * spread, middle + WIDTH * spread
    return Band(n, window, METHOD, middle, low, high, _newest(recent[-1][1], low, high))


def _on(first: date, day: float) -> date:
    return first + timedelta(days=day)


def _newest(value: float, low: float, high: float) -> Newest:
    if value > high:
        return "above"
    return "below" if value < low else "inside"
