"""Shape faults of a draft: pydantic's findings in our places and our words.

Pydantic's own messages may repeat the input and its places may contain the author's keys;
neither leaves this module.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from api.exercises.protocol import Protocol
from api.foundation.errors import Fault, pointer

_TYPES = {
    "string_type": "text",
    "string_unicode": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "finite_number": "a finite number",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "dict_type": "an object",
    "model_type": "an object",
    "model_attributes_type": "an object",
}
_BOUNDS = {
    "greater_than": ("at more than", "gt"),
    "greater_than_equal": ("at least", "ge"),
    "less_than": ("less than", "lt"),
    "less_than_equal": ("at most", "le"),
}
_SIZES = {
    "string_too_short": ("too-short", "at least", "min_length"),
    "too_short": ("too-short", "at least", "min_length"),
    "string_too_long": ("too-long", "at most", "max_length"),
    "too_long": ("too-long", "at most", "max_length"),
}
# Keys below these belong to the author, not to the language.
_AUTHORS_KEYS = ("from", "options")


def shape_faults(document: Any) -> tuple[Protocol | None, list[Fault]]:
    """Read a draft: the protocol if its shape is right, and every shape fault."""
    try:
        return Protocol.model_validate(document), []
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False)
        return None, list(dict.fromkeys(map(_fault, details)))


def _fault(detail: ErrorDetails) -> Fault:
    code, message = _words(detail["type"], detail.get("ctx") or {})
    return Fault(pointer(_place(detail)), code, message)


def _words(kind: str, ctx: Mapping[str, Any]) -> tuple[str, str]:
    if kind in _TYPES:
        return "wrong-type", f"Expected {_TYPES[kind]}."
    if kind in _BOUNDS:
        words, key = _BOUNDS[kind]
        return "out-of-range", f"Expected {words} {ctx[key]:g}."
    if kind in _SIZES:
        code, words, key = _SIZES[kind]
        return code, f"Expected {words} {ctx[key]}."
    return _other_words(kind, ctx)


def _other_words(kind: str, ctx: Mapping[str, Any]) -> tuple[str, str]:
    match kind:
        case "missing":
            return "required", "This is required."
        case "union_tag_not_found":
            return "required", "An object with a type is required."
        case "extra_forbidden":
            return "unknown-field", "There is a field here that the language lacks."
        case "literal_error":
            return "not-allowed", f"Expected one of {ctx['expected']}."
        case "union_tag_invalid":
            return "unknown-type", f"Expected one of {ctx['expected_tags']}."
        case "string_pattern_mismatch":
            return "bad-format", f"Expected text of the form {ctx['pattern']}"
        case _:
            return "invalid", "This can't be read."


def _place(detail: ErrorDetails) -> list[str | int]:
    places = list(_without_tags(detail["loc"]))
    if detail["type"] == "extra_forbidden":
        return places[:-1]
    if detail["type"].startswith("union_tag"):
        return [*places, "type"]
    if places[:1] == ["measures"] and places[2:3] and places[2] in _AUTHORS_KEYS:
        return places[:3]
    return places


def _without_tags(loc: tuple[str | int, ...]) -> Iterator[str | int]:
    """Leave out the union tags that pydantic puts after `steps/n` and `fields/n`."""
    for at, place in enumerate(loc):
        tag = (
            isinstance(place, str)
            and at >= 2
            and isinstance(loc[at - 1], int)
            and (
                (loc[at - 2] == "steps" and at == 4)
                or (loc[at - 2] == "fields" and at > 4)
            )
        )
        if not tag:
            yield place
