"""What a practice's own exercise may not claim to be: the library's, or an instrument.

Names of questionnaires that need a licence are known by equality, never by a word in a
sentence. It lists faults and repeats nothing. Source: reference §3.1.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from api.foundation.errors import Fault, pointer
from api.instruments.definitions import library
from api.instruments.names import EXCLUDED_NAMES, bare, halves, is_meant

_KINDS = frozenset({"questionnaire", "marker"})
_OPEN = frozenset({"suds_10", "suds_100"})
"""Rating formats in general use: nobody owns their name."""

_LIBRARY_ID = "Only exercises of the library have a library id."
_KIND = "Only the library has items of this kind."
_INSTRUMENT = "Only the library asks standard questionnaires."
_SESSION = "Only the library says this."
_LICENSED = (
    "This is the name of a published questionnaire. It can't be rebuilt here; what may be "
    "asked is in the list of instruments. Give your own exercise a name of its own."
)


@cache
def _names() -> frozenset[str]:
    """Every bare name that belongs to a questionnaire."""
    ours = (one for one in library().values() if one.id not in _OPEN)
    names = (name for one in ours for name in (one.id, *halves(one.title)))
    return frozenset(found for name in names if (found := bare(name))) | EXCLUDED_NAMES


def reserved_faults(draft: Mapping[str, Any]) -> Iterator[Fault]:
    """List what a draft claims that only the library, or nobody here, may claim."""
    if draft.get("library_id") is not None:
        yield Fault("/library_id", "reserved", _LIBRARY_ID)
    kind = draft.get("kind")
    if isinstance(kind, str) and kind in _KINDS:
        yield Fault("/kind", "reserved", _KIND)
    if draft.get("instrument") is not None:
        yield Fault("/instrument", "reserved", _INSTRUMENT)
    if draft.get("in_session_only") is not None:
        yield Fault("/in_session_only", "reserved", _SESSION)
    yield from _items(draft)
    yield from _licensed(draft)


def _items(draft: Mapping[str, Any]) -> Iterator[Fault]:
    for at, part in _each(draft, "parts"):
        for step_at, step in _each(part, "steps"):
            if step.get("type") == "item":
                place = pointer(("parts", at, "steps", step_at, "type"))
                yield Fault(place, "reserved", _INSTRUMENT)
    for at, measure in _each(draft, "measures"):
        if measure.get("formula") == "instrument_score":
            place = pointer(("measures", at, "formula"))
            yield Fault(place, "reserved", _INSTRUMENT)


def _each(
    holder: Mapping[str, Any], key: str
) -> Iterator[tuple[int, Mapping[str, Any]]]:
    found = holder.get(key)
    for at, one in enumerate(found if isinstance(found, list) else ()):
        if isinstance(one, Mapping):
            yield at, one


def _licensed(draft: Mapping[str, Any]) -> Iterator[Fault]:
    for key in ("slug", "instrument"):
        value = draft.get(key)
        if isinstance(value, str) and bare(value) in _names():
            yield Fault(f"/{key}", "licensed-instrument", _LICENSED)
    title = draft.get("title")
    if isinstance(title, str) and is_meant(title, _names()):
        yield Fault("/title", "licensed-instrument", _LICENSED)
