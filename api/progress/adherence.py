"""How much of what was agreed was done, with every choice out of the sum.

Law 1 lives here: a decline, a stop, a pause or an unsafe day changes no ratio. There
is no streak, and below three occurrences there is no ratio at all.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from statistics import median

from api.progress.figures import Figure, Window, absent, window_of

AT_LEAST = 3


class OccurrenceStatus(StrEnum):
    """Where one planned occurrence stands. Source: reference §4.3."""

    COMPLETED = "completed"
    PARTIAL = "partial"
    MISSED = "missed"
    SKIPPED_OTHER = "skipped_other"
    DECLINED = "declined"
    STOPPED_BY_CHOICE = "stopped_by_choice"
    PAUSED = "paused"
    SAFETY_HOLD = "safety_hold"
    NOT_SAFE_TO = "not_safe_to"
    CANCELLED = "cancelled"
    SUPERSEDED = "superseded"
    NOT_DUE = "not_due"
    WINDOW_OPEN = "window_open"
    AS_NEEDED = "as_needed"
    NOT_SHARED = "not_shared"


COUNTED = frozenset(
    (
        OccurrenceStatus.COMPLETED,
        OccurrenceStatus.PARTIAL,
        OccurrenceStatus.MISSED,
        OccurrenceStatus.SKIPPED_OTHER,
    )
)
CHOSEN = frozenset((OccurrenceStatus.DECLINED, OccurrenceStatus.STOPPED_BY_CHOICE))


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One planned instance: its local day, status, and for a partial one the share
    (0-1) of required steps done. `stop_is_success`: it was completed by stopping.
    """

    day: date
    status: OccurrenceStatus
    share_done: float = 0.0
    stop_is_success: bool = False


@dataclass(frozen=True, slots=True)
class Adherence:
    """Ratios and counts of occurrences. Counts of choices are a list, not a fault."""

    strict: Figure
    weighted: Figure
    choice_rate: Figure
    denominator: int
    completed: int
    choices_exercised: int
    stops_that_complete: int
    as_needed: int
    window: Window | None


@dataclass(frozen=True, slots=True)
class Effort:
    """One run for the dose: local day, seconds done, and the review's effort 0-4.

    The effort of a run ended by choice (`stopped`) is left out of the median: law 1.
    """

    day: date
    seconds: float | None = None
    effort_quality: float | None = None
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class Dose:
    """How much was done, apart from what was planned."""

    minutes: Figure
    runs: int
    distinct_days: int
    engagement: Figure


def adherence(occurrences: Iterable[Occurrence]) -> Adherence:
    """Ratios over planned occurrences. Source: reference §4.3.

    Denominator = completed + partial + missed + skipped for another reason. Null
    with `insufficient_occurrences` below 3, also for an empty denominator.
    """
    every = list(occurrences)
    count = Counter(one.status for one in every)
    counted = [one for one in every if one.status in COUNTED]
    n, window = len(counted), window_of(one.day for one in counted)
    chosen = sum(count[status] for status in CHOSEN)
    done = count[OccurrenceStatus.COMPLETED]
    credit = sum(
        min(max(one.share_done, 0.0), 1.0)
        for one in counted
        if one.status is OccurrenceStatus.PARTIAL
    )
    whole = window_of(one.day for one in every if one.status in COUNTED | CHOSEN)
    return Adherence(
        strict=_ratio(done, n, window, "completed / counted"),
        weighted=_ratio(done + credit, n, window, "(completed + parts) / counted"),
        choice_rate=_choice_rate(chosen, n, whole),
        denominator=n,
        completed=done,
        choices_exercised=chosen,
        stops_that_complete=sum(
            1
            for one in counted
            if one.stop_is_success and one.status is OccurrenceStatus.COMPLETED
        ),
        as_needed=count[OccurrenceStatus.AS_NEEDED],
        window=window,
    )


def _ratio(top: float, n: int, window: Window | None, method: str) -> Figure:
    if n < AT_LEAST:
        return absent(n, window, method, "insufficient_occurrences")
    return Figure(top / n, n, window, method)


def _choice_rate(chosen: int, n: int, window: Window | None) -> Figure:
    method = "choices / (counted + choices)"
    if n < AT_LEAST:
        return absent(n + chosen, window, method, "insufficient_occurrences")
    return Figure(chosen / (n + chosen), n + chosen, window, method)


def dose(runs: Sequence[Effort]) -> Dose:
    """Minutes, runs, distinct days, and median effort. Source: reference §4.3."""
    timed = [(run.day, run.seconds) for run in runs if run.seconds is not None]
    rated = [
        (run.day, run.effort_quality)
        for run in runs
        if run.effort_quality is not None and not run.stopped
    ]
    minutes = absent(0, None, "sum", "no_data")
    if timed:
        total = sum(seconds for _, seconds in timed) / 60
        minutes = Figure(total, len(timed), window_of(d for d, _ in timed), "sum")
    engagement = absent(0, None, "median", "no_data")
    if rated:
        middle = float(median(value for _, value in rated))
        window = window_of(day for day, _ in rated)
        engagement = Figure(middle, len(rated), window, "median")
    return Dose(minutes, len(runs), len({run.day for run in runs}), engagement)
