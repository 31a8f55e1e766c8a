"""What stands beside the series: choices made, setbacks with their plan, the two sides.

A choice is listed, never judged; a setback is an ordinary note on the line, with the plan
that was made for it beside. Source: reference §4.6 rules 4, 5 and 8.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from api.progress.runs import Picked, StoredRun
from api.progress.sides import GOAL


class Plan(NamedTuple):
    """A plan that was made for a hard patch, by the run that holds its words."""

    at: datetime
    exercise: str
    completion_id: UUID


def sides(picked: Iterable[Picked]) -> dict[str, Any]:
    """Put the names of the series on their sides; the rest belong to neither."""
    found: dict[str, Any] = {"protection": [], "connection": []}
    for one in picked:
        side = one.series.measure.side
        if side is not None:
            found[side].append(one.id)
    return found | {"words": list(GOAL)}


def choices(runs: Iterable[StoredRun]) -> list[dict[str, Any]]:
    """List the choices made in runs, newest first. Source: reference §2.3 D-CHOICE.

    A run ended by choice is one choice, even where nothing else was said in it.
    """
    return [
        {
            "at": run.at,
            "day": run.day,
            "exercise": run.version.slug,
            "exercise_title": run.version.title,
            "kind": kind,
        }
        for run in runs
        for kind in _kinds(run)
    ]


def _kinds(run: StoredRun) -> list[str]:
    kinds: list[str] = []
    for name in run.version.with_formula("choice_count"):
        reading = run.reading(name)
        if isinstance(reading, Mapping):
            kinds += reading.get("kinds", ())
    return kinds or (["stopped"] if run.stopped else [])


def plans(runs: Iterable[StoredRun]) -> list[Plan]:
    """Every plan for a hard patch, newest first as the runs are."""
    return [
        Plan(run.at, run.version.slug, UUID(str(run.id)))
        for run in runs
        if run.version.plan and any(run.reading(name) for name in run.version.plan)
    ]


def setbacks(picked: Iterable[Picked], made: Sequence[Plan]) -> list[dict[str, Any]]:
    """Give every setback as a note, with the newest plan made before it beside it."""
    found = []
    for one in picked:
        if one.series.measure.formula != "recovery":
            continue
        found += [
            {
                "kind": "setback",
                "at": point.parts["started"],
                "noted_on": point.day,
                "exercise": one.exercise,
                "exercise_title": one.exercise_title,
                "settled": point.value is not None,
                "hours": point.value,
                "plan": _plan_before(point.at, one.exercise, made),
            }
            for point in one.series.points
        ]
    return found


def _plan_before(
    at: datetime, exercise: str, made: Sequence[Plan]
) -> dict[str, Any] | None:
    for plan in made:
        if plan.exercise == exercise and plan.at <= at:
            return {"completion_id": plan.completion_id, "made_at": plan.at}
    return None
