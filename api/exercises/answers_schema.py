"""Builds the JSON Schema (2020-12) of the answers to one published exercise.

`whole` asks for every required step of today; otherwise nothing is required, as in a run that
is under way or was stopped. Follow-up parts never require anything: they come when they come.
What a schema can't say (sums, lengths that depend on other answers) is in `answers.py`.
"""

from collections.abc import Sequence
from typing import Any

from api.exercises.protocol import Part, Protocol
from api.exercises.step_codes import (
    CONSENT_CODES,
    NEXT_TIMES,
    NOT_APPLICABLE,
    OBSTACLES,
    OTHER,
    OUTCOME_RESULTS,
    REVIEW_SHARES,
    STATE_CODES,
    TIMER_ENDS,
)
from api.exercises.steps import (
    BreathStep,
    ChecklistStep,
    ChoiceField,
    ChoiceStep,
    Condition,
    ConsentStep,
    ItemStep,
    ListField,
    ListStep,
    OptionsBase,
    OutcomeStep,
    PersonField,
    PersonStep,
    PredictionStep,
    RangeBase,
    ReviewStep,
    ScaleField,
    ScaleStep,
    StateStep,
    StepBase,
    TextField,
    TextStep,
    TimerStep,
)
from api.exercises.words import plain

Schema = dict[str, Any]

SHORT, LONG = 500, 5_000
LONGEST_TIMER = 86_400
MOST_BREATHS = 1_000

_PERCENT: Schema = {"type": "number", "minimum": 0, "maximum": 100}
_MOMENT: Schema = {"type": "string", "format": "date-time", "maxLength": 40}
_PERSON: Schema = {"type": "string", "format": "uuid"}
_FIXED: dict[str, Schema] = {
    "instruction": {"const": True},
    "datetime": {
        "type": "object",
        "properties": {"at": _MOMENT, "approximate": {"type": "boolean"}},
        "required": ["at"],
        "additionalProperties": False,
    },
    "allocation": {"type": "array", "items": _PERCENT, "minItems": 1, "maxItems": 240},
}
# Source: reference §4.2.
_REVIEW: dict[str, Schema] = {
    "amount": {"type": "integer", "minimum": 0, "maximum": 4},
    "effort_quality": {"type": "integer", "minimum": 0, "maximum": 4},
    "difficulty": {"type": "integer", "minimum": 0, "maximum": 10},
    "obstacles": {
        "type": "array",
        "items": {"enum": list(OBSTACLES)},
        "uniqueItems": True,
    },
    "understood_why": {"type": "integer", "minimum": 0, "maximum": 4},
    "felt_like_my_choice": {"type": "integer", "minimum": 0, "maximum": 4},
    "helpfulness": {"type": "integer", "minimum": -1, "maximum": 4},
    "mastery": _PERCENT,
    "surprise": {"type": "integer", "minimum": 0, "maximum": 10},
    "next_time": {"enum": list(NEXT_TIMES)},
    "note": {"type": "string", "maxLength": LONG},
    "share": {"enum": list(REVIEW_SHARES)},
}


def answers_schema(protocol: Protocol, *, whole: bool) -> Schema:
    """Build the schema of an answers document: one property per part."""
    conditions = [
        _across(part, step, step.only_if, whole and part.when == "now")
        for part in protocol.parts
        for step in part.steps
        if step.only_if is not None and _part_of(step.only_if) != part.id
    ]
    needed = [part.id for part in protocol.parts if whole and _is_needed(part)]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": protocol.title,
        "type": "object",
        "properties": {
            part.id: _part(part, whole=whole and part.when == "now")
            for part in protocol.parts
        },
        "additionalProperties": False,
        **({"required": needed} if needed else {}),
        **({"allOf": conditions} if conditions else {}),
    }


def _part_of(condition: Condition) -> str:
    return condition.step.partition(".")[0]


def _step_of(condition: Condition) -> str:
    return condition.step.partition(".")[2]


