"""Translations: a version in other words, and in nothing but other words.

Parts, steps, codes, numbers and their order are the source's; what a client answers means
the same in every language. Whether the words say the same is for people to judge.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from api.exercises.check import check, publish
from api.exercises.claims import BRANCHES, TEXT_KEYS, TEXT_LISTS
from api.exercises.outline import outline
from api.foundation.errors import Fault, pointer

Document = Mapping[str, Any]
Place = tuple[str | int, ...]

# Below these keys lie further texts; everything else is the source's to the letter.
_BRANCHES = BRANCHES | {"responses"}
_NAMES = ("id", "code")


class UnsoundTranslation(ValueError):
    """A translation that can't stand for its source, with all its faults."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(f"{len(faults)} faults")
        self.faults = tuple(faults)


def translate(source: Document, locale: str, written: Any) -> dict[str, Any]:
    """Turn a translation as written into the document that is stored.

    `source` is a published document; `written` may have the standard frame, or the frame
    written out as the source has it. Raises UnsoundTranslation with every fault, places
    being those of `written`.
    """
    faults = check(written)
    if faults:
        raise UnsoundTranslation(faults)
    document = publish(written)
    places = [part.place for part in outline(written).parts]
    faults = list(_of_the_whole(source, document, locale))
    for place, code, message in _mapping(source, document, ()):
        faults.append(Fault(pointer(_as_written(place, places)), code, message))
    if faults:
        raise UnsoundTranslation(list(dict.fromkeys(faults)))
    return document


def _of_the_whole(source: Document, document: Document, locale: str) -> Iterator[Fault]:
    if document["locale"] != locale:
        message = "The document says another language than its address."
        yield Fault("/locale", "other-locale", message)
    if locale == source["locale"]:
        message = "The version itself is in this language."
        yield Fault("/locale", "source-locale", message)
    if source["kind"] == "questionnaire":
        message = (
            "A standard questionnaire keeps its published words: only a validated "
            "translation measures the same."
        )
        yield Fault("/kind", "questionnaire-words", message)


def _as_written(place: Place, parts: Sequence[Place]) -> Place:
    """Say where the author wrote it: publishing puts the frame's parts between theirs."""
    match place:
        case ("parts", int(at), *rest) if at < len(parts):
            return (*parts[at], *rest) if parts[at] else ("frame",)
        case _:
            return place


_Found = Iterator[tuple[Place, str, str]]


def _mapping(source: Document, other: Document, place: Place) -> _Found:
    for key in sorted(source.keys() | other.keys()):
        here = (*place, key)
        old, new = source.get(key), other.get(key)
        if here == ("locale",):
            continue
        if key in TEXT_KEYS:
            yield from _text(old, new, here)
        elif key in TEXT_LISTS:
            yield from _number(old, new, here)
        elif key in _BRANCHES and isinstance(old, list) and isinstance(new, list):
            yield from _items(old, new, here)
        elif not _same(old, new):
            yield here, "not-the-sources", "No text: it is as in the source."


def _text(old: Any, new: Any, place: Place) -> _Found:
    if old is None and new is not None:
        yield place, "not-in-the-source", "The source has no text here."
    if old is not None and new is None:
        yield place, "missing-text", "The source has a text here."


def _number(old: Any, new: Any, place: Place) -> _Found:
    if len(old or ()) != len(new or ()):
        message = f"The source has {len(old or ())} of these."
        yield place, "other-number", message


def _items(old: list[Any], new: list[Any], place: Place) -> _Found:
    yield from _number(old, new, place)
    for at, item in enumerate(new):
        partner = _partner(old, item, at, same_length=len(old) == len(new))
        if isinstance(item, Mapping) and isinstance(partner, Mapping):
            yield from _mapping(partner, item, (*place, at))
        elif not _same(partner, item):
            yield (*place, at), "not-the-sources", "The source has no such item here."


def _partner(old: list[Any], item: Any, at: int, *, same_length: bool) -> Any:
    """Find what an item translates: the one of its place, or where some lack its name."""
    if same_length or not isinstance(item, Mapping):
        return old[at] if at < len(old) else None
    name = next((key for key in _NAMES if key in item), None)
    return next(
        (
            one
            for one in old
            if isinstance(one, Mapping) and name and one.get(name) == item[name]
        ),
        None,
    )


def _same(old: Any, new: Any) -> bool:
    """Compare JSON values; true is no 1."""
    if isinstance(old, bool) or isinstance(new, bool):
        return old is new
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        return old.keys() == new.keys() and all(_same(old[k], new[k]) for k in old)
    if isinstance(old, list) and isinstance(new, list):
        return len(old) == len(new) and all(map(_same, old, new))
    return bool(old == new)
