"""Direction over time: Theil-Sen slope with Sen's interval, Mann-Kendall test.

It says only what the number of points allows (reference §4.5) and refuses to call
a direction on few, tied or contradicting points. No forecast is ever made.
"""

import math
from array import array
from bisect import bisect_left, bisect_right, insort
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from statistics import median
from typing import Literal

from api.progress.bands import Band, band
from api.progress.figures import Interval, Window

Z95 = 1.959964
EXACT_UP_TO = 10
SLOPE_FROM = 3
WORDS_FROM = 5
NORMAL_FROM = 8
SIGNIFICANT = 0.05

Word = Literal["going up", "going down", "no clear direction yet", "no change"]

NOTE_DAYS = "Several points on one day count once, by their median."
NOTE_AUTOCORRELATION = (
    "Days close together tend to be alike, so p looks smaller than it should."
)
NOTE_PROVISIONAL = "With fewer than 5 days the slope is only a first impression."
NOTE_TIES = (
    "With equal values and fewer than 8 days the approximation is too rough to name "
    "a direction."
)


@dataclass(frozen=True, slots=True)
class Slope:
    """Theil-Sen line: units per day, the value at day 0, Sen's 95 % interval."""

    slope: float
    intercept: float
    interval: Interval


@dataclass(frozen=True, slots=True)
class MannKendall:
    """Mann-Kendall test: S, its variance, tau-a, two-sided p, and how p was found."""

    s: int
    variance: float
    tau: float
    p: float
    method: Literal["exact", "normal", "all_equal"]


@dataclass(frozen=True, slots=True)
class Trend:
    """What may be said about a series. Slopes are per week, `start` is the line's
    value on the first day of the window, `band` its usual range where there is a slope.
    """

    n: int
    points: int
    window: Window | None
    method: str
    change: float | None = None
    slope_per_week: float | None = None
    interval: Interval | None = None
    start: float | None = None
    tau: float | None = None
    p: float | None = None
    p_method: str | None = None
    provisional: bool = False
    word: Word | None = None
    reason: str | None = None
    method_notes: tuple[str, ...] = ()
    band: Band | None = None


def day_medians(points: Iterable[tuple[date, float]]) -> list[tuple[date, float]]:
    """One value per local day, in order. Source: reference §4.5."""
    days: dict[date, list[float]] = defaultdict(list)
    for day, value in points:
        days[day].append(value)
    return [
        (day, float(values[0] if len(values) == 1 else median(values)))
        for day, values in sorted(days.items())
    ]


def ties_variance(values: Sequence[float]) -> float:
    """Variance of Mann-Kendall's S, corrected for equal values (reference §4.5)."""
    n = len(values)
    total = n * (n - 1) * (2 * n + 5)
    if len(set(values)) < n:
        counts = Counter(values).values()
        total -= sum(t * (t - 1) * (2 * t + 5) for t in counts)
    return total / 18


def theil_sen(days: Sequence[float], values: Sequence[float]) -> Slope | None:
    """Median of pairwise slopes (Theil, Sen), with Sen's 95 % interval.

    `days` in days, any order; None when no two days differ. Equals
    scipy.stats.theilslopes, method "separate". Source: reference §4.5.
    """
    slopes = _pairwise_slopes(days, values)
    if not slopes:
        return None
    slope = median(slopes)
    spread = Z95 * math.sqrt(max(_slope_variance(days, values), 0.0))
    count = len(slopes)
    low = max(round((count - spread) / 2) - 1, 0)
    high = min(round((count + spread) / 2), count - 1)
    return Slope(
        slope=slope,
        intercept=median(values) - slope * median(days),
        interval=(slopes[low], slopes[high]),
    )


def _pairwise_slopes(days: Sequence[float], values: Sequence[float]) -> list[float]:
    pairs = list(zip(days, values, strict=True))
    slopes: list[float] = []
    for at, (t1, y1) in enumerate(pairs, 1):
        slopes += [(y2 - y1) / (t2 - t1) for t2, y2 in pairs[at:] if t2 != t1]
    slopes.sort()
    return slopes


def _slope_variance(days: Sequence[float], values: Sequence[float]) -> float:
    tied = ties_variance(days) if len(set(days)) < len(days) else None
    if tied is None:
        return ties_variance(values)
    n = len(days)
    return ties_variance(values) + tied - n * (n - 1) * (2 * n + 5) / 18


@lru_cache(maxsize=16)
def _inversions(n: int) -> tuple[int, ...]:
    """How many orders of n different values have 0, 1, 2 … inversions."""
    counts = [1]
    for size in range(2, n + 1):
        wider = [0] * (len(counts) + size - 1)
        for at, ways in enumerate(counts):
            for shift in range(size):
                wider[at + shift] += ways
        counts = wider
    return tuple(counts)