def _is_needed(part: Part) -> bool:
    if part.when == "later":
        return False
    if part.repeat is not None:
        return part.repeat.at_least > 0
    return any(step.required and step.only_if is None for step in part.steps)


def _part(part: Part, *, whole: bool) -> Schema:
    needed = [
        step.id for step in part.steps if whole and step.required and not step.only_if
    ]
    conditions = [
        _within(step, step.only_if, step.required and whole)
        for step in part.steps
        if step.only_if is not None and _part_of(step.only_if) == part.id
    ]
    one: Schema = {
        "type": "object",
        "properties": {step.id: _answer(step, whole=whole) for step in part.steps},
        "additionalProperties": False,
        **({"required": needed} if needed else {}),
        **({"allOf": conditions} if conditions else {}),
    }
    if part.repeat is None:
        return one
    return {
        "type": "array",
        "items": one,
        "minItems": part.repeat.at_least if whole else 0,
        "maxItems": part.repeat.at_most,
    }


# --- conditions ---------------------------------------------------------------


def _within(step: StepBase, condition: Condition, needed: bool) -> Schema:
    tested = _step_of(condition)
    return {
        "if": {"properties": {tested: _test(condition)}, "required": [tested]},
        "then": {"required": [step.id]} if needed else True,
        "else": {"properties": {step.id: False}},
    }


def _across(part: Part, step: StepBase, condition: Condition, whole: bool) -> Schema:
    other, tested = _part_of(condition), _step_of(condition)
    test = {
        "type": "object",
        "properties": {tested: _test(condition)},
        "required": [tested],
    }
    must: Schema = {"required": [step.id]}
    never: Schema = {"properties": {step.id: False}}
    if part.repeat is not None:
        must, never = {"items": must}, {"items": never}
    then: Schema = {"properties": {part.id: must}}
    if part.repeat is None:
        then["required"] = [part.id]
    return {
        "if": {"properties": {other: test}, "required": [other]},
        "then": then if whole and step.required else True,
        "else": {"properties": {part.id: never}},
    }


def _test(condition: Condition) -> Schema:
    """A schema that holds for the tested answer, whatever type of step it is.

    Each keyword only speaks of its own JSON type, so one schema serves code, list of codes,
    timer, outcome and number.
    """
    if condition.codes is None:
        test: Schema = {"type": "number"}
        if condition.at_least is not None:
            test["minimum"] = plain(condition.at_least)
        if condition.at_most is not None:
            test["maximum"] = plain(condition.at_most)
        return test
    codes = list(condition.codes)
    one: list[Schema] = [{"enum": codes}]
    one += [
        {"type": "object", "properties": {key: {"enum": codes}}, "required": [key]}
        for key in ("ended", "result")
    ]
    if OTHER in codes:
        one.append({"type": "object", "required": [OTHER]})
    return {"anyOf": [*one, {"type": "array", "contains": {"anyOf": one}}]}


# --- one answer ---------------------------------------------------------------


def _answer(step: StepBase, *, whole: bool) -> Schema:
    schema = _value(step, whole=whole)
    if not (whole and step.required):
        schema = _or_null(schema)
    return {"title": step.prompt, **schema}


def _or_null(schema: Schema) -> Schema:
    """Let null in beside the other types, so that faults inside keep their place."""
    if "const" in schema:
        return {"enum": [schema["const"], None]}
    if "enum" in schema:
        return {**schema, "enum": [*schema["enum"], None]}
    types = schema["type"]
    both = [types] if isinstance(types, str) else list(types)
    return {**schema, "type": [*both, "null"]}


def _value(step: StepBase, *, whole: bool) -> Schema:
    match step:
        case ConsentStep():
            return {"enum": list(CONSENT_CODES)}
        case StateStep():
            return {"enum": list(STATE_CODES)}
        case ScaleStep():
            return _scale(step)
        case ChoiceStep():
            return _choice(step)
        case ChecklistStep():
            return _checklist(step)
        case TextStep():
            return _text(SHORT if step.size == "short" else LONG)
        case ListStep():
            return _list(step, whole=whole)
        case _:
            return _timed_or_known(step)


