"""Questionnaires over time: baseline, change by every parameter set, trend, NHS flags.

It only puts together what the instruments' own rules say and adds nothing up. A filling
that was stopped is listed and moves no figure; a score that is missing is never 0.
Source: reference §3.2, §3.3, §4.5.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from api.instruments.change import Change, Flags, change, nhs_flags
from api.instruments.definitions import library
from api.instruments.shape import Instrument
from api.instruments.trend_index import Baseline, TrendIndex, baseline, trend_index
from api.instruments.words import Direction
from api.progress.runs import StoredRun
from api.progress.trend import Trend, trend

Rule = Literal["first", "median_of_first_two"]

NO_COMPLETE = "no_complete_administration"
NOTHING_SINCE = "insufficient_points"
NEEDS_BOTH = "needs_both_scales"
NHS_SETS: Mapping[str, str] = {"phq9": "phq9.nhs_tt", "gad7": "gad7.nhs_tt"}
"""The two scales the NHS flags are made of, and the parameter set of each."""


@dataclass(frozen=True, slots=True)
class Administration:
    """One filling: when, its reading as kept with the run, whether it was stopped."""

    at: datetime
    day: date
    reading: Mapping[str, Any]
    stopped: bool = False

    @property
    def score(self) -> float | None:
        """The unrounded score, or None where there is none."""
        found: float | None = self.reading["score"]
        return found

    @property
    def counts(self) -> bool:
        """Whether figures may be made of it."""
        return self.score is not None and not self.stopped

    @property
    def is_complete(self) -> bool:
        """Whether no answer stood in for another."""
        whole = not self.reading["missing"] and not self.reading["prorated"]
        return self.counts and whole


@dataclass(frozen=True, slots=True)
class Outcome:
    """One instrument on one counting, with everything that may be said of it."""

    instrument: Instrument
    scale: str | None
    administrations: Sequence[Administration]
    baseline: Baseline
    rule: Rule
    latest: Administration | None
    changes: Sequence[Change]
    indices: Sequence[TrendIndex]
    trend: Trend
    reason: str | None

    @property
    def direction(self) -> Direction | None:
        """Which way is better."""
        return self.instrument.direction


def outcomes_of(
    runs: Iterable[StoredRun], rule: Rule = "median_of_first_two"
) -> list[Outcome]:
    """Put every instrument's fillings together, by instrument, then by counting."""
    grouped: dict[tuple[str, str], list[Administration]] = {}
    for run in runs:
        for name in run.version.with_formula("instrument_score"):
            reading = run.reading(name)
            if isinstance(reading, Mapping) and "score" in reading:
                key = (str(reading["instrument"]), str(reading.get("scale") or ""))
                filling = Administration(run.at, run.day, reading, run.stopped)
                grouped.setdefault(key, []).append(filling)
    known = library()
    return [
        _outcome(known[instrument], scale or None, group, rule)
        for (instrument, scale), group in sorted(grouped.items())
        if instrument in known
    ]


def _outcome(
    instrument: Instrument, scale: str | None, group: list[Administration], rule: Rule
) -> Outcome:
    fillings = sorted(group, key=lambda one: one.at)
    counted = [one for one in fillings if one.counts]
    start, used = _baseline(fillings, counted, rule)
    latest = counted[-1] if counted else None
    reason = start.reason
    if reason is None and (latest is None or not _is_later(latest, start, counted)):
        reason = NOTHING_SINCE
    sets = instrument.parameter_sets if _is_total(instrument, scale) else ()
    after = latest.score if latest is not None and reason is None else None
    scored = [(one.at, one.score) for one in counted if one.score is not None]
    return Outcome(
        instrument=instrument,
        scale=scale,
        administrations=fillings,
        baseline=start,
        rule=used,
        latest=latest,
        changes=[change(start.value, after, one, instrument.direction) for one in sets],
        indices=[trend_index(scored, one, instrument.direction) for one in sets],
        trend=trend([(one.day, one.score) for one in counted if one.score is not None]),
        reason=reason,
    )


def _is_total(instrument: Instrument, scale: str | None) -> bool:
    """Parameter sets are about the total on its own counting, and nothing else."""
    return instrument.total is not None and scale in (None, instrument.total.id)


def _baseline(
    fillings: Sequence[Administration], counted: Sequence[Administration], rule: Rule
) -> tuple[Baseline, Rule]:
    """Find what later scores are compared with.

    With only two fillings there would be nothing left to compare a median of the first
    two with, so the first stands. Source: reference §3.3 baseline.
    """
    whole = [
        (one.at, one.score)
        for one in fillings
        if one.is_complete and one.score is not None
    ]
    found = baseline(whole, rule)
    if found.value is None:
        return Baseline(None, None, 0, None, NO_COMPLETE), rule
    if found.n == 2 and counted[-1].at == whole[1][0]:
        return baseline(whole, "first"), "first"
    return found, rule


def _is_later(
    latest: Administration, start: Baseline, counted: Sequence[Administration]
) -> bool:
    return start.at is not None and latest.at > start.at and len(counted) > start.n


def flags_of(outcomes: Iterable[Outcome]) -> Flags:
    """Give the NHS flags over PHQ-9 and GAD-7 together. Source: reference §3.3."""
    changes = [
        one
        for outcome in outcomes
        for one in outcome.changes
        if one.parameter_set == NHS_SETS.get(outcome.instrument.id)
    ]
    if len(changes) < len(NHS_SETS):
        sets = tuple(one.parameter_set for one in changes)
        return Flags(sets, None, None, None, None, None, None, NEEDS_BOTH)
    return nhs_flags(changes)
