"""Faults between steps: references that lead nowhere, conditions that can never hold.

A step may look back in its own part (in the same round) or into an earlier part that does
not repeat; never forward and never into one round of many.
"""

import math
from collections.abc import Iterator, Mapping
from typing import Any

from api.exercises.measures import FORMULAS, MeasureFault, check_measure
from api.exercises.outline import Outline, Place, PlacedStep
from api.exercises.steps import (
    AllocationStep,
    BreathStep,
    Condition,
    ItemStep,
    OutcomeStep,
    ScaleStep,
    StepBase,
    TimerStep,
    codes_of,
)
from api.foundation.errors import Fault, pointer


def reference_faults(document: Mapping[str, Any], found: Outline) -> Iterator[Fault]:
    """List every fault of references, conditions, lineage and measures."""
    lost: set[str] = set()
    lineage: set[str] = set()
    for placed in found.each():
        step = placed.step
        if step is None:
            continue
        if step.only_if is not None:
            yield from _condition(step.only_if, placed, found, lost)
        for ref, place, types in _pointing(step, placed.place):
            yield from _target(ref, place, placed, found, types)
        if isinstance(step, BreathStep):
            yield from _paces(step, placed, found)
        if step.was is not None and step.was in lineage:
            place = (*placed.place, "was")
            yield _fault(place, "duplicate", "Two steps come from the same one.")
        lineage.add(step.was or "")
    yield from _signals(document, found)
    yield from _measures(document, found)


def _fault(place: Place, code: str, message: str) -> Fault:
    return Fault(pointer(place), code, message)


def _pointing(
    step: StepBase, place: Place
) -> Iterator[tuple[str, Place, frozenset[str]]]:
    match step:
        case TimerStep(chosen_in=str(ref)):
            yield ref, (*place, "chosen_in"), frozenset({"scale"})
        case BreathStep(paced_by=str(ref)):
            yield ref, (*place, "paced_by"), frozenset({"choice"})
        case OutcomeStep(of=str(ref)):
            yield ref, (*place, "of"), frozenset({"prediction", "scale"})
        case AllocationStep():
            for at, ref in enumerate(step.of):
                yield ref, (*place, "of", at), frozenset({"text", "list"})
        case _:
            return


def _target(
    ref: str, place: Place, placed: PlacedStep, found: Outline, types: frozenset[str]
) -> Iterator[Fault]:
    target = found.steps.get(ref)
    if target is None:
        yield _fault(place, "unknown-step", "There is no such step.")
        return
    yield from _sight(placed, target, place)
    if target.step is None:
        return
    if target.raw.get("type") not in types:
        message = f"Expected a step of type {' or '.join(sorted(types))}."
        yield _fault(place, "wrong-step-type", message)
    elif isinstance(placed.step, OutcomeStep) and not _is_belief(target.step):
        message = "A belief is a prediction or a scale from 0 to 100."
        yield _fault(place, "wrong-step-type", message)


def _is_belief(step: StepBase) -> bool:
    return not isinstance(step, ScaleStep) or (step.min, step.max) == (0, 100)


def _sight(placed: PlacedStep, target: PlacedStep, place: Place) -> Iterator[Fault]:
    here, there = placed.part, target.part
    if (there.at, target.at) >= (here.at, placed.at):
        yield _fault(place, "later-step", "Only earlier steps can be looked at.")
    elif there is not here and there.repeated:
        message = "A step of another part that repeats has many answers."
        yield _fault(place, "repeated-step", message)


def _condition(
    condition: Condition, placed: PlacedStep, found: Outline, lost: set[str]
) -> Iterator[Fault]:
    place = (*placed.place, "only_if")
    ranged = condition.at_least is not None or condition.at_most is not None
    if ranged == (condition.codes is not None):
        message = "Expected either codes (is) or a range (at_least, at_most)."
        yield _fault(place, "condition-form", message)
    target = found.steps.get(condition.step)
    if target is None:
        yield _fault((*place, "step"), "unknown-step", "There is no such step.")
        return
    yield from _sight(placed, target, (*place, "step"))
    if target.step is None:
        return
    faults = list(_tested(condition, target.step, place))
    if target.ref in lost:
        message = "The step it depends on is never asked."
        faults.append(_fault((*place, "step"), "unreachable", message))
    if any(fault.code == "unreachable" for fault in faults):
        lost.add(placed.ref)
    yield from faults


def _tested(condition: Condition, step: StepBase, place: Place) -> Iterator[Fault]:
    if condition.codes is not None:
        yield from _codes(condition.codes, step, place)
    elif isinstance(step, ItemStep):
        yield from _tested_item(condition, step, place)
    elif not isinstance(step, ScaleStep):
        message = "A range can test a scale only."
        yield _fault((*place, "step"), "wrong-step-type", message)
    elif not _within(condition, step):
        yield _fault(place, "unreachable", "No answer lies in this range.")


def _tested_item(condition: Condition, step: ItemStep, place: Place) -> Iterator[Fault]:
    low = -math.inf if condition.at_least is None else condition.at_least
    high = math.inf if condition.at_most is None else condition.at_most
    if any(one.loinc for one in step.responses):
        message = "A range can't test an item that is also answered with codes."
        yield _fault((*place, "step"), "wrong-step-type", message)
    elif not any(low <= one.value <= high for one in step.responses):
        yield _fault(place, "unreachable", "No answer lies in this range.")


