"""The one JSON reader: what RFC 8259 leaves open is refused, not guessed.

Refused: other encodings than UTF-8, a byte order mark, NaN and Infinity, numbers
beyond 64 bit, duplicate keys, lone surrogates, NUL, nesting beyond the limit.
"""

import json
import math
import re
from collections.abc import Iterable
from typing import Any, Never

from api.foundation.errors import BadRequest, Fault, pointer

_LARGEST = 2**63 - 1
_SMALLEST = -(2**63)
_BAD_CHARACTER = re.compile("[\x00\ud800-\udfff]")


class BadJson(BadRequest):
    """The body is not JSON as this service reads it."""

    code = "bad-json"
    title = "The body is not JSON as this service reads it"


class NameTwice(BadJson):
    """An object gives one name twice: readers would differ in which one they take."""

    status = 422
    code = "name-twice"
    title = "A name is given twice in one object"


class _Twice(ValueError):
    """Ends the first reading; where it was is looked for only then."""


def read(body: bytes, *, max_depth: int, names: frozenset[str] = frozenset()) -> Any:
    """Return the value of a JSON text; raise BadJson saying why not.

    `names` are the ones a place may repeat: those that are ours, never the sender's text.
    """
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise BadJson("It is not UTF-8.") from None
    if text.startswith("\ufeff"):
        raise BadJson("It begins with a byte order mark.")
    try:
        value = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise BadJson(f"It breaks off or goes wrong at {error.pos}.") from None
    except RecursionError:
        raise BadJson("It is nested too deep.") from None
    except _Twice:
        raise _name_twice(text, max_depth, names) from None
    except ValueError:
        raise BadJson("It has a number that is too long.") from None
    _inspect([value], room=max_depth, has_escapes="\\u" in text)
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise _Twice
    return value


class _Pairs(list[tuple[str, Any]]):
    """An object read without losing a name."""


_PAIRS = json.JSONDecoder(object_pairs_hook=_Pairs)


def _name_twice(text: str, max_depth: int, names: frozenset[str]) -> NameTwice:
    """Say where a name is given twice, as far as the way there is made of our names."""
    try:
        value, _ = _PAIRS.raw_decode(text.lstrip(" \t\r\n"))
    except (ValueError, RecursionError):
        value = None
    place: list[str | int] = []
    for segment in _way(value, max_depth) or ():
        if isinstance(segment, str) and segment not in names:
            break
        place.append(segment)
    fault = Fault(pointer(place), "duplicate", "This is given twice.")
    return NameTwice(faults=[fault])


def _way(node: Any, room: int) -> list[str | int] | None:
    """Find the way to the first name that is given twice."""
    if not isinstance(node, list) or room <= 0:
        return None
    if isinstance(node, _Pairs):
        seen: set[str] = set()
        for name, _ in node:
            if name in seen:
                return [name]
            seen.add(name)
    children: Iterable[tuple[str | int, Any]] = (
        node if isinstance(node, _Pairs) else enumerate(node)
    )
    for segment, child in children:
        below = _way(child, room - 1)
        if below is not None:
            return [segment, *below]
    return None


def _constant(_name: str) -> Never:
    raise BadJson("NaN and Infinity are not JSON numbers.")


_DECODER = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_constant)


def _inspect(node: dict[str, Any] | list[Any], *, room: int, has_escapes: bool) -> None:
    """Walk a value once; `room` is how many levels may lie below this one."""
    if node and room <= 0:
        raise BadJson("It is nested too deep.")
    if has_escapes:
        _inspect_texts(node)
    for child in node.values() if isinstance(node, dict) else node:
        kind = type(child)
        if kind is dict or kind is list:
            _inspect(child, room=room - 1, has_escapes=has_escapes)
        elif kind is int or kind is float:
            _inspect_number(child)


def _inspect_texts(names_or_items: Iterable[Any]) -> None:
    """Look at an object's names, or at a list's items, and at what the names hold."""
    values = names_or_items.values() if isinstance(names_or_items, dict) else ()
    for text in (*names_or_items, *values):
        if isinstance(text, str) and _BAD_CHARACTER.search(text):
            raise BadJson("It has a NUL or half of a surrogate pair.")


def _inspect_number(number: int | float) -> None:
    if isinstance(number, int):
        if not _SMALLEST <= number <= _LARGEST:
            raise BadJson("It has a whole number beyond 64 bit.")
    elif not math.isfinite(number):
        raise BadJson("It has a number beyond what can be kept.")
