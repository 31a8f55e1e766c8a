"""The terms of an assignment, and what a change of them means.

A material change is a new offer the client answers; a cosmetic one only rewords
(law 3). Whatever asks more of the client, tells more about them, or puts someone else
in the room is material; so is any change of dose or time, also a smaller one.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field

from api.assignments import schedule as plans
from api.assignments.anchors import ClockTime
from api.assignments.schedule import Schedule
from api.foundation.schemas import Flag, In, Slug, Whole


class Setting(StrEnum):
    """With whom it is done. Source: clinical.md §2.1."""

    SOLO = "solo"
    THERAPIST = "therapist"
    TRUSTED = "trusted"
    GROUP = "group"


class SharingLevel(StrEnum):
    """How much of what is done the therapist can read, from nothing to all of it."""

    SEALED = "sealed"
    FACT = "fact"
    SCORES = "scores"
    FULL = "full"


_LEVELS = list(SharingLevel)
StepRef = Annotated[
    str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}\.[a-z][a-z0-9_]{0,39}$", max_length=81)
]


class ExerciseRef(In):
    """One frozen version of an exercise."""

    slug: Slug
    version: Annotated[Whole, Field(ge=1, le=1_000_000)]


class Dose(In):
    """How much of one step: only what is named differs from the exercise.

    Seconds and cycles of breathing are upper ends; the client may always do less.
    """

    seconds: Annotated[Whole | None, Field(ge=1, le=7_200)] = None
    cycles: Annotated[Whole | None, Field(ge=1, le=200)] = None
    breathe_in: Annotated[float | None, Field(ge=1, le=20)] = None
    hold: Annotated[float | None, Field(ge=0, le=20)] = None
    breathe_out: Annotated[float | None, Field(ge=1, le=30)] = None
    hold_after: Annotated[float | None, Field(ge=0, le=20)] = None
    at_least: Annotated[Whole | None, Field(ge=0, le=50)] = None
    at_most: Annotated[Whole | None, Field(ge=1, le=50)] = None


class Reminders(In):
    """Wished-for reminders, at wall times of the day; the client's grant decides."""

    wanted: Flag = False
    at: Annotated[tuple[ClockTime, ...], Field(max_length=3)] = ()


class Terms(In):
    """What is offered or agreed: everything that is not said here is free."""

    exercise: ExerciseRef
    schedule: Schedule
    parameters: Annotated[
        dict[StepRef, Dose], Field(default_factory=dict, max_length=40)
    ]
    setting: Setting = Setting.SOLO
    with_person: UUID | None = None
    reminders: Reminders = Reminders()
    sharing: SharingLevel = SharingLevel.SEALED
    rationale: Annotated[str, Field(max_length=2_000)] = ""
    easier: Annotated[tuple[Slug, ...], Field(max_length=5)] = ()
    lapses_after_days: Annotated[Whole | None, Field(ge=1, le=365)] = None


@dataclass(frozen=True, slots=True)
class Change:
    """One field that differs between two terms."""

    field: str
    material: bool


def difference(
    before: Terms, after: Terms, *, version_is_material: bool = True
) -> list[Change]:
    """List what changed. Without an answer from the exercise, a new version is material.

    `version_is_material`: what the exercises room says of the two versions' difference;
    another exercise is always material. Source: peers.md F2.
    """
    judged = {
        "exercise": before.exercise.slug != after.exercise.slug or version_is_material,
        "schedule": True,
        "parameters": True,
        "setting": True,
        "with_person": True,
        "reminders": _asks_more(before.reminders, after.reminders),
        "sharing": _LEVELS.index(after.sharing) > _LEVELS.index(before.sharing),
        "rationale": False,
        "easier": not set(before.easier) <= set(after.easier),
        "lapses_after_days": False,
    }
    return [
        Change(field, material)
        for field, material in judged.items()
        if getattr(before, field) != getattr(after, field)
    ]


def is_material(changes: list[Change]) -> bool:
    """Whether any of the changes needs the client's answer."""
    return any(change.material for change in changes)


def faults(terms: Terms) -> list[tuple[str, str]]:
    """List what does not fit together: (JSON Pointer into the terms, sentence)."""
    found = [
        (f"/schedule/{field}", text) for field, text in plans.faults(terms.schedule)
    ]
    if terms.setting is Setting.TRUSTED and terms.with_person is None:
        found.append(("/with_person", "A trusted person must be named."))
    if terms.setting is not Setting.TRUSTED and terms.with_person is not None:
        found.append(("/with_person", "Only the trusted setting names a person."))
    if terms.reminders.at and not terms.reminders.wanted:
        found.append(("/reminders/at", "Times are for wanted reminders only."))
    return found


def _asks_more(before: Reminders, after: Reminders) -> bool:
    """A time of day the client was not reminded at before is a new interruption."""
    if not after.wanted:
        return False
    return not before.wanted or not set(after.at) <= set(before.at)