def _codes(codes: tuple[str, ...], step: StepBase, place: Place) -> Iterator[Fault]:
    known = codes_of(step)
    if known is None:
        message = "This step has no codes to test."
        yield _fault((*place, "step"), "wrong-step-type", message)
        return
    for at, code in enumerate(codes):
        if code not in known:
            message = "The step has no such code."
            yield _fault((*place, "is", at), "unknown-code", message)
    if not known & set(codes):
        yield _fault(place, "unreachable", "No answer has one of these codes.")


def _within(condition: Condition, step: ScaleStep) -> bool:
    low = step.min if condition.at_least is None else condition.at_least
    high = step.max if condition.at_most is None else condition.at_most
    low, high = max(low, step.min), min(high, step.max)
    return math.ceil(low) <= math.floor(high) if step.whole else low <= high


def _paces(step: BreathStep, placed: PlacedStep, found: Outline) -> Iterator[Fault]:
    target = found.steps.get(step.paced_by or "")
    known = codes_of(target.step) if target and target.step else None
    for at, pace in enumerate(step.paces):
        if known is not None and pace.code not in known:
            place = (*placed.place, "paces", at, "code")
            yield _fault(place, "unknown-code", "The step has no such code.")


# --- signals ------------------------------------------------------------------

_ALONE = frozenset({"feared_outcome", "shame"})
"""Signals whose rule looks at the answer itself: they take no codes and no range."""
_SAID_BEFORE = frozenset({"self_harm", "unsafe"})
"""Signals whose step must say in its help who will hear. Source: reference §5.1, §5.5."""


def _signals(document: Mapping[str, Any], found: Outline) -> Iterator[Fault]:
    raw = document.get("signals")
    for at, signal in enumerate(raw if isinstance(raw, list) else ()):
        if isinstance(signal, Mapping) and isinstance(signal.get("step"), str):
            yield from _signal(signal, found, ("signals", at))


def _signal(signal: Mapping[str, Any], found: Outline, place: Place) -> Iterator[Fault]:
    target = found.steps.get(signal["step"])
    if target is None:
        yield _fault((*place, "step"), "unknown-step", "There is no such step.")
        return
    if signal.get("code") in _SAID_BEFORE and not _helps(target):
        message = "The help of this step has to say beforehand who hears of it."
        yield _fault((*place, "step"), "not-said-before", message)
    codes = signal.get("is")
    ranged = {"at_least", "at_most"} & signal.keys()
    wanted = 0 if signal.get("code") in _ALONE else 1
    if (codes is not None) + bool(ranged) != wanted:
        message = (
            "Expected either codes (is) or a range, and none where the rule looks."
        )
        yield _fault(place, "condition-form", message)
    elif target.step is not None and isinstance(codes, list):
        yield from _codes(tuple(codes), target.step, place)
    elif ranged and not isinstance(target.step, ScaleStep | ItemStep):
        message = "A range can test a scale or an item only."
        yield _fault((*place, "step"), "wrong-step-type", message)


def _helps(target: PlacedStep) -> bool:
    """Tell whether a step has a help text of more than blanks."""
    written = target.raw.get("help")
    return isinstance(written, str) and bool(written.strip())


# --- measures -----------------------------------------------------------------

_MESSAGES = {
    "unknown-input": "The formula has no input of this name.",
    "unknown-option": "The formula has no option of this name.",
    "unknown-meaning": "The formula has no word of this kind for a code.",
    "wrong-step-type": "The formula can't read a step of this type here.",
}


def _measures(document: Mapping[str, Any], found: Outline) -> Iterator[Fault]:
    raw = document.get("measures")
    steps = {
        ref: placed.raw
        for ref, placed in found.steps.items()
        if isinstance(placed.raw.get("type"), str)
    }
    for at, measure in enumerate(raw if isinstance(raw, list) else ()):
        if not isinstance(measure, Mapping) or not _readable(measure):
            continue
        for fault in check_measure(measure, steps):
            yield _own_words(fault, measure, ("measures", at))


def _readable(measure: Mapping[str, Any]) -> bool:
    """Tell whether a measure has the shapes that its own check relies on."""
    sources, options = measure.get("from", {}), measure.get("options", {})
    if not isinstance(measure.get("formula"), str):
        return False
    if not isinstance(sources, Mapping) or not isinstance(options, Mapping):
        return False
    codes = options.get("codes", {})
    return (
        all(isinstance(source, str) for source in sources.values())
        and isinstance(codes, Mapping)
        and all(isinstance(table, Mapping) for table in codes.values())
    )


def _own_words(fault: MeasureFault, measure: Mapping[str, Any], place: Place) -> Fault:
    """Keep the author's keys out of the place and out of the message."""
    formula = FORMULAS.get(measure["formula"])
    keys = fault.pointer.strip("/").split("/")
    known = formula is not None and keys[-1] in formula.inputs and keys[0] == "from"
    shown = keys if known else keys[:1]
    code = fault.code.replace("_", "-")
    message = _MESSAGES.get(code, fault.message)
    return Fault(pointer((*place, *shown)), code, message)
