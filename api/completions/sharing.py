"""How much of a completion others may read, and the only way it goes out.

Pure: no database, no HTTP, no clock. Every way out (API, sync, progress, later export,
webhook and FHIR) calls `project`; for others a sealed completion does not exist.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from api.assignments.terms import SharingLevel as Level
from api.completions import document
from api.completions.merge import State

__all__ = ["Change", "Choice", "Facts", "Level", "PartFacts", "Reader"]


class Reader(StrEnum):
    """Who reads: the client it belongs to, or anybody else."""

    OWN = "own"
    OTHER = "other"


_ORDER = {level: at for at, level in enumerate(Level)}


def most_private(levels: Iterable[Level]) -> Level:
    """Return the most protective of some levels; there is at least one."""
    return min(levels, key=_ORDER.__getitem__)


def allows(level: Level, wanted: Level) -> bool:
    """Tell whether a level shows at least what another would."""
    return _ORDER[level] >= _ORDER[wanted]


# --- what the client's choices come to ----------------------------------------


@dataclass(frozen=True, slots=True)
class Change:
    """One choice of the client: from now on this level, these steps kept back.

    `seen` are the choices that the device knew when this one was made.
    """

    id: UUID
    device_id: UUID | None
    at: datetime
    level: Level
    kept_back: frozenset[str] = frozenset()
    seen: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class Choice:
    """What is shared; `heads` are the choices that no later one has replaced."""

    level: Level
    kept_back: frozenset[str] = frozenset()
    heads: tuple[UUID, ...] = ()


def settle(changes: Iterable[Change], default: Level) -> Choice:
    """Say what the choices come to, in whatever order they arrived.

    A choice replaces those its device had seen, and earlier ones of the same device.
    Where two devices chose without knowing of each other, the lower level holds and
    everything that either kept back stays back. Source: design §6; reference peers F12.
    """
    known = {change.id: change for change in changes}
    replaced = {old for change in known.values() for old in change.seen}
    heads = [
        change
        for change in known.values()
        if change.id not in replaced and not _followed(change, known.values())
    ]
    if not heads:
        # Choices that claim to have seen each other: nobody made them in that order.
        heads = list(known.values())
    if not heads:
        return Choice(default)
    return Choice(
        most_private(change.level for change in heads),
        frozenset().union(*(change.kept_back for change in heads)),
        tuple(sorted(change.id for change in heads)),
    )


def _followed(change: Change, changes: Iterable[Change]) -> bool:
    """Tell whether the same device chose again later, by its own clock."""
    return change.device_id is not None and any(
        other.device_id == change.device_id
        and other.at > change.at
        and other.id not in change.seen
        for other in changes
    )


# --- the way out --------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything a projection may need of one completion.

    `hidden_points` are the readings made of steps that are kept back; `until` ends
    the sharing (None: no end). `parts` are follow-ups: part, moment, zone, document.
    """

    id: UUID
    client_id: UUID
    assignment_id: UUID
    terms_revision: int
    exercise_version_id: UUID
    occurrence: str | None
    state: State
    ended_by_choice: bool
    started_at: datetime
    ended_at: datetime | None
    zone: str
    received_at: datetime
    save: int
    fraction_done: float
    points: Mapping[str, Any]
    document: bytes | None = field(repr=False)
    version: int
    choices: tuple[UUID, ...] = ()
    hidden_points: frozenset[str] = frozenset()
    until: datetime | None = None
    parts: tuple["PartFacts", ...] = ()


@dataclass(frozen=True, slots=True)
class PartFacts:
    """One follow-up part."""

    part: str
    done_at: datetime
    zone: str
    received_at: datetime
    document: bytes = field(repr=False)


def effective(facts: Facts, level: Level, now: datetime) -> Level:
    """Return what others may read at a moment.

    A run that is under way shows at most that it is; time-boxed sharing ends by itself.
    """
    if facts.until is not None and facts.until <= now:
        return Level.SEALED
    if facts.state is State.IN_PROGRESS:
        return most_private((level, Level.FACT))
    return level


