"""Planned occurrences beside what was done: the history that adherence counts.

Pure. Runs come as their reader may see them; a run that reader may not know of takes its
occurrence out of the sum, and so does every choice.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from api.assignments.merge import Said, follow
from api.assignments.occurrences import Answer, Run, RunState, Spell, stands
from api.assignments.schedule import Planned
from api.assignments.standing import AGREED_STATES, Standing
from api.progress.adherence import Effort, Occurrence, OccurrenceStatus
from api.progress.engagement import Reviewed, review_of
from api.progress.runs import VersionFacts, local_day

STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Asked:
    """One planned occurrence: its key, its window, the quiet times, what was said."""

    key: str
    planned: Planned
    spells: Sequence[Spell] = ()
    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class SeenRun:
    """One run as its reader may see it: what is not shared is None or empty."""

    occurrence: str | None
    state: str
    at: datetime
    day: date
    version: VersionFacts
    fraction: float = 0.0
    seconds: float | None = None
    review: Mapping[str, Any] | None = None

    @property
    def is_over(self) -> bool:
        """Completed or stopped."""
        return self.state != RunState.IN_PROGRESS

    @property
    def stopped(self) -> bool:
        """Ended by choice where stopping is not itself the aim."""
        return self.state == STOPPED and not self.version.stop_is_success


def seen_run(projected: Mapping[str, Any], version: VersionFacts) -> SeenRun:
    """Read a completion as `completions.sharing.project` gives it out."""
    at = projected["ended_at"] or projected["started_at"]
    points = projected.get("points") or {}
    return SeenRun(
        projected["occurrence"],
        str(projected["state"]),
        at,
        local_day(at, projected["zone"]),
        version,
        float(projected.get("fraction_done") or 0.0),
        timed_seconds(points, version),
        review_of(projected.get("answers")),
    )


def timed_seconds(points: Mapping[str, Any], version: VersionFacts) -> float | None:
    """Seconds of timers and breathing, from the dose or else the breath readings.

    Source: reference §2.3 D-DOSE. How long an app lay open is not how long was done.
    """
    by_formula: dict[str, float] = defaultdict(float)
    for name, spec in version.measures.items():
        reading = points.get(name)
        for one in reading if isinstance(reading, list) else [reading]:
            seconds = one.get("seconds") if isinstance(one, Mapping) else one
            if spec.formula in ("dose", "breath") and isinstance(seconds, int | float):
                by_formula[spec.formula] += seconds
    return by_formula.get("dose", by_formula.get("breath"))


def history(
    asked: Sequence[Asked],
    runs: Sequence[SeenRun],
    unseen: frozenset[str],
    now: datetime,
) -> list[Occurrence]:
    """Every planned occurrence of one assignment with its status.

    `unseen` are the keys of occurrences with a run the reader may not know of. Runs
    that name no occurrence are counted as needed.
    """
    by_key: dict[str | None, list[SeenRun]] = defaultdict(list)
    for run in runs:
        by_key[run.occurrence].append(run)
    needed = [
        Occurrence(run.day, OccurrenceStatus.AS_NEEDED)
        for run in by_key[None]
        if run.is_over
    ]
    return needed + [
        Occurrence(_due_day(one), OccurrenceStatus.NOT_SHARED)
        if one.key in unseen
        else _stood(one, by_key[one.key], now)
        for one in asked
    ]


def _due_day(one: Asked) -> date:
    return local_day(one.planned.due_at, one.planned.zone)


def _stood(one: Asked, runs: Sequence[SeenRun], now: datetime) -> Occurrence:
    found = stands(
        one.planned, [_for_rule(run) for run in runs], one.answer, one.spells, now
    )
    stopped_well = any(
        run.state == STOPPED and run.version.stop_is_success for run in runs
    )
    status = OccurrenceStatus(found.status.value)
    return Occurrence(_due_day(one), status, found.fraction, stopped_well)


def _for_rule(run: SeenRun) -> Run:
    # A stop stays a stop however far it came: it may neither raise nor lower a ratio.
    fraction = 0.0 if run.state == STOPPED else run.fraction
    return Run(RunState(run.state), run.at, fraction, run.version.stop_is_success)


def efforts(runs: Iterable[SeenRun]) -> list[Effort]:
    """The ended runs as dose counts them."""
    return [
        Effort(run.day, run.seconds, _effort(run), run.stopped)
        for run in runs
        if run.is_over
    ]


def _effort(run: SeenRun) -> float | None:
    rated = (run.review or {}).get("effort_quality")
    return rated if isinstance(rated, int | float) else None


def reviews(runs: Iterable[SeenRun]) -> list[Reviewed]:
    """The reviews of ended runs, as far as their reader may see them."""
    return [
        Reviewed(run.day, run.review, run.stopped)
        for run in runs
        if run.is_over and run.review is not None
    ]


def shared_when_agreed(moves: Iterable[Said]) -> bool:
    """Whether the client's grant to share stood when terms were last in force.

    Ending an assignment ends every grant; that end must not hide what was shared.
    """
    standing: Standing | None = None
    shared = False
    for said in sorted(moves, key=lambda said: (said.move.at, said.seen, said.id)):
        after, _ = follow(standing, said.move)
        if after is not None and after.state in AGREED_STATES:
            shared = after.grants.share
        standing = after
    return shared
