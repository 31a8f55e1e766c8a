"""Which language to answer in: what was asked for, what there is, and what to fall back on.

Source: RFC 9110 §12.5.4 (Accept-Language, quality values) and RFC 4647 §3 (matching). An
unreadable wish is no wish; nothing here ever refuses a request.
"""

import re
from collections.abc import Collection

Wish = tuple[tuple[str, float], ...]
"""Language ranges in lower case with their qualities, in the order they were sent."""

LONGEST_HEADER = 1_000
_RANGE = re.compile(
    r"(\*|[a-z]{1,8}(?:-[a-z0-9]{1,8})*)\s*"
    r"(?:;\s*q\s*=\s*(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)\s*)?",
    re.ASCII,
)


def read_wish(header: str) -> Wish:
    """Read an Accept-Language header; what can't be read is left out."""
    members = header[:LONGEST_HEADER].lower().split(",")
    found = (_RANGE.fullmatch(one.strip()) for one in members)
    return tuple((one[1], float(one[2] or 1)) for one in found if one)


def names_a_language(wish: Wish) -> bool:
    """Tell a real wish from none, and from "anything", which HTTP libraries send."""
    return any(tag != "*" for tag, _ in wish)


def best(wish: Wish, source: str, available: Collection[str]) -> str:
    """Choose one of the available languages; the source is always among them.

    `de-CH` is served by `de` where there is nothing nearer, and `de` by `de-CH`. Where
    nothing that is wanted is there, the source language it is.
    """
    others = sorted(one for one in available if one != source)
    marks = {one: _mark(wish, one) for one in (source, *others)}
    found = max(marks, key=marks.__getitem__)  # the first of equals: the source
    return found if marks[found][0] > 0 else source


def _mark(wish: Wish, language: str) -> tuple[float, int]:
    """Give a language's quality, and how early it was named (later is lower)."""
    tag = language.lower()
    naming = [
        (len(one), quality, -at)
        for at, (one, quality) in enumerate(wish)
        if tag == one or tag.startswith(f"{one}-")
    ]
    if naming:
        _, quality, place = max(naming)
        return quality, place
    wider = [
        (quality, -at)
        for at, (one, quality) in enumerate(wish)
        if one == "*" or one.startswith(f"{tag}-")
    ]
    narrow = [mark for mark in wider if wish[-mark[1]][0] != "*"]
    return max(narrow or wider, default=(0.0, -len(wish)))
