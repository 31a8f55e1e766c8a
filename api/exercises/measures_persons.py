"""What one run says of one person alone: the same formulas, over that person's rounds.

A person step inside a part speaks for the rounds of that part; one in a part that is not
repeated speaks for the whole run. Out come person ids with numbers and codes, never a
nickname. What several persons share without saying who is left out, never guessed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from api.exercises.measures import CompiledMeasures
from api.exercises.measures_rules import Ended, Reading

ByPerson = dict[str, dict[str, Reading]]

OF_A_RUN = frozenset(
    {
        "alternatives",
        "belief_change",
        "boundary_respect",
        "calibration",
        "code_mix",
        "consequence_follow_through",
        "consistency",
        "delay",
        "discernment",
        "expectancy",
        "no_penalty",
        "scale_change",
        "scale_value",
        "trust_response",
        "values_met",
    }
)
"""Formulas that may be about the person a whole run names."""

OF_A_ROUND = OF_A_RUN | {"item_count"}
"""Formulas that may be about the person a round names: there a list is theirs."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a document asks for a person: a step, or a field of a list step."""

    part: str
    step: str
    field: str | None
    repeated: bool

    @property
    def ref(self) -> str:
        """Name the step as sharing choices name it."""
        return f"{self.part}.{self.step}"


def places(document: Mapping[str, Any]) -> tuple[Place, ...]:
    """List where a published document asks for a person."""
    return tuple(
        Place(part["id"], step["id"], field, bool(part.get("repeat")))
        for part in document["parts"]
        for step in part["steps"]
        for field in _fields(step)
    )


def _fields(step: Mapping[str, Any]) -> Iterator[str | None]:
    if step["type"] == "person":
        yield None
    elif step["type"] == "list":
        for field in step.get("fields") or ():
            if field["type"] == "person":
                yield field["id"]


def by_person(
    document: Mapping[str, Any],
    measures: CompiledMeasures,
    answers: Mapping[str, Any],
    ended: Ended,
) -> ByPerson:
    """Read a run once for each person it names: person id → measure id → reading.

    A person about whom the run says nothing countable is left out.
    """
    asked = places(document)
    found: ByPerson = {}
    for person in sorted({one for place in asked for one in _named(place, answers)}):
        theirs = _about(person, asked, answers)
        wanted = _wanted(person, document, asked, answers)
        readings = measures.derive(theirs, ended, only=wanted)
        if readings:
            found[person] = readings
    return found


def _rounds(part: Any) -> list[Mapping[str, Any]]:
    every = part if isinstance(part, list) else [part]
    return [one for one in every if isinstance(one, Mapping)]


def _in_round(place: Place, given: Mapping[str, Any]) -> set[str]:
    answer = given.get(place.step)
    if place.field is None:
        return {answer} if isinstance(answer, str) else set()
    items = answer if isinstance(answer, list) else []
    named = (one.get(place.field) for one in items if isinstance(one, Mapping))
    return {one for one in named if isinstance(one, str)}


def _named(place: Place, answers: Mapping[str, Any]) -> set[str]:
    found: set[str] = set()
    return found.union(
        *(_in_round(place, one) for one in _rounds(answers.get(place.part)))
    )


def _of_the_run(
    person: str, asked: tuple[Place, ...], answers: Mapping[str, Any]
) -> bool:
    """Whether a step outside of rounds and lists names them: then all of it is theirs."""
    return any(
        person in _named(place, answers)
        for place in asked
        if not place.repeated and place.field is None
    )


def _about(
    person: str, asked: tuple[Place, ...], answers: Mapping[str, Any]
) -> dict[str, Any]:
    """Keep of the answers what is about one person."""
    whole = _of_the_run(person, asked, answers)
    kept: dict[str, Any] = {}
    for part, given in answers.items():
        here = [place for place in asked if place.part == part]
        if not here:
            if whole:
                kept[part] = given
            continue
        theirs = [
            _own_items(person, here, one)
            for one in _rounds(given)
            if any(person in _in_round(place, one) for place in here)
        ]
        if theirs:
            kept[part] = theirs if isinstance(given, list) else theirs[0]
    return kept


def _own_items(
    person: str, here: list[Place], given: Mapping[str, Any]
) -> dict[str, Any]:
    kept = dict(given)
    for place in here:
        items = kept.get(place.step)
        if place.field is not None and isinstance(items, list):
            kept[place.step] = [one for one in items if one.get(place.field) == person]
    return kept


def _wanted(
    person: str,
    document: Mapping[str, Any],
    asked: tuple[Place, ...],
    answers: Mapping[str, Any],
) -> frozenset[str]:
    """Name the measures that may be read of one person."""
    whole = _of_the_run(person, asked, answers)
    repeated = {part["id"] for part in document["parts"] if part.get("repeat")}
    own = {place.part for place in asked if place.repeated or place.field is not None}
    names = set()
    for measure in document.get("measures") or ():
        parts = {ref.split(".", 1)[0] for ref in (measure.get("from") or {}).values()}
        if len(parts & repeated) > 1:
            continue
        in_rounds = bool(parts) and parts <= own and measure["formula"] in OF_A_ROUND
        if in_rounds or (whole and measure["formula"] in OF_A_RUN):
            names.add(measure["id"])
    return frozenset(names)
