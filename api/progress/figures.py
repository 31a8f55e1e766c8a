"""What every computed number looks like: a value with its n, window and method.

A figure that cannot be told honestly carries a reason instead of a value; it is
never 0 for want of data.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

Window = tuple[date, date]
Interval = tuple[float, float]

NO_DATA = "no_data"


@dataclass(frozen=True, slots=True)
class Figure:
    """One computed number. `value` None always comes with a `reason` code."""

    value: float | None
    n: int
    window: Window | None
    method: str
    interval: Interval | None = None
    reason: str | None = None


def window_of(days: Iterable[date]) -> Window | None:
    """First and last day, or None when there is no day."""
    found = sorted(days)
    return (found[0], found[-1]) if found else None


def absent(n: int, window: Window | None, method: str, reason: str) -> Figure:
    """A figure that may not be told, with the code that says why."""
    return Figure(None, n, window, method, reason=reason)


def median_figure(
    values: Sequence[float], window: Window | None, method: str = "median"
) -> Figure:
    """Median of the values; no_data when there are none."""
    if not values:
        return absent(0, None, method, NO_DATA)
    return Figure(float(median(values)), len(values), window, method)


def total_figure(values: Sequence[float], window: Window | None) -> Figure:
    """Sum of the values; an empty list is no_data, not 0."""
    if not values:
        return absent(0, None, "sum", NO_DATA)
    return Figure(float(sum(values)), len(values), window, "sum")
