"""How what was expected met what came: the client's reads, by kind, over many runs.

It gathers beliefs with their outcomes and says how often a read was accurate. It judges
no person, and no read: an alarm that turned out quiet has done its work.
Source: reference §2.3 D-EV/EC/LR, D-BRIER, D-CAL, D-SDT; peers F4.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from statistics import fmean
from typing import Any, Literal

from api.progress.calibration import (
    AT_LEAST,
    BINS_FROM,
    Calibration,
    Forecast,
    calibrate,
)
from api.progress.discernment import Discernment, discern
from api.progress.figures import Figure, absent, median_figure, window_of
from api.progress.ratios import wilson
from api.progress.runs import StoredRun, VersionFacts

Kind = Literal["experiments", "readings", "promises", "alarms"]
KINDS: tuple[Kind, ...] = ("experiments", "readings", "promises", "alarms")
"""Experiments with others, first readings of an act, promises to oneself, inner alarms."""

METHOD_READ = "accurate / known, wilson 95 %"
IN_A_BIN = 5
RESULTS = ("happened", "partly", "did_not_happen", "unknown")
CELL_NAMES: Mapping[str, str] = {
    "hit": "accurate_alarm",
    "miss": "missed_alarm",
    "false_alarm": "false_alarm",
    "correct_rejection": "accurate_calm",
    "cannot_tell": "cannot_tell",
}
"""Plain names of the four cells of signal detection, and of what stayed open."""


@dataclass(frozen=True, slots=True)
class Bin:
    """Beliefs within ten points of each other, and how often it then came."""

    least: int
    most: int
    n: int
    mean_belief: float
    share: float | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Reads:
    """One kind of reads: what was expected beside what came.

    `undecided` are beliefs of exactly one half, which read neither way.
    """

    kind: Kind
    exercises: tuple[str, ...]
    expectancy_change: Figure
    learning_rate: Figure
    expectancy_violation: Figure
    accurate: Figure
    undecided: int
    counts: Mapping[str, int]
    calibration: Calibration
    bins: tuple[Bin, ...]


@dataclass(frozen=True, slots=True)
class Alarms:
    """Signal detection over inner alarms, with the count of each cell."""

    cells: Mapping[str, int]
    found: Discernment


@dataclass(slots=True)
class _Gathered:
    slugs: set[str] = field(default_factory=set)
    forecasts: list[Forecast] = field(default_factory=list)
    results: list[str] = field(default_factory=list)
    expectancies: list[tuple[date, Mapping[str, Any]]] = field(default_factory=list)


def kind_of(version: VersionFacts) -> Kind | None:
    """Say what an exercise lets one read, by the formulas it has."""
    if version.with_formula("discernment"):
        return "alarms"
    if version.with_formula("promise_keeping"):
        return "promises"
    if version.with_formula("alternatives") and version.with_formula("calibration"):
        return "readings"
    if version.with_formula("expectancy") or version.with_formula("calibration"):
        return "experiments"
    return None


def reads_of(runs: Iterable[StoredRun]) -> list[Reads]:
    """Put the reads of all finished runs together, one entry a kind."""
    gathered: dict[Kind, _Gathered] = {kind: _Gathered() for kind in KINDS}
    for run in runs:
        kind = kind_of(run.version)
        if kind is not None and not run.stopped:
            _gather(run, gathered[kind])
    return [_reads(kind, gathered[kind]) for kind in KINDS]


def alarms_of(runs: Iterable[StoredRun]) -> Alarms:
    """Put the inner alarms of all finished runs together."""
    coded = [
        (run.day, str(one["code"]))
        for run in runs
        if not run.stopped
        for name in run.version.with_formula("discernment")
        for one in _each(run.reading(name))
        if "code" in one
    ]
    count = Counter(code for _, code in coded)
    cells = {name: count[code] for code, name in CELL_NAMES.items()}
    return Alarms(cells, discern(coded))


def _each(reading: Any) -> list[Mapping[str, Any]]:
    every = reading if isinstance(reading, list) else [reading]
    return [one for one in every if isinstance(one, Mapping)]


def _gather(run: StoredRun, into: _Gathered) -> None:
    """Take one run's reads; a belief with two measures is one read."""
    expected = [
        one
        for name in run.version.with_formula("expectancy")
        for one in _each(run.reading(name))
        if "belief" in one and "result" in one
    ]
    stated = [
        one
        for name in run.version.with_formula("calibration")
        for one in _each(run.reading(name))
        if "p" in one
    ]
    if not expected and not stated:
        return
    into.slugs.add(run.version.slug)
    into.expectancies += [(run.day, one) for one in expected]
    if expected:
        for one in expected:
            _read(run.day, one["belief"] / 100, str(one["result"]), into)
        return
    for one in stated:
        result = {1: "happened", 0: "did_not_happen"}.get(one.get("o", -1), "partly")
        _read(run.day, one["p"], result, into)


def _read(day: date, p: float, result: str, into: _Gathered) -> None:
    into.results.append(result)
    if result != "unknown":
        came = {"happened": 1, "did_not_happen": 0}.get(result)
        into.forecasts.append((day, p, came))


def _reads(kind: Kind, found: _Gathered) -> Reads:
    known = [(day, p, o) for day, p, o in found.forecasts if o is not None]
    count = Counter(found.results)
    accurate, undecided = _accurate(known)
    return Reads(
        kind=kind,
        exercises=tuple(sorted(found.slugs)),
        expectancy_change=_median(found.expectancies, "ec"),
        learning_rate=_median(found.expectancies, "lr"),
        expectancy_violation=_median(found.expectancies, "ev"),
        accurate=accurate,
        undecided=undecided,
        counts={name: count[name] for name in RESULTS},
        calibration=calibrate(found.forecasts),
        bins=bins([(p, o) for _, p, o in known]),
    )


def _median(found: Sequence[tuple[date, Mapping[str, Any]]], key: str) -> Figure:
    known = [(day, one[key]) for day, one in found if one.get(key) is not None]
    return median_figure(
        [value for _, value in known], window_of(day for day, _ in known)
    )


def _accurate(known: Sequence[tuple[date, float, int]]) -> tuple[Figure, int]:
    """How often the likelier side of a belief is what came, n ≥ 5 (peers F4)."""
    decided = [(day, (p > 0.5) == bool(o)) for day, p, o in known if p != 0.5]
    n, window = len(decided), window_of(day for day, _ in decided)
    undecided = len(known) - n
    if n < AT_LEAST:
        return absent(n, window, METHOD_READ, "insufficient_outcomes"), undecided
    right = sum(accurate for _, accurate in decided)
    interval = wilson(right, n)
    return Figure(right / n, n, window, METHOD_READ, interval), undecided


def bins(known: Sequence[tuple[float, int]]) -> tuple[Bin, ...]:
    """Reliability bins of ten points from 30 known outcomes on, else none.

    A bin of fewer than 5 names no share. Source: reference §4.5; peers F4.
    """
    if len(known) < BINS_FROM:
        return ()
    grouped: dict[int, list[tuple[float, int]]] = {}
    for p, o in known:
        grouped.setdefault(min(int(p * 10 + 1e-9), 9), []).append((p, o))
    return tuple(_bin(at, group) for at, group in sorted(grouped.items()))


def _bin(at: int, group: Sequence[tuple[float, int]]) -> Bin:
    few = len(group) < IN_A_BIN
    return Bin(
        least=10 * at,
        most=10 * at + 10,
        n=len(group),
        mean_belief=100 * fmean(p for p, _ in group),
        share=None if few else fmean(o for _, o in group),
        reason="insufficient_outcomes" if few else None,
    )
