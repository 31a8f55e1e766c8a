"""Faults inside one part or one step: doubled ids, ranges upside down, orders that can't be.

References between steps are checked in `references.py`.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import Any

from api.exercises.frame import CLOSING, OPENING, has_frame
from api.exercises.outline import Outline, Place
from api.exercises.step_codes import OTHER
from api.exercises.steps import (
    BreathStep,
    ChecklistStep,
    ListStep,
    OptionsBase,
    RangeBase,
    ReviewStep,
    ScaleStep,
    StepBase,
    TimerStep,
)
from api.foundation.errors import Fault, pointer

MOST_STEPS = 200
_LISTS = ("settings", "tags", "easier")


def structure_faults(document: Mapping[str, Any], found: Outline) -> Iterator[Fault]:
    """List every fault that can be seen without following a reference."""
    yield from _top(document)
    yield from _precautions(document)
    yield from _parts(document, found)
    for placed in found.each():
        if placed.step is not None:
            yield from _step(placed.step, placed.place)
    yield from _doubles(_ids(document.get("measures")), ("measures",), "id")


def _fault(place: Place, code: str, message: str) -> Fault:
    return Fault(pointer(place), code, message)


def _less(low: Any, high: Any) -> bool:
    numbers = isinstance(low, int | float) and isinstance(high, int | float)
    return not numbers or low <= high


def _doubles(
    values: Iterable[Hashable | None], place: Place, key: str | None = None
) -> Iterator[Fault]:
    seen: set[Hashable] = set()
    for at, value in enumerate(values):
        if value is not None and value in seen:
            where = (*place, at) if key is None else (*place, at, key)
            yield _fault(where, "duplicate", "This is here twice.")
        seen.add(value)


def _ids(items: Any, key: str = "id") -> list[str | None]:
    """The texts under one key of each item; anything else counts as missing."""
    found = items if isinstance(items, list) else []
    values = [item.get(key) if isinstance(item, Mapping) else None for item in found]
    return [value if isinstance(value, str) else None for value in values]


def _top(document: Mapping[str, Any]) -> Iterator[Fault]:
    minutes = document.get("minutes")
    if isinstance(minutes, Mapping) and not _less(
        minutes.get("least"), minutes.get("most")
    ):
        yield _fault(("minutes", "least"), "range", "The least is above the most.")
    if document.get("frame") == "standard" and not has_frame(
        document.get("locale", "en")
    ):
        message = "The frame has no texts in this language; write its parts out."
        yield _fault(("frame",), "no-frame-texts", message)
    for key in _LISTS:
        values = document.get(key)
        texts = values if isinstance(values, list) else []
        yield from _doubles([v if isinstance(v, str) else None for v in texts], (key,))
    if document.get("in_session_only") and document.get("settings") != ["therapist"]:
        message = "What is asked in session only has the therapist setting only."
        yield _fault(("settings",), "not-allowed", message)
    easier, slug = document.get("easier"), document.get("slug")
    for at, value in enumerate(easier if isinstance(easier, list) else ()):
        if isinstance(value, str) and value == slug:
            yield _fault(("easier", at), "self-reference", "This is the same exercise.")


def _precautions(document: Mapping[str, Any]) -> Iterator[Fault]:
    raw = document.get("precautions")
    settings = document.get("settings")
    offered = settings if isinstance(settings, list) else []
    keys: list[Hashable] = []
    for at, one in enumerate(raw if isinstance(raw, list) else ()):
        own = one.get("settings") if isinstance(one, Mapping) else None
        places = own if isinstance(own, list) else []
        keys.append((str(_ids([one], "code")), str(sorted(map(str, places)))))
        for setting_at, setting in enumerate(places):
            if setting not in offered:
                yield _fault(
                    ("precautions", at, "settings", setting_at),
                    "unknown-setting",
                    "The exercise is not offered in this setting.",
                )
    yield from _doubles(keys, ("precautions",))


def _parts(document: Mapping[str, Any], found: Outline) -> Iterator[Fault]:
    yield from _doubles(_ids(document.get("parts")), ("parts",), "id")
    if found.parts and all(part.later for part in found.parts if part.place):
        yield _fault(("parts",), "nothing-now", "At least one part is for now.")
    if sum(len(part.steps) for part in found.parts) > MOST_STEPS:
        message = f"An exercise has at most {MOST_STEPS} steps."
        yield _fault(("parts",), "too-long", message)
    framed, later_seen = document.get("frame") == "standard", False
    raw = document.get("parts")
    for part in found.parts:
        if not part.place:
            continue
        if framed and part.id in (OPENING, CLOSING):
            yield _fault(
                (*part.place, "id"), "reserved", "The standard frame has this part."
            )
        if later_seen and not part.later:
            yield _fault(
                (*part.place, "when"),
                "now-after-later",
                "Parts for now come before parts for later.",
            )
        later_seen = later_seen or part.later
        yield from _doubles([step.id for step in part.steps], (*part.place, "steps"))
        yield from _repeat(raw, part.place)


def _repeat(raw: Any, place: Place) -> Iterator[Fault]:
    repeat = raw[place[1]].get("repeat")
    if isinstance(repeat, Mapping) and not _less(
        repeat.get("at_least"), repeat.get("at_most")
    ):
        where = (*place, "repeat", "at_least")
        yield _fault(where, "range", "The least is above the most.")


def _step(step: StepBase, place: Place) -> Iterator[Fault]:
    yield from _ends_and_options(step, place)
    match step:
        case ScaleStep(kind="suds"):
            yield from _suds(step, place)
        case ChecklistStep() if not _less(step.at_most, len(step.options)):
            message = "There are fewer options than this."
            yield _fault((*place, "at_most"), "range", message)
        case ListStep():
            yield from _list(step, place)
        case TimerStep() if not step.least <= step.usual <= step.most:
            message = "Expected least, usual and most in rising order."
            yield _fault((*place, "usual"), "range", message)
        case BreathStep():
            yield from _breath(step, place)
        case ReviewStep():
            yield from _doubles(step.fields, (*place, "fields"))
        case _:
            pass


def _ends_and_options(step: object, place: Place) -> Iterator[Fault]:
    if isinstance(step, RangeBase):
        yield from _range(step, place)
    if isinstance(step, OptionsBase):
        yield from _options(step, place)


def _suds(step: ScaleStep, place: Place) -> Iterator[Fault]:
    if not step.whole or (step.min, step.max) not in ((0, 10), (0, 100)):
        message = "Distress is a whole number, 0-10 or 0-100."
        yield _fault((*place, "max"), "range", message)


def _range(step: RangeBase, place: Place) -> Iterator[Fault]:
    if step.min >= step.max:
        message = "The smallest number is not below the largest."
        yield _fault((*place, "min"), "range", message)
    elif step.whole and not (step.min.is_integer() and step.max.is_integer()):
        message = "A scale of whole numbers has whole ends."
        yield _fault((*place, "whole"), "range", message)


def _options(step: OptionsBase, place: Place) -> Iterator[Fault]:
    where = (*place, "options")
    yield from _doubles([option.code for option in step.options], where, "code")
    for at, option in enumerate(step.options):
        if step.other and option.code == OTHER:
            message = "This code stands for the client's own words."
            yield _fault((*where, at, "code"), "reserved", message)


def _list(step: ListStep, place: Place) -> Iterator[Fault]:
    if step.at_least > step.at_most:
        yield _fault((*place, "at_least"), "range", "The least is above the most.")
    where = (*place, "fields")
    yield from _doubles([one.id for one in step.fields], where, "id")
    for at, one in enumerate(step.fields):
        yield from _ends_and_options(one, (*where, at))


def _breath(step: BreathStep, place: Place) -> Iterator[Fault]:
    if not _less(step.cycles, step.cycles_at_most):
        message = "Fewer than the usual number of breaths."
        yield _fault((*place, "cycles_at_most"), "range", message)
    if bool(step.paces) != (step.paced_by is not None):
        message = "Named paces and the step that picks one belong together."
        yield _fault((*place, "paces"), "incomplete", message)
    yield from _doubles([pace.code for pace in step.paces], (*place, "paces"), "code")
