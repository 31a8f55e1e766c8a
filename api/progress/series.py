"""From the readings of many runs to one series: points, figures, counts, trend.

Points first, then the slope with its interval, then words. A series never mixes
scales, never fills gaps and never adds measures up to a total.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise
from operator import attrgetter
from types import MappingProxyType
from typing import Any, NamedTuple

from api.progress.figures import Figure, Window, window_of
from api.progress.sides import Side
from api.progress.trend import Trend, trend

GAP_FACTOR = 2
SPARSE_BELOW = 0.5
NO_PARTS: Mapping[str, Any] = MappingProxyType({})


class Run(NamedTuple):
    """One run's reading of one measure: moment, the client's local day, reading.

    `stopped`: ended by choice in an exercise where stopping is not itself the aim.
    Law 1: such a run is drawn, but no ratio, median or slope moves because of it.
    """

    at: datetime
    day: date
    reading: Any
    stopped: bool = False

    def point(
        self, value: float | None = None, code: str | None = None, **parts: Any
    ) -> "Point":
        """Make the point of this reading."""
        return Point(self.at, self.day, value, code, parts, self.stopped)


@dataclass(frozen=True, slots=True)
class Measure:
    """The measure as its exercise version names it, and which side of progress it shows.

    `tell` asks for figures besides the usual ones of its formula.
    """

    id: str
    formula: str
    title: str
    better: str | None = None
    side: Side | None = None
    tell: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What was planned, as far as it counts: the usual days between two occurrences
    and how many occurrences are in the denominator of adherence. Empty = as needed.
    """

    interval_days: float | None = None
    planned: int | None = None


class Point(NamedTuple):
    """One point. `value` is what is drawn; `code` stands where there is no number."""

    at: datetime
    day: date
    value: float | None = None
    code: str | None = None
    parts: Mapping[str, Any] = NO_PARTS
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class Read:
    """What a formula makes of its readings, before trend and gaps."""

    points: Sequence[Point]
    figures: Mapping[str, Figure]
    counts: Mapping[str, int] = field(default_factory=dict)
    trended: bool = True
    levels: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Series:
    """One measure over time.

    `breaks` are the positions in `points` before which the line is interrupted;
    None where nothing was planned, then points are never joined. `levels` name the
    ordinal values 0, 1, 2 of a series that has no units.
    """

    measure: Measure
    points: Sequence[Point]
    n: int
    window: Window | None
    figures: Mapping[str, Figure]
    counts: Mapping[str, int]
    trend: Trend | None
    sparse: bool
    gaps: bool
    breaks: tuple[int, ...] | None
    levels: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Setting:
    """What a formula may need besides its readings."""

    as_of: datetime
    distress: Sequence[tuple[datetime, float]] = ()


Reader = Callable[[Sequence[Run], Setting], Read]
_at = attrgetter("at")


def rounds_of(runs: Iterable[Run]) -> list[Run]:
    """Put readings in time order; each round of a repeated part stands for itself."""
    ordered = sorted(runs, key=_at)
    if not any(isinstance(run.reading, list) for run in ordered):
        return ordered
    return [
        run._replace(reading=reading)
        for run in ordered
        for reading in (run.reading if isinstance(run.reading, list) else [run.reading])
    ]


def assemble(measure: Measure, read: Read, plan: Plan) -> Series:
    """Put trend, gaps and sparseness beside what a formula read."""
    points = read.points
    breaks = _breaks(points, plan.interval_days)
    days = len({point.day for point in points})
    return Series(
        measure=measure,
        points=points,
        n=len(points),
        window=window_of(point.day for point in points),
        figures=read.figures,
        counts=read.counts,
        trend=trend(_followed(points)) if read.trended else None,
        sparse=bool(plan.planned) and days < SPARSE_BELOW * (plan.planned or 0),
        gaps=bool(breaks),
        breaks=breaks,
        levels=read.levels,
        notes=read.notes,
    )


def _followed(points: Sequence[Point]) -> list[tuple[date, float]]:
    return [
        (point.day, point.value)
        for point in points
        if point.value is not None and not point.stopped
    ]


def _breaks(
    points: Sequence[Point], interval_days: float | None
) -> tuple[int, ...] | None:
    """Where more than twice the planned interval passed. Source: reference §4.5.

    Between finished runs only: a line joins no others, and a stop fills no gap.
    """
    if interval_days is None:
        return None
    widest = GAP_FACTOR * interval_days
    joined = [(at, point.day) for at, point in enumerate(points) if not point.stopped]
    return tuple(
        at
        for (_, before), (at, day) in pairwise(joined)
        if (day - before).days > widest
    )


def code_counts(codes: Iterable[str]) -> dict[str, int]:
    """How often each code came, most frequent first."""
    return dict(Counter(codes).most_common())