def _timed_or_known(step: StepBase) -> Schema:
    match step:
        case BreathStep():
            return _breath()
        case TimerStep():
            seconds = {"type": "number", "minimum": 0, "maximum": LONGEST_TIMER}
            ended = {"enum": list(TIMER_ENDS)}
            return _object({"seconds": seconds, "ended": ended}, ("seconds", "ended"))
        case PredictionStep():
            known = {"event": _text(SHORT), "belief": _PERCENT, "known_by": _MOMENT}
            return _object(known, ("event", "belief"))
        case OutcomeStep():
            result = {"enum": list(OUTCOME_RESULTS)}
            found = {"result": result, "severity": _PERCENT, "belief_now": _PERCENT}
            return _object(found, ("result",))
        case PersonStep():
            return dict(_PERSON)
        case ItemStep():
            return _item(step)
        case ReviewStep():
            return _object({one: _or_null(_REVIEW[one]) for one in step.fields}, ())
        case _:
            return dict(_FIXED[step.model_dump()["type"]])


def _object(properties: dict[str, Schema], required: Sequence[str]) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
        **({"required": list(required)} if required else {}),
    }


def _text(most: int) -> Schema:
    return {"type": "string", "minLength": 1, "maxLength": most}


def _item(step: ItemStep) -> Schema:
    """A number of the responses or its LOINC code; the types keep faults apart."""
    known: list[Any] = [one.value for one in step.responses]
    known += [one.loinc for one in step.responses if one.loinc]
    return {"enum": known + ([NOT_APPLICABLE] if step.may_not_apply else [])}


def _scale(bounds: RangeBase) -> Schema:
    kind = "integer" if bounds.whole else "number"
    return {"type": kind, "minimum": plain(bounds.min), "maximum": plain(bounds.max)}


def _choice(choice: OptionsBase) -> Schema:
    codes = [option.code for option in choice.options]
    if not choice.other:
        return {"enum": codes}
    return {
        "type": ["string", "object"],
        "if": {"type": "string"},
        "then": {"enum": codes},
        "properties": {OTHER: _text(SHORT)},
        "required": [OTHER],
        "additionalProperties": False,
    }


def _checklist(step: ChecklistStep) -> Schema:
    most = step.at_most or len(step.options) + (5 if step.other else 0)
    return {
        "type": "array",
        "items": _choice(step),
        "uniqueItems": True,
        "maxItems": most,
    }


def _breath() -> Schema:
    """What was really breathed: a lower or slower pace than offered is as good."""
    moving = {"type": "number", "exclusiveMinimum": 0, "maximum": 60}
    still = {"type": "number", "minimum": 0, "maximum": 60}
    cycles = {"type": "integer", "minimum": 0, "maximum": MOST_BREATHS}
    paced = {
        "in": moving,
        "hold": still,
        "out": moving,
        "hold_after": still,
        "cycles": cycles,
    }
    return _object(paced, ("in", "out", "cycles"))


def _list(step: ListStep, *, whole: bool) -> Schema:
    """A list; its least length is guidance unless the step is required."""
    items = _text(SHORT)
    if step.fields:
        needed = [one.id for one in step.fields if one.required]
        items = _object({one.id: _field(one) for one in step.fields}, needed)
    return {
        "type": "array",
        "items": items,
        "minItems": step.at_least if whole and step.required else 0,
        "maxItems": step.at_most,
    }


def _field(field: ListField) -> Schema:
    match field:
        case TextField():
            schema = _text(SHORT)
        case ChoiceField():
            schema = _choice(field)
        case ScaleField():
            schema = _scale(field)
        case PersonField():
            schema = dict(_PERSON)
        case _:
            schema = dict(_FIXED["datetime"])
    schema = schema if field.required else _or_null(schema)
    return {"title": field.label, **schema}
