"""The early-warning rules that look back: at the last runs, at the start, at two weeks.

Pure: the past comes as plain data. A run that arrives late is weighed in every stretch
it belongs to, so that what is found does not depend on the order of arrival.
Source: reference §4.7, §3.3.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from api.exercises.hearing import SHUT_DOWN
from api.instruments.change import change
from api.instruments.definitions import library
from api.instruments.words import Direction
from api.safety.alerts import Priority, Rule
from api.safety.thresholds import LAST_REVIEWS, LAST_RUNS, Thresholds
from api.safety.watch import (
    EVERY_STEP,
    Finding,
    Run,
    Score,
    always_told,
    of_one_run,
)

MOOD = "phq9"


@dataclass(frozen=True, slots=True)
class Past:
    """What else is known of a client, each oldest first and with the run itself in it.

    `same` are runs of the same exercise around it, `reviews` runs of any exercise that
    were reviewed, `scored` all runs of the same questionnaire. `unreal` are other runs
    in which things felt unreal. `prior` is the last answer to AL-1's question.
    """

    same: Sequence[Run] = ()
    reviews: Sequence[Run] = ()
    scored: Sequence[Run] = ()
    unreal: Sequence[tuple[UUID, datetime]] = ()
    prior: float | None = None


NO_PAST = Past()


@dataclass(frozen=True, slots=True)
class Needs:
    """Which of the past the rules would look at, so that nothing else is read."""

    same: bool
    reviews: bool
    scored: bool
    unreal: bool
    prior: bool


def needs(run: Run, thresholds: Thresholds) -> Needs:
    """Say what has to be read before `findings` can decide."""
    return Needs(
        same=_rises(run, thresholds) or _shuts_down(run),
        reviews=_is_pressed(run, thresholds),
        scored=run.score is not None,
        unreal=bool(run.told("unreal")),
        prior=bool(run.told("self_harm")),
    )


def findings(run: Run, past: Past, thresholds: Thresholds) -> list[Finding]:
    """Return everything the rules find about a run that ended, or in later ones by it.

    At most one finding of a rule for each source. A decline and a stop are no input.
    """
    found = [
        *always_told(run, prior=past.prior),
        *of_one_run(run, thresholds),
        *_unreal(run, past, thresholds),
        *_distress_rises(run, past, thresholds),
        *_ends_shut_down(run, past, thresholds),
        *_worse_than_at_first(run, past),
        *_low_mood(run, past, thresholds),
        *_felt_like_pressure(run, past, thresholds),
    ]
    return list({(one.rule, one.source): one for one in found}.values())


def stretches(runs: Sequence[Run], run: Run, length: int) -> Iterator[Sequence[Run]]:
    """Return each stretch of the last `length` runs in which a run stands."""
    for end in range(1, len(runs) + 1):
        stretch = runs[max(0, end - length) : end]
        if any(one.id == run.id for one in stretch):
            yield stretch


def _rises(run: Run, thresholds: Thresholds) -> bool:
    return run.rise is not None and run.rise >= thresholds.rise


def _shuts_down(run: Run) -> bool:
    return run.state_after == SHUT_DOWN


def _is_pressed(run: Run, thresholds: Thresholds) -> bool:
    low = run.choice is not None and run.choice <= thresholds.choice
    return run.has_review and (run.pressed or low)


def _made_of(
    rule: Rule,
    priority: Priority,
    runs: Sequence[Run],
    place: str,
    key: Mapping[str, Any],
) -> Finding:
    """Return a finding about several runs; its source is the last of them."""
    last = runs[-1]
    steps = (ref for one in runs for ref in one.refs.get(place, ()))
    return Finding(
        rule,
        priority,
        key,
        last.id,
        last.at,
        key,
        tuple(one.id for one in runs),
        tuple(dict.fromkeys(steps)),
    )


def _distress_rises(run: Run, past: Past, thresholds: Thresholds) -> Iterator[Finding]:
    """AL-4: distress up by 3 of 10 in 2 of the last 3 runs of one exercise."""
    if not _rises(run, thresholds):
        return
    for stretch in stretches(past.same, run, LAST_RUNS):
        if sum(_rises(one, thresholds) for one in stretch) >= thresholds.rise_runs:
            deltas = [
                None if one.rise is None else round(one.rise, 2) for one in stretch
            ]
            key = {"exercise": run.exercise, "deltas": deltas, "easier": run.easier}
            yield _made_of(
                Rule.DISTRESS_RISES, Priority.MEDIUM, stretch, "distress", key
            )


def _ends_shut_down(run: Run, past: Past, thresholds: Thresholds) -> Iterator[Finding]:
    """AL-5: shut down at the end of 2 of the last 3 runs of one exercise."""
    if not _shuts_down(run):
        return
    for stretch in stretches(past.same, run, LAST_RUNS):
        count = sum(map(_shuts_down, stretch))
        if count >= thresholds.shut_down_runs:
            key = {"exercise": run.exercise, "runs": count, "of": len(stretch)}
            yield _made_of(Rule.ENDS_SHUT_DOWN, Priority.MEDIUM, stretch, "state", key)


def _unreal(run: Run, past: Past, thresholds: Thresholds) -> Iterator[Finding]:
    """AL-6: medium, and high the second time within 7 days."""
    told = run.told("unreal")
    if not told:
        return
    within = timedelta(days=thresholds.unreal_days)
    others = [ident for ident, at in past.unreal if abs(at - run.at) <= within]
    again = any(ident != run.id for ident in others)
    steps = tuple(sorted({one.ref for one in told}))
    key = {"again_within_days": thresholds.unreal_days if again else None}
    yield Finding(
        Rule.UNREAL,
        Priority.HIGH if again else Priority.MEDIUM,
        {"exercise": run.exercise, **key},
        run.id,
        run.at,
        key,
        (run.id, *(ident for ident in others if ident != run.id)),
        steps,
    )


# --- questionnaires -----------------------------------------------------------


def _pairs(run: Run, scored: Sequence[Run]) -> Iterator[tuple[Run, Run]]:
    """Return every two runs, the earlier first, of which one is this run."""
    at = next((i for i, one in enumerate(scored) if one.id == run.id), None)
    if at is None:
        return
    yield from ((earlier, scored[at]) for earlier in scored[:at])
    yield from ((scored[at], later) for later in scored[at + 1 :])


def _worse_than_at_first(run: Run, past: Past) -> Iterator[Finding]:
    """AL-3: by any parameter set, reliably worse than the first score there is."""
    for first, later in _pairs(run, past.scored):
        if first.id != past.scored[0].id or first.score is None or later.score is None:
            continue
        sets = _worse_by(first.score, later.score)
        if sets:
            key = {"instrument": later.score.instrument, "parameter_sets": sets, "n": 2}
            yield _of_scores(
                Rule.WORSE_THAN_AT_FIRST, Priority.HIGH, (first, later), key
            )


def _worse_by(first: Score, later: Score) -> list[dict[str, Any]]:
    known = library().get(later.instrument)
    alike = (first.instrument, first.scale) == (later.instrument, later.scale)
    if known is None or not alike:
        return []
    direction = cast("Direction | None", later.direction)
    changes = (
        change(first.value, later.value, one, direction) for one in known.parameter_sets
    )
    return [
        {"id": one.parameter_set, "points": one.points}
        for one in changes
        if one.reliable == -1
    ]


def _low_mood(run: Run, past: Past, thresholds: Thresholds) -> Iterator[Finding]:
    """AL-11: PHQ-9 of 20 and more, or 5 points more within 14 days."""
    if run.score is None or run.score.instrument != MOOD:
        return
    within = timedelta(days=thresholds.mood_days)
    rises: dict[UUID, tuple[Run, Run, float]] = {}
    for earlier, later in _pairs(run, past.scored):
        if earlier.score is None or later.score is None:
            continue
        rise = later.score.value - earlier.score.value
        known = rises.get(later.id)
        near = later.at - earlier.at <= within and rise >= thresholds.mood_rise
        if near and (known is None or rise > known[2]):
            rises[later.id] = (earlier, later, rise)
    if run.score.value >= thresholds.mood_score and run.id not in rises:
        key = {"score": run.score.value, "rise": None, "days": None}
        yield _of_scores(Rule.LOW_MOOD, Priority.MEDIUM, (run,), key)
    for earlier, later, rise in rises.values():
        score = later.score.value if later.score else None
        key = {"score": score, "rise": rise, "days": (later.at - earlier.at).days}
        yield _of_scores(Rule.LOW_MOOD, Priority.MEDIUM, (earlier, later), key)


def _of_scores(
    rule: Rule, priority: Priority, runs: Sequence[Run], key: Mapping[str, Any]
) -> Finding:
    last = runs[-1]
    ids = tuple(one.id for one in runs)
    return Finding(rule, priority, key, last.id, last.at, key, ids, (EVERY_STEP,))


# --- how it felt --------------------------------------------------------------


def _felt_like_pressure(
    run: Run, past: Past, thresholds: Thresholds
) -> Iterator[Finding]:
    """AL-12: pressure, or hardly a choice of one's own, in 3 of the last 5 reviews."""
    if not _is_pressed(run, thresholds):
        return
    for stretch in stretches(past.reviews, run, LAST_REVIEWS):
        count = sum(_is_pressed(one, thresholds) for one in stretch)
        if count >= thresholds.pressure_reviews:
            key = {"reviews": count, "of": len(stretch)}
            yield _made_of(
                Rule.FELT_LIKE_PRESSURE, Priority.LOW, stretch, "review", key
            )
