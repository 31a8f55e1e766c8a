"""Reads what somebody answered to one instrument: numbers or LOINC answer codes, nothing else.

It refuses every answer that is none of the item's options, and says where; a fault never
repeats an answer or an unknown key.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from api.foundation.errors import Fault, pointer
from api.instruments.shape import Instrument, Item

NOT_APPLICABLE = "not_applicable"
MOST_FAULTS = 50

_UNKNOWN = Fault("", "unknown-field", "This instrument has no such item.")
_OPTION = ("not-an-option", "This is none of the responses of this item.")
_NUMBER = ("wrong-type", "Expected a whole number or an answer code.")
_RANGE = ("out-of-range", "This is outside the range of this item.")
_AGAIN = ("duplicate", "This item is answered twice.")


class UnsoundAnswers(ValueError):
    """Answers that can't be scored, with all their faults."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(f"{len(faults)} faults")
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Answered:
    """The answers as numbers by item id, before reversing; what is not here is missing."""

    values: Mapping[str, int]
    not_applicable: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Given:
    """One answer with its places: of the answer, and of the item it is for."""

    item: Any
    value: Any
    place: str
    item_place: str


def answer_faults(instrument: Instrument, answers: Any) -> list[Fault]:
    """List what is wrong with the answers, 50 at most; none means they can be scored."""
    return _read(instrument, answers)[1]


def read_answers(instrument: Instrument, answers: Any) -> Answered:
    """Turn answers into numbers.

    `answers` is {item id: answer} or a list of {"item": id, "answer": answer}. An answer is
    a whole number of the item's range, a LOINC answer code, "not_applicable" where the item
    allows it, or null for none. Raises UnsoundAnswers with every fault.
    """
    read, faults = _read(instrument, answers)
    if faults:
        raise UnsoundAnswers(faults)
    return read


def _read(instrument: Instrument, answers: Any) -> tuple[Answered, list[Fault]]:
    faults: list[Fault] = []
    values: dict[str, int] = {}
    skipped: set[str] = set()
    seen: set[str] = set()
    items = {item.id: item for item in instrument.items}
    for given in _each(answers, faults):
        item = items.get(given.item) if isinstance(given.item, str) else None
        if item is None:
            faults.append(Fault(given.item_place, _UNKNOWN.code, _UNKNOWN.message))
        elif item.id in seen:
            faults.append(Fault(given.item_place, *_AGAIN))
        else:
            seen.add(item.id)
            value = _value(instrument, item, given.value)
            if isinstance(value, tuple):
                faults.append(Fault(given.place, *value))
            elif value == NOT_APPLICABLE:
                skipped.add(item.id)
            elif isinstance(value, int):
                values[item.id] = value
    return Answered(values, frozenset(skipped)), list(dict.fromkeys(faults))[
        :MOST_FAULTS
    ]


def _each(answers: Any, faults: list[Fault]) -> Iterator[_Given]:
    if isinstance(answers, Mapping):
        for item, value in answers.items():
            yield _Given(item, value, pointer((item,)), "")
    elif isinstance(answers, Sequence) and not isinstance(answers, str | bytes):
        for at, one in enumerate(answers):
            if isinstance(one, Mapping) and set(one) == {"item", "answer"}:
                place = (pointer((at, "answer")), pointer((at, "item")))
                yield _Given(one["item"], one["answer"], *place)
            else:
                message = "Expected an item and its answer."
                faults.append(Fault(pointer((at,)), "wrong-type", message))
    else:
        faults.append(Fault("", "wrong-type", "Expected answers by item."))


def _value(
    instrument: Instrument, item: Item, given: Any
) -> int | str | tuple[str, str] | None:
    """Give the number, "not_applicable", None, or a pair that says what is wrong."""
    options = instrument.options[item.options]
    if given is None:
        return None
    if isinstance(given, str):
        if given == NOT_APPLICABLE and item.may_not_apply:
            return NOT_APPLICABLE
        codes = {option.loinc: option.value for option in options if option.loinc}
        return codes.get(given, _OPTION)
    # True is an int to Python and a mistake to everybody else.
    if isinstance(given, bool) or not isinstance(given, int):
        return _NUMBER
    return given if any(option.value == given for option in options) else _RANGE