def project(
    facts: Facts, level: Level, kept_back: frozenset[str], reader: Reader, now: datetime
) -> dict[str, Any] | None:
    """Return what a reader may see of a completion, or None where it doesn't exist.

    fact: that and when it was done. scores: and the readings. full: and the answers.
    The client sees all of their own, at any level.
    """
    if reader is Reader.OWN:
        return (
            _fact(facts)
            | _scores(facts, frozenset())
            | _answers(facts, frozenset(), own=True)
            | _own(facts, level, kept_back)
        )
    shown = effective(facts, level, now)
    match shown:
        case Level.SEALED:
            return None
        case Level.FACT:
            return _fact(facts)
        case Level.SCORES:
            return _fact(facts) | _scores(facts, facts.hidden_points)
        case Level.FULL:
            return (
                _fact(facts)
                | _scores(facts, facts.hidden_points)
                | _answers(facts, kept_back, own=False)
            )


def _fact(facts: Facts) -> dict[str, Any]:
    return {
        "id": facts.id,
        "client_id": facts.client_id,
        "assignment_id": facts.assignment_id,
        "revision": facts.terms_revision,
        "exercise_version_id": facts.exercise_version_id,
        "occurrence": facts.occurrence,
        "state": facts.state,
        "started_at": facts.started_at,
        "ended_at": facts.ended_at,
        "zone": facts.zone,
    }


def _scores(facts: Facts, hidden: frozenset[str]) -> dict[str, Any]:
    points = {key: value for key, value in facts.points.items() if key not in hidden}
    return {
        "ended_by_choice": facts.ended_by_choice,
        "fraction_done": facts.fraction_done,
        "points": points,
    }


def _answers(facts: Facts, kept_back: frozenset[str], *, own: bool) -> dict[str, Any]:
    """Answers are null where only the client's own devices can read them."""
    answers = _shown(facts.document, kept_back, own=own)
    return {
        "answers": answers,
        "parts": [_part(part, kept_back, own=own) for part in facts.parts],
    }


def _part(part: PartFacts, kept_back: frozenset[str], *, own: bool) -> dict[str, Any]:
    answers = _shown(part.document, kept_back, own=own)
    return {
        "part": part.part,
        "done_at": part.done_at,
        "zone": part.zone,
        "answers": None if answers is None else answers.get(part.part),
    }


def _shown(
    kept: bytes | None, kept_back: frozenset[str], *, own: bool
) -> dict[str, Any] | None:
    answers = document.unpack(kept)
    if answers is None:
        return None
    left = without(answers, kept_back)
    return left if own else {part: _unnoted(given) for part, given in left.items()}


def _unnoted(given: Any) -> Any:
    """Leave out the note of a review that its writer did not share by name.

    Only a review has a note beside other answers. Source: reference §4.2 `share`,
    which is private unless it says otherwise.
    """
    if isinstance(given, list):
        return [_unnoted(one) for one in given]
    if not isinstance(given, Mapping):
        return given
    return {step: _without_note(answer) for step, answer in given.items()}


def _without_note(answer: Any) -> Any:
    if not isinstance(answer, Mapping) or answer.get("share") == "therapist":
        return answer
    return {key: value for key, value in answer.items() if key != "note"}


def _own(facts: Facts, level: Level, kept_back: frozenset[str]) -> dict[str, Any]:
    return {
        "save": facts.save,
        "received_at": facts.received_at,
        "sharing": {
            "level": level,
            "kept_back": sorted(kept_back),
            "seen": list(facts.choices),
        },
        "version": facts.version,
    }


def without(answers: Mapping[str, Any], kept_back: frozenset[str]) -> dict[str, Any]:
    """Leave steps out of answers: `part.step`, in every round, or a whole `part`."""
    if not kept_back:
        return dict(answers)
    return {
        part: (
            [_left(part, one, kept_back) for one in given]
            if isinstance(given, list)
            else _left(part, given, kept_back)
        )
        for part, given in answers.items()
        if part not in kept_back
    }


def _left(part: str, given: Any, kept_back: frozenset[str]) -> Any:
    if not isinstance(given, Mapping):
        return given
    return {
        step: answer
        for step, answer in given.items()
        if f"{part}.{step}" not in kept_back
    }


def hidden_points(
    measures: Iterable[Mapping[str, Any]], kept_back: frozenset[str]
) -> frozenset[str]:
    """Name the readings that are made of a step kept back; they stay back as well.

    `measures` are those of the exercise document; their `from` names the steps.
    """
    return frozenset(
        measure["id"]
        for measure in measures
        if hides_any((measure.get("from") or {}).values(), kept_back)
    )


def hides_any(refs: Iterable[str], kept_back: frozenset[str]) -> bool:
    """Tell whether a step (`part.step`) is kept back, by itself or with its part."""
    return bool(kept_back) and any(
        ref in kept_back or ref.split(".", 1)[0] in kept_back for ref in refs
    )
