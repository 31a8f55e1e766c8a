"""What a completion comes to: its sending, its follow-ups and the client's choices.

Pure, and a function of the set of what has arrived: the order never matters.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from api.completions import sharing, submission
from api.completions.merge import State
from api.completions.sharing import Change, Level
from api.completions.submission import Meaning, Run
from api.exercises import measures_persons
from api.exercises.answers import CompiledExercise


@dataclass(frozen=True, slots=True)
class Assembled:
    """The columns of a completion that depend on more than its sending."""

    readings: dict[str, Any]
    sharing: dict[str, Any]

    def columns(self) -> dict[str, Any]:
        """Return all of them, as they are stored."""
        return self.readings | self.sharing


def assemble(
    compiled: CompiledExercise,
    answers: Mapping[str, Any],
    state: State,
    parts: Mapping[str, Any],
    changes: Iterable[Change],
    default: Level,
) -> Assembled:
    """Put together what a completion comes to; `parts` as in `assemble_readings`."""
    return Assembled(
        assemble_readings(compiled, answers, state, parts),
        assemble_sharing(compiled, changes, default),
    )


def assemble_readings(
    compiled: CompiledExercise,
    answers: Mapping[str, Any],
    state: State,
    parts: Mapping[str, Any],
) -> dict[str, Any]:
    """Return the readings of a run and its follow-ups, whole and by person.

    `parts` maps a follow-up part to its document ({part: answers}). A part that does
    not fit the answers of the run stays kept, but makes no readings.
    """
    whole = dict(answers)
    for part, given in parts.items():
        if given is None or part not in given:
            continue
        if not submission.read_part(part, given[part], compiled, answers):
            whole[part] = given[part]
    return {
        "points": submission.points(compiled, whole, state),
        "by_person": submission.by_person(compiled, whole, state),
    }


def assemble_sharing(
    compiled: CompiledExercise, changes: Iterable[Change], default: Level
) -> dict[str, Any]:
    """Return the columns that the client's choices come to, as they are stored."""
    known = {change.id: change for change in changes}
    choice = sharing.settle(known.values(), default)
    measures = compiled.document.get("measures") or ()
    persons = (place.ref for place in measures_persons.places(compiled.document))
    return {
        "default_level": default,
        "level": choice.level,
        "kept_back": sorted(choice.kept_back),
        "hidden_points": sorted(sharing.hidden_points(measures, choice.kept_back)),
        "hides_persons": sharing.hides_any(persons, choice.kept_back),
        "choices": [str(one) for one in sorted(known)],
    }


def wish_change(run: Run, meaning: Meaning, device_id: UUID | None) -> Change | None:
    """Return the choice that came with a sending, under an id that a retry repeats.

    Another device that sends the same makes a choice of its own: whose choice it is
    must not depend on which of them came first.
    """
    if run.wish is None:
        return None
    maker = b"" if device_id is None else device_id.bytes
    digest = hashlib.sha256(b"wish" + maker + meaning.digest).digest()
    ident = UUID(bytes=digest[:16], version=4)
    at = meaning.ended_at or run.started_at
    return Change(ident, device_id, at, run.wish.level, run.wish.kept_back)
