"""A fault in a document: where, which kind, and what would mend it.

A fault never repeats what was sent: its place is made of keys that the language or the
exercise defines, its message of words that are ours.
"""

from collections.abc import Iterable
from typing import NamedTuple


class Fault(NamedTuple):
    """A JSON Pointer (RFC 6901), a stable code, and a sentence for a person."""

    pointer: str
    code: str
    message: str


def pointer(places: Iterable[str | int]) -> str:
    """Write a path as a JSON Pointer; the empty path is the whole document."""
    return "".join(
        "/" + str(place).replace("~", "~0").replace("/", "~1") for place in places
    )
