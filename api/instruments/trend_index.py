"""Over many administrations: the Reliable Trend Index, and the baseline a change counts from.

Real times, never the number of the filling. It names a trend only when the slope is larger
than measurement error can make it. Source: reference §3.3 (McAleavey 2024), §4.5.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Literal

from api.instruments.change import Z95, error_of
from api.instruments.parameters import ParameterSet
from api.instruments.words import Direction

FROM = 3
CLOSE = timedelta(days=14)

INSUFFICIENT_POINTS = "insufficient_points"
SAME_TIME = "same_time"
SEM_NOT_POSITIVE = "sem_not_positive"
NOT_FINITE = "not_finite"

TrendClass = Literal["improving", "worsening", "no_reliable_trend"]
Filling = tuple[datetime, float]


@dataclass(frozen=True, slots=True)
class TrendIndex:
    """The Reliable Trend Index. Slope and its standard error are points per week.

    `rti` keeps the sign of the slope; `trend` is named by the direction of the instrument
    and None without one. A missing index comes with a reason.
    """

    parameter_set: str | None
    n: int
    window: tuple[datetime, datetime] | None
    sem: float | None
    slope_per_week: float | None = None
    error_per_week: float | None = None
    rti: float | None = None
    p: float | None = None
    reliable: bool | None = None
    trend: TrendClass | None = None
    reason: str | None = None
    method: str = "reliable_trend_index"


@dataclass(frozen=True, slots=True)
class Baseline:
    """What later scores are compared with: a score, how it was found, from how many."""

    value: float | None
    at: datetime | None
    n: int
    method: Literal["first", "median_of_first_two"] | None
    reason: str | None = None


def trend_index(
    fillings: Sequence[Filling],
    parameters: ParameterSet,
    direction: Direction | None,
) -> TrendIndex:
    """Give the Reliable Trend Index with the SEM of a parameter set.

    `fillings` are (moment, unrounded score) in any order, moments all aware.
    """
    error = error_of(parameters)
    return reliable_trend(
        fillings,
        error.sem,
        direction,
        parameter_set=parameters.id,
        no_sem=error.reason or SEM_NOT_POSITIVE,
    )


def reliable_trend(
    fillings: Sequence[Filling],
    sem: float | None,
    direction: Direction | None,
    *,
    parameter_set: str | None = None,
    no_sem: str = SEM_NOT_POSITIVE,
) -> TrendIndex:
    """Give RTI = b / (SEM / √Sxx), b the least-squares slope; |RTI| > 1.96 is reliable.

    `sem` in points, above 0. Fewer than 3 fillings, one moment for all, or no SEM: None
    with a reason. Source: reference §3.3 (McAleavey 2024, re-stated).
    """
    points = sorted(fillings)
    n = len(points)
    window = (points[0][0], points[-1][0]) if points else None
    weeks = [(at - points[0][0]) / timedelta(weeks=1) for at, _ in points]
    scores = [score for _, score in points]
    spread = sum((t - sum(weeks) / n) ** 2 for t in weeks) if n else 0.0
    reason = _unusable(scores, spread, sem, no_sem)
    if reason is not None or sem is None:
        return TrendIndex(parameter_set, n, window, sem, reason=reason)
    middle, level = sum(weeks) / n, sum(scores) / n
    together = sum(
        (t - middle) * (y - level) for t, y in zip(weeks, scores, strict=True)
    )
    slope, error = together / spread, sem / math.sqrt(spread)
    rti = slope / error
    reliable = abs(rti) > Z95
    return TrendIndex(
        parameter_set=parameter_set,
        n=n,
        window=window,
        sem=sem,
        slope_per_week=slope,
        error_per_week=error,
        rti=rti,
        p=math.erfc(abs(rti) / math.sqrt(2)),
        reliable=reliable,
        trend=_named(rti, direction, reliable=reliable),
    )


def _unusable(
    scores: Sequence[float], spread: float, sem: float | None, no_sem: str
) -> str | None:
    if len(scores) < FROM:
        return INSUFFICIENT_POINTS
    if not all(math.isfinite(score) for score in scores):
        return NOT_FINITE
    if spread <= 0:
        return SAME_TIME
    if sem is None or not (math.isfinite(sem) and sem > 0):
        return no_sem
    return None


def _named(
    rti: float, direction: Direction | None, *, reliable: bool
) -> TrendClass | None:
    if direction is None:
        return None
    if not reliable:
        return "no_reliable_trend"
    return "improving" if (rti > 0) == (direction == "higher") else "worsening"


def baseline(
    fillings: Sequence[Filling],
    rule: Literal["first", "median_of_first_two"] = "median_of_first_two",
) -> Baseline:
    """Give what later scores are compared with.

    `fillings` are the scored, complete administrations of an episode, in any order. With
    the second rule the median of the first two counts when they lie 14 days apart or
    less; otherwise the first. Store the result's method with what was computed from it.
    Source: reference §3.3.
    """
    points = sorted(fillings)
    if not points:
        return Baseline(None, None, 0, None, INSUFFICIENT_POINTS)
    (at, first), *rest = points
    if rule == "median_of_first_two" and rest and rest[0][0] - at <= CLOSE:
        return Baseline(median((first, rest[0][1])), at, 2, rule)
    return Baseline(first, at, 1, "first")
