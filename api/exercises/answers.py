"""Checks what a client answered against one published exercise, compiled once.

The schema does most of it; a second pass looks at sums, lengths that depend on other answers,
and moments. A fault never repeats an answer, and its place holds only keys of the exercise.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from jsonschema_rs import Draft202012Validator, ValidationError, ValidationErrorKind

from api.exercises.answers_schema import Schema, answers_schema
from api.exercises.hearing import Hearing, hearing_of
from api.exercises.measures import CompiledMeasures, compile_measures
from api.exercises.protocol import Part, Protocol, each_step, from_document
from api.exercises.step_codes import OTHER
from api.exercises.steps import (
    AllocationStep,
    Condition,
    ConsentStep,
    DatetimeField,
    DatetimeStep,
    ItemStep,
    ListStep,
    PersonField,
    PersonStep,
    PredictionStep,
    StepBase,
)
from api.foundation.errors import Fault, pointer

Answers = Mapping[str, Any]
Place = tuple[str | int, ...]

LARGEST = 64 * 1024
SUM, SUM_TOLERANCE = 100, 1

_WORDS: Mapping[str, tuple[str, str]] = {
    "required": ("required", "This is required."),
    "additionalProperties": ("unknown-field", "The exercise asks for nothing else."),
    "falseSchema": ("not-asked", "This step is not asked here."),
    "enum": ("not-an-option", "This is none of the options."),
    "const": ("not-an-option", "This is none of the options."),
    "type": ("wrong-type", "This has another type than the step."),
    "minimum": ("out-of-range", "This is below the range."),
    "exclusiveMinimum": ("out-of-range", "This is below the range."),
    "maximum": ("out-of-range", "This is above the range."),
    "minLength": ("too-short", "This is empty; leave it out or send null."),
    "maxLength": ("too-long", "This text is too long."),
    "minItems": ("too-few", "There are fewer here than the exercise asks."),
    "maxItems": ("too-many", "There are more here than the exercise allows."),
    "uniqueItems": ("duplicate", "Something is here twice."),
    "format": ("bad-format", "This has not the form the step asks."),
}


@dataclass(frozen=True, slots=True)
class Named:
    """A person alias named in the answers, and whether a flagged one is refused."""

    ref: str
    person: str
    not_flagged: bool


@dataclass(frozen=True, slots=True)
class _Asked:
    """A step as the passes over answers need it."""

    part: str
    repeated: bool
    id: str
    step: StepBase


@dataclass(frozen=True, slots=True)
class _Round:
    """The required steps of one part of today."""

    part: str
    repeated: bool
    least: int
    steps: tuple[tuple[str, Condition | None], ...]


@dataclass(frozen=True, slots=True)
class CompiledExercise:
    """One published version, ready to check answers. Immutable; keep and share it."""

    document: Mapping[str, Any]
    protocol: Protocol
    measures: CompiledMeasures
    hearing: Hearing
    whole_schema: Schema
    partial_schema: Schema
    required: tuple[str, ...]
    later_parts: tuple[str, ...]
    _whole: Draft202012Validator
    _partial: Draft202012Validator
    _rounds: tuple[_Round, ...]
    _second: tuple[_Asked, ...]
    _people: tuple[_Asked, ...]
    _consents: tuple[_Asked, ...]

    def faults(
        self, answers: Any, *, whole: bool, size: int | None = None
    ) -> list[Fault]:
        """List what is wrong with an answers document; none means it may be stored.

        `whole` for a completed run, not for one under way or stopped. `size` is the length
        of the document in bytes where the caller already knows it.
        """
        if (_size(answers) if size is None else size) > LARGEST:
            return [Fault("", "too-large", f"At most {LARGEST} bytes of answers.")]
        validator = self._whole if whole else self._partial
        if not validator.is_valid(answers):
            return list(dict.fromkeys(map(_fault, validator.iter_errors(answers))))
        return [
            fault
            for asked in self._second
            for place, value in _each(answers, asked)
            for fault in _second_look(asked.step, value, place, answers)
        ]

    def fraction_done(self, answers: Answers) -> float:
        """Give the share of today's required steps that have an answer, 0 to 1.

        Steps whose condition does not hold don't count. Source: reference §4.3 f.
        """
        done = total = 0
        for part in self._rounds:
            for given in _padded(answers, part):
                for step, condition in part.steps:
                    if condition is None or _holds(
                        condition, part.part, given, answers
                    ):
                        total += 1
                        done += given.get(step) is not None
        return done / total if total else 1.0

    def is_complete(self, answers: Answers) -> bool:
        """Tell whether these answers would stand as a completed run."""
        return not self.faults(answers, whole=True)

    def declined(self, answers: Answers) -> Literal["no", "not_now"] | None:
        """Give the refusal at a consent for the whole run, if there was one."""
        for asked in self._consents:
            for _, value in _each(answers, asked):
                if value in ("no", "not_now"):
                    return "no" if value == "no" else "not_now"
        return None

    def people(self, answers: Answers) -> list[Named]:
        """List every person alias named, in the order of the exercise."""
        return [
            named
            for asked in self._people
            for _, value in _each(answers, asked)
            for named in _named(asked, value)
        ]


def compile_exercise(document: Mapping[str, Any]) -> CompiledExercise:
    """Compile a published document. Takes milliseconds: keep the result per version."""
    protocol = from_document(document)
    whole, partial = (answers_schema(protocol, whole=one) for one in (True, False))
    rounds = tuple(_round(part) for part in protocol.parts if part.when == "now")
    return CompiledExercise(
        document=document,
        protocol=protocol,
        measures=compile_measures(document),
        hearing=hearing_of(protocol),
        whole_schema=whole,
        partial_schema=partial,
        required=tuple(
            f"{part.part}.{step}" for part in rounds for step, _ in part.steps
        ),
        later_parts=tuple(p.id for p in protocol.parts if p.when == "later"),
        _whole=Draft202012Validator(whole, validate_formats=True),
        _partial=Draft202012Validator(partial, validate_formats=True),
        _rounds=rounds,
        _second=_asked(protocol, _needs_second_look),
        _people=_asked(protocol, _names_people),
        _consents=_asked(protocol, _asks_for_the_run),
    )


def _round(part: Part) -> _Round:
    steps = tuple((step.id, step.only_if) for step in part.steps if step.required)
    least = part.repeat.at_least if part.repeat else 1
    return _Round(part.id, part.repeat is not None, least, steps)


def _asked(
    protocol: Protocol, wanted: Callable[[StepBase], bool]
) -> tuple[_Asked, ...]:
    return tuple(
        _Asked(part.id, part.repeat is not None, step.id, step)
        for _, part, step in each_step(protocol)
        if wanted(step)
    )


def _needs_second_look(step: StepBase) -> bool:
    if isinstance(step, ListStep):
        return any(isinstance(field, DatetimeField) for field in step.fields)
    return isinstance(step, AllocationStep | DatetimeStep | PredictionStep | ItemStep)


def _names_people(step: StepBase) -> bool:
    if isinstance(step, ListStep):
        return any(isinstance(field, PersonField) for field in step.fields)
    return isinstance(step, PersonStep)


def _asks_for_the_run(step: StepBase) -> bool:
    return isinstance(step, ConsentStep) and step.scope == "run"


def _size(answers: Any) -> int:
    try:
        return len(json.dumps(answers, ensure_ascii=False).encode())
    except (TypeError, ValueError, RecursionError):
        return LARGEST + 1


def _fault(error: ValidationError) -> Fault:
    kind = error.kind
    places: list[str | int] = list(error.instance_path)
    if isinstance(kind, ValidationErrorKind.Required):
        places.append(kind.property)
    code, message = _WORDS.get(kind.name, ("invalid", "This can't be read."))
    return Fault(pointer(places), code, message)


def _each(answers: Answers, asked: _Asked) -> Iterator[tuple[Place, Any]]:
    """Walk the answers given to one step, one per round, nulls left out."""
    part = answers.get(asked.part)
    if part is None:
        return
    if not asked.repeated:
        if part.get(asked.id) is not None:
            yield (asked.part, asked.id), part[asked.id]
        return
    for at, given in enumerate(part):
        if given.get(asked.id) is not None:
            yield (asked.part, at, asked.id), given[asked.id]


def _padded(answers: Answers, part: _Round) -> list[Mapping[str, Any]]:
    given = answers.get(part.part)
    if not part.repeated:
        return [given or {}]
    rounds = list(given or ())
    return rounds + [{}] * (part.least - len(rounds))


# --- conditions ---------------------------------------------------------------


def _holds(
    condition: Condition, part: str, given: Mapping[str, Any], answers: Answers
) -> bool:
    """Tell whether a condition holds; an answer that is missing never makes it hold."""
    other, step = condition.step.split(".", 1)
    place = given if other == part else answers.get(other) or {}
    value = place.get(step)
    if condition.codes is not None:
        return any(code in condition.codes for code in _codes(value))
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    low, high = condition.at_least, condition.at_most
    return (low is None or value >= low) and (high is None or value <= high)


def _codes(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield value.get("ended") or value.get("result") or OTHER
    elif isinstance(value, list):
        for one in value:
            yield from _codes(one)


# --- the second pass ----------------------------------------------------------


def _second_look(
    step: StepBase, value: Any, place: Place, answers: Answers
) -> Iterator[Fault]:
    match step:
        case AllocationStep():
            yield from _allocation(step, value, place, answers)
        case DatetimeStep():
            yield from _moment(value["at"], (*place, "at"))
        case PredictionStep() if "known_by" in value:
            yield from _moment(value["known_by"], (*place, "known_by"))
        case ItemStep() if isinstance(value, float):
            # To a schema 2.0 is 2; a questionnaire is answered in whole numbers.
            yield Fault(pointer(place), *_WORDS["type"])
        case ListStep():
            for at, item in enumerate(value):
                yield from _field_moments(step, item, (*place, at))
        case _:
            return


def _allocation(
    step: AllocationStep, value: list[float], place: Place, answers: Answers
) -> Iterator[Fault]:
    if abs(sum(value) - SUM) > SUM_TOLERANCE:
        yield Fault(pointer(place), "sum", f"The numbers add up to {SUM}.")
    things = sum(_count(ref, place, answers) for ref in step.of)
    if len(value) != things:
        message = "There is one number for each thing it is shared over."
        yield Fault(pointer(place), "length", message)


def _count(ref: str, place: Place, answers: Answers) -> int:
    part, step = ref.split(".", 1)
    given = answers.get(part) or {}
    if isinstance(given, list):
        given = given[int(place[1])]
    value = given.get(step)
    if value is None:
        return 0
    return len(value) if isinstance(value, list) else 1


def _field_moments(
    step: ListStep, item: Mapping[str, Any], place: Place
) -> Iterator[Fault]:
    for field in step.fields:
        value = item.get(field.id)
        if isinstance(field, DatetimeField) and value is not None:
            yield from _moment(value["at"], (*place, field.id, "at"))


def _moment(value: str, place: Place) -> Iterator[Fault]:
    """A schema lets leap seconds and the year 0 pass; our clocks don't know them."""
    try:
        known = datetime.fromisoformat(value).utcoffset() is not None
    except ValueError:
        known = False
    if not known:
        message = "Expected a moment with its offset, as in RFC 3339."
        yield Fault(pointer(place), "bad-format", message)


def _named(asked: _Asked, value: Any) -> Iterator[Named]:
    ref, step = f"{asked.part}.{asked.id}", asked.step
    if isinstance(step, PersonStep):
        yield Named(ref, value, step.not_flagged)
    elif isinstance(step, ListStep):
        for item in value:
            for field in step.fields:
                if isinstance(field, PersonField) and item.get(field.id) is not None:
                    yield Named(ref, item[field.id], field.not_flagged)