def exact_p(s: int, n: int) -> float:
    """Two-sided p of S from all orders of n different values (Kendall)."""
    counts = _inversions(n)
    pairs = n * (n - 1) // 2
    most = (pairs - abs(s)) // 2
    return min(1.0, 2 * sum(counts[: most + 1]) / math.factorial(n))


def normal_p(s: int, variance: float) -> float:
    """Two-sided p by the normal approximation with continuity correction."""
    if s == 0 or variance <= 0:
        return 1.0
    z = (abs(s) - 1) / math.sqrt(variance)
    return math.erfc(z / math.sqrt(2))


def kendall_s(values: Sequence[float]) -> int:
    """Rises minus falls over all pairs, in the order given. O(n log n)."""
    seen: list[float] = []
    s = 0
    for value in values:
        s += _rank(seen, value)
        insort(seen, value)
    return s


def _rank(seen: Sequence[float], value: float) -> int:
    below = bisect_left(seen, value)
    above = len(seen) - bisect_right(seen, value)
    return below - above


def mann_kendall(values: Sequence[float]) -> MannKendall:
    """Test of direction over values in time order, at least two.

    Exact for up to 10 different values, else normal with tie correction; all
    equal gives p = 1. Source: reference §4.5 (Mann 1945, Kendall 1975).
    """
    n = len(values)
    s, variance = kendall_s(values), ties_variance(values)
    tau = s / (n * (n - 1) / 2)
    different = len(set(values))
    if different == 1:
        return MannKendall(0, variance, 0.0, 1.0, "all_equal")
    if different == n <= EXACT_UP_TO:
        return MannKendall(s, variance, tau, exact_p(s, n), "exact")
    return MannKendall(s, variance, tau, normal_p(s, variance), "normal")


def trend(points: Iterable[tuple[date, float]]) -> Trend:
    """Say what these points allow, by the table of reference §4.5.

    Points are (local day, value). 0-1 days: nothing; 2: the change; 3-4: a
    provisional slope and no word; 5 or more: slope, test and a word.
    """
    raw = list(points)
    days = day_medians(raw)
    n = len(days)
    window = (days[0][0], days[-1][0]) if days else None
    if n < 2:
        reason = "insufficient_points"
        return Trend(n, len(raw), window, "none", reason=reason)
    if n < SLOPE_FROM:
        return Trend(
            n,
            len(raw),
            window,
            "two_point_change",
            change=days[1][1] - days[0][1],
            reason="insufficient_points",
            method_notes=_notes(n, len(raw)),
        )
    first = days[0][0].toordinal()
    offsets = array("l", [day.toordinal() - first for day, _ in days])
    values = array("d", [value for _, value in days])
    return _sloped(first, offsets.tobytes(), values.tobytes(), len(raw))


# A page is read far more often than it changes; the same points give the same trend.
@lru_cache(maxsize=8192)
def _sloped(first: int, packed_days: bytes, packed_values: bytes, points: int) -> Trend:
    days, values = array("l"), array("d")
    days.frombytes(packed_days)
    values.frombytes(packed_values)
    return _trend_of(date.fromordinal(first), days, values, points)


def _trend_of(
    first: date, days: Sequence[float], values: Sequence[float], points: int
) -> Trend:
    n = len(days)
    line = theil_sen(days, values)
    if line is None:
        raise ValueError("days must differ")
    low, high = line.interval
    test = mann_kendall(values) if n >= WORDS_FROM else None
    return Trend(
        n=n,
        points=points,
        window=(first, first + timedelta(days=days[-1])),
        method="theil_sen" if test is None else "theil_sen+mann_kendall",
        change=values[-1] - values[0],
        slope_per_week=line.slope * 7,
        interval=(low * 7, high * 7),
        start=line.intercept,
        tau=test.tau if test else None,
        p=test.p if test else None,
        p_method=test.method if test else None,
        provisional=n < WORDS_FROM,
        word=_word(line, test, n) if test else None,
        reason="insufficient_points" if test is None else None,
        method_notes=_notes(n, points, test),
        band=band(first, days, values),
    )


def _too_rough(test: MannKendall, n: int) -> bool:
    return test.method == "normal" and n < NORMAL_FROM


def _word(line: Slope, test: MannKendall, n: int) -> Word:
    low, high = line.interval
    if test.method == "all_equal":
        return "no change"
    if test.p >= SIGNIFICANT or low <= 0 <= high or _too_rough(test, n):
        return "no clear direction yet"
    return "going up" if line.slope > 0 else "going down"


def _notes(n: int, points: int, test: MannKendall | None = None) -> tuple[str, ...]:
    notes = []
    if points > n:
        notes.append(NOTE_DAYS)
    if SLOPE_FROM <= n < WORDS_FROM:
        notes.append(NOTE_PROVISIONAL)
    if test is not None:
        notes.append(NOTE_AUTOCORRELATION)
        if _too_rough(test, n):
            notes.append(NOTE_TIES)
    return tuple(notes)
