"""Figures that a measure asks for besides the usual ones of its formula.

The exercise names them in `options.tell`; what a formula may be asked for is in the
closed set of formulas. An unknown word tells nothing. Source: reference §2.2.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta

from api.progress.figures import Figure, absent, median_figure, window_of
from api.progress.series import Point

MONTH_DAYS, BLOCK_DAYS = 30, 28
DAY_MINUTES = 24 * 60
METHOD_MONTH = "times / 30 days"

Figures = dict[str, Figure]


def told(tell: str, points: Sequence[Point], as_of: date) -> Figures:
    """Make the figures that go by this word."""
    make = _TELLS.get(tell)
    return make(points, as_of) if make is not None and points else {}


def _codes(points: Sequence[Point]) -> Counter[str]:
    return Counter(str(code) for p in points for code in p.parts.get("codes") or ())


def _shares(points: Sequence[Point], _: date) -> Figures:
    """Each code's share of everything chosen; n is everything chosen. §2.2 E27, E42, E47."""
    count = _codes(points)
    n, window = count.total(), window_of(point.day for point in points)
    return {
        f"share_{code}": Figure(times / n, n, window, "share")
        for code, times in count.items()
    }


def _per_month(points: Sequence[Point], _: date) -> Figures:
    """How often each code came in 30 days; n is the runs. §2.2 E41.

    Runs that span less than 30 days cannot say how a month goes.
    """
    window = window_of(point.day for point in points)
    days = (window[1] - window[0]).days + 1 if window else 0
    n, names = len(points), _codes(points)
    if days < MONTH_DAYS:
        none = absent(n, window, METHOD_MONTH, "insufficient_days")
        return {f"per_30_days_{code}": none for code in names}
    return {
        f"per_30_days_{code}": Figure(
            times * MONTH_DAYS / days, n, window, METHOD_MONTH
        )
        for code, times in names.items()
    }


def _four_weeks(points: Sequence[Point], as_of: date) -> Figures:
    """Median of the last four weeks and of the four before. §2.2 E05.

    The client's own day may be ahead of the clock's; it belongs to the last weeks.
    """
    split = as_of - timedelta(days=BLOCK_DAYS - 1)
    start = split - timedelta(days=BLOCK_DAYS)
    known = [(p.day, p.value) for p in points if p.value is not None]
    blocks = {
        "median_last_4_weeks": [pair for pair in known if pair[0] >= split],
        "median_4_weeks_before": [pair for pair in known if start <= pair[0] < split],
    }
    return {
        name: median_figure(
            [value for _, value in block], window_of(d for d, _ in block)
        )
        for name, block in blocks.items()
    }


def _days(points: Sequence[Point], _: date) -> Figures:
    """The same median in days, where minutes are too small a unit. §2.2 E39."""
    known = [(p.day, p.value) for p in points if p.value is not None]
    values = [value / DAY_MINUTES for _, value in known]
    return {"median_days": median_figure(values, window_of(day for day, _ in known))}


_TELLS: Mapping[str, Callable[[Sequence[Point], date], Figures]] = {
    "shares": _shares,
    "per_30_days": _per_month,
    "per_4_weeks": _four_weeks,
    "days": _days,
}
