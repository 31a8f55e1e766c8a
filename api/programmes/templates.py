"""From what a programme suggests to the terms of an ordinary assignment.

Pure. A part's own times hang on its gate, so that what is agreed says when it begins:
opening a gate changes no terms (law 3).
"""

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from api.assignments.anchors import AfterCompletion as AfterRun
from api.assignments.anchors import AfterGo
from api.assignments.schedule import Anchored, AsNeeded, Once, Recurring, Schedule
from api.assignments.terms import ExerciseRef, Terms
from api.programmes.definition import (
    AfterCompletion,
    AfterDelay,
    AgainAndAgain,
    AtOnce,
    ClientGo,
    Gate,
    OneTime,
    Part,
    PartTerms,
    Rhythm,
    WheneverItHelps,
)

_IN_DAYS = re.compile(r"P([0-9]{1,3})D")
Assigned = Mapping[str, UUID]
"""Which assignment each part is."""


def merged(suggested: PartTerms, chosen: PartTerms | None) -> PartTerms:
    """Put what the therapist chose over what the programme suggests."""
    if chosen is None:
        return suggested
    fields = {
        name: getattr(chosen, name)
        for name in chosen.model_fields_set
        if getattr(chosen, name) is not None
    }
    return suggested.model_copy(update=fields)


def terms_of(
    part: Part, *, version: int, assigned: Assigned, zone: str, today: date
) -> Terms:
    """Return the terms under which a part is offered.

    `version` of the exercise, unless the part names one; `zone` and `today` are the
    client's. Raises ValueError where the gate names a part that is not assigned.
    """
    wanted = part.terms
    rhythm = wanted.schedule or WheneverItHelps()
    optional: dict[str, Any] = {
        name: value
        for name in (
            "setting",
            "with_person",
            "parameters",
            "reminders",
            "sharing",
            "rationale",
            "easier",
            "lapses_after_days",
        )
        if (value := getattr(wanted, name)) is not None
    }
    return Terms(
        exercise=ExerciseRef(slug=part.exercise, version=wanted.version or version),
        schedule=schedule_of(part.gate, rhythm, assigned, zone, today),
        **{"parameters": {}, "rationale": part.why, **optional},
    )


def schedule_of(
    gate: Gate, rhythm: Rhythm, assigned: Assigned, zone: str, today: date
) -> Schedule:
    """Return the plan of a part: fixed where it waits for nothing, else hung on its gate."""
    if isinstance(rhythm, WheneverItHelps):
        return AsNeeded(kind="as_needed")
    if isinstance(gate, AtOnce):
        return _fixed(rhythm, zone, today)
    days = rhythm.after_days + (gate.days if isinstance(gate, AfterDelay) else 0)
    return Anchored(
        kind="anchored",
        zone=zone,
        anchor=anchor_of(gate, assigned),
        distance=f"P{days}D",
        at=rhythm.at,
        rule=rhythm.rule if isinstance(rhythm, AgainAndAgain) else None,
    )


def anchor_of(
    gate: AfterCompletion | AfterDelay | ClientGo, assigned: Assigned
) -> AfterRun | AfterGo:
    """Say in an assignment's own words what a part waits for."""
    if isinstance(gate, ClientGo):
        return AfterGo(event="go")
    of = assigned.get(gate.of)
    if of is None:
        msg = "the gate names a part that is not there"
        raise ValueError(msg)
    times = gate.times if isinstance(gate, AfterCompletion) else 1
    return AfterRun(event="completion", assignment_id=of, times=times)


def regated(
    terms: Terms, before: Gate, after: Gate, assigned: Assigned
) -> Terms | None:
    """Return terms that hang on another gate, or None where nothing changes.

    Only a plan that hung on the old gate follows the new one; others say their own
    times. Raises ValueError where such a plan would have no gate to hang on any more.
    """
    plan = terms.schedule
    if not isinstance(plan, Anchored) or before == after:
        return None
    if isinstance(after, AtOnce):
        msg = "its times hang on the gate; give it times of its own first"
        raise ValueError(msg)
    days = _IN_DAYS.fullmatch(plan.distance)
    update: dict[str, Any] = {"anchor": anchor_of(after, assigned)}
    if days is not None:
        moved = int(days[1]) + _days(after) - _days(before)
        update["distance"] = f"P{max(moved, 0)}D"
    schedule = plan.model_copy(update=update)
    return terms.model_copy(update={"schedule": schedule})


def _days(gate: Gate) -> int:
    return gate.days if isinstance(gate, AfterDelay) else 0


def _fixed(rhythm: OneTime | AgainAndAgain, zone: str, today: date) -> Once | Recurring:
    first = datetime.combine(
        today + timedelta(days=rhythm.after_days), time.fromisoformat(rhythm.at)
    )
    if isinstance(rhythm, OneTime):
        return Once(kind="once", at=first, zone=zone)
    return Recurring(kind="recurring", starts=first, rule=rhythm.rule, zone=zone)
