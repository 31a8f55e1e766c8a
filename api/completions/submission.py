"""What a device sent about a run, checked against the version it was begun under.

Pure: no database, no HTTP, no clock. It decides what the sending means: a refused
consent is a stop by choice, and a run under way has no readings yet.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from api.completions import document
from api.completions.merge import Sent, State
from api.completions.sharing import Level
from api.exercises import measures_persons
from api.exercises.answers import CompiledExercise, Named
from api.exercises.measures_rules import Ended
from api.foundation.errors import Fault, pointer
from api.people.tables import Standing

JOINT = "trusted"
"""The setting in which an exercise is done with someone of the client's own life."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What the client chose to share of one completion."""

    level: Level
    kept_back: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Run:
    """One sending of a run, as the device sees it."""

    assignment_id: UUID
    revision: int
    occurrence: str | None
    state: State
    ended_by_choice: bool
    save: int
    started_at: datetime
    ended_at: datetime | None
    zone: str
    answers: Mapping[str, Any]
    wish: Wish | None = None


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a sending comes to, ready to be kept."""

    state: State
    ended_by_choice: bool
    ended_at: datetime | None
    document: bytes
    digest: bytes
    points: dict[str, Any]
    fraction_done: float
    required_count: int
    people: tuple[Named, ...]

    def sent(self, save: int) -> Sent:
        """Return what decides whether it holds."""
        return Sent(self.state, save, self.digest)


def packed(run: Run) -> tuple[bytes, bytes]:
    """Return a sending's document and digest; equal sendings have equal digests."""
    kept = document.pack(run.answers)
    head = {
        "assignment": run.assignment_id,
        "revision": run.revision,
        "occurrence": run.occurrence,
        "state": run.state.value,
        "by_choice": run.ended_by_choice,
        "save": run.save,
        "started": run.started_at.timestamp(),
        "ended": None if run.ended_at is None else run.ended_at.timestamp(),
        "zone": run.zone,
        "wish": run.wish and [run.wish.level.value, sorted(run.wish.kept_back)],
    }
    return kept, document.digest(head, kept)


def read(run: Run, compiled: CompiledExercise) -> Meaning | list[Fault]:
    """Say what a sending comes to, or list what is wrong with its answers.

    Whatever was answered before a refused consent is kept, and the run is a stop made
    by choice there. Without a moment of its end, it ended when it began.
    """
    kept, digest = packed(run)
    size = document.size(kept)
    faults = compiled.faults(run.answers, whole=False, size=size)
    if faults:
        return [_below(fault) for fault in faults]
    refused = compiled.declined(run.answers) is not None
    state = State.STOPPED if refused else run.state
    if state is State.COMPLETED:
        faults = compiled.faults(run.answers, whole=True, size=size)
        if faults:
            return [_below(fault) for fault in faults]
    return Meaning(
        state=state,
        ended_by_choice=state is State.STOPPED and (refused or run.ended_by_choice),
        ended_at=run.started_at if refused and run.ended_at is None else run.ended_at,
        document=kept,
        digest=digest,
        points=points(compiled, run.answers, state),
        fraction_done=compiled.fraction_done(run.answers),
        required_count=len(compiled.required),
        people=tuple(compiled.people(run.answers)),
    )


def points(
    compiled: CompiledExercise, answers: Mapping[str, Any], state: State
) -> dict[str, Any]:
    """Return the readings of a run that has ended; before that there are none."""
    if state is State.IN_PROGRESS:
        return {}
    return dict(compiled.measures.derive(answers, _ended(state)))


def by_person(
    compiled: CompiledExercise, answers: Mapping[str, Any], state: State
) -> dict[str, Any]:
    """Return by person id what an ended run says of each person it names."""
    if state is State.IN_PROGRESS or not compiled.people(answers):
        return {}
    document, measures = compiled.document, compiled.measures
    return dict(measures_persons.by_person(document, measures, answers, _ended(state)))


def _ended(state: State) -> Ended:
    return "completed" if state is State.COMPLETED else "stopped"


def read_part(
    part: str,
    answers: Any,
    compiled: CompiledExercise,
    earlier: Mapping[str, Any] | None,
) -> list[Fault]:
    """List what is wrong with a follow-up part.

    `earlier` are the answers of the run, None when they have not arrived: then what
    depends on them is not looked at.
    """
    if part not in compiled.later_parts:
        return [Fault("", "no-such-part", "The exercise has no such follow-up part.")]
    whole = {**(earlier or {}), part: answers}
    faults = compiled.faults(whole, whole=False)
    own = [fault for fault in faults if _is_in(part, fault)]
    if earlier is None:
        own = [fault for fault in own if fault.code not in _DEPENDENT]
    return [_below(fault, part) for fault in own]


_DEPENDENT = frozenset({"not-asked", "length"})


def _is_in(part: str, fault: Fault) -> bool:
    place = pointer([part])
    return fault.pointer in ("", place) or fault.pointer.startswith(place + "/")


def _below(fault: Fault, part: str | None = None) -> Fault:
    """Say where a fault is in the body that was sent."""
    place = fault.pointer.removeprefix(pointer([part])) if part else fault.pointer
    return Fault(f"/answers{place}", fault.code, fault.message)


def people_faults(
    named: tuple[Named, ...], standings: Mapping[UUID, Standing], setting: str
) -> list[Fault]:
    """List persons that can't be named: not the client's own, or against rule R0.

    Source: reference §2.1 R0, no joint work with a person marked harmful; and a step
    that says so itself takes nobody who is under review either.
    """
    faults = []
    for one in named:
        place = "/answers" + pointer(one.ref.split("."))
        standing = standings.get(UUID(one.person))
        if standing is None:
            faults.append(Fault(place, "unknown-person", "There is no such person."))
        elif _is_barred(standing, one, setting):
            message = "This exercise is not done with this person."
            faults.append(Fault(place, "not-with-this-person", message))
    return faults


def _is_barred(standing: Standing, named: Named, setting: str) -> bool:
    if standing is Standing.HARMFUL:
        return named.not_flagged or setting == JOINT
    return named.not_flagged and standing is Standing.UNDER_REVIEW
