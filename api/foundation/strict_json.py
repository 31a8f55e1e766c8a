"""The one JSON reader: what RFC 8259 leaves open is refused, not guessed.

Refused: other encodings than UTF-8, a byte order mark, NaN and Infinity, numbers
beyond 64 bit, duplicate keys, lone surrogates, NUL, nesting beyond the limit.
"""

import json
import math
import re
from collections.abc import Iterator
from typing import Any, Never

from api.foundation.errors import BadRequest

_LARGEST = 2**63 - 1
_SMALLEST = -(2**63)
_BAD_CHARACTER = re.compile("[\x00\ud800-\udfff]")


class BadJson(BadRequest):
    """The body is not JSON as this service reads it."""

    code = "bad-json"
    title = "The body is not JSON as this service reads it"


def read(body: bytes, *, max_depth: int) -> Any:
    """Return the value of a JSON text; raise BadJson saying why not."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise BadJson("It is not UTF-8.") from None
    if text.startswith("\ufeff"):
        raise BadJson("It begins with a byte order mark.")
    try:
        value = json.loads(text, object_pairs_hook=_once, parse_constant=_constant)
    except json.JSONDecodeError as error:
        raise BadJson(f"It breaks off or goes wrong at {error.pos}.") from None
    except RecursionError:
        raise BadJson("It is nested too deep.") from None
    except ValueError:
        raise BadJson("It has a number that is too long.") from None
    _inspect(value, max_depth=max_depth, has_escapes="\\u" in text)
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise BadJson("An object has the same name twice.")
    return value


def _constant(_name: str) -> Never:
    raise BadJson("NaN and Infinity are not JSON numbers.")


def _inspect(value: Any, *, max_depth: int, has_escapes: bool) -> None:
    """Walk the value once, level by level."""
    level = [value]
    for _ in range(max_depth):
        below: list[Any] = []
        for node in level:
            if isinstance(node, dict | list):
                below.extend(_children(node))
            else:
                _inspect_leaf(node, has_escapes=has_escapes)
        if not below:
            return
        level = below
    raise BadJson("It is nested too deep.")


def _children(node: dict[str, Any] | list[Any]) -> Iterator[Any]:
    if isinstance(node, list):
        yield from node
    else:
        yield from node
        yield from node.values()


def _inspect_leaf(node: Any, *, has_escapes: bool) -> None:
    if isinstance(node, str):
        if has_escapes and _BAD_CHARACTER.search(node):
            raise BadJson("It has a NUL or half of a surrogate pair.")
    elif isinstance(node, bool) or node is None:
        return
    elif isinstance(node, int):
        if not _SMALLEST <= node <= _LARGEST:
            raise BadJson("It has a whole number beyond 64 bit.")
    elif not math.isfinite(node):
        raise BadJson("It has a number beyond what can be kept.")
