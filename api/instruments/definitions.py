"""The instruments that may be used: read from `library/*.yaml`, by tier, by id.

It reads files that ship with the package and nothing else. It refuses to load an excluded
instrument under any of its names, and to score one whose words nobody has supplied.
Source: reference §3.1.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from pydantic import Field, ValidationError

from api.foundation.errors import Fault, pointer
from api.instruments.names import Exclusion, excluded
from api.instruments.shape import Instrument
from api.instruments.words import Code, Text, Written

FOLDER = "library"


class UnknownInstrument(LookupError):
    """There is no instrument of that id."""


class ExcludedInstrument(LookupError):
    """An instrument that must not be loaded here, with the reason."""

    def __init__(self, exclusion: Exclusion) -> None:
        super().__init__(f"{exclusion.id}: {exclusion.reason}")
        self.exclusion = exclusion


class UnsoundText(ValueError):
    """A supplied text file that does not fit its instrument, with all its faults."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(f"{len(faults)} faults")
        self.faults = faults


@cache
def library() -> Mapping[str, Instrument]:
    """Give every instrument that comes with Attune: id → definition, ordered by id.

    Raises pydantic's ValidationError when a shipped file is unsound.
    """
    folder = files("api.instruments").joinpath(FOLDER)
    found = (
        define(yaml.safe_load(entry.read_text(encoding="utf-8")))
        for entry in folder.iterdir()
        if entry.name.endswith(".yaml")
    )
    return {one.id: one for one in sorted(found, key=lambda one: one.id)}


def define(document: Mapping[str, Any]) -> Instrument:
    """Read one definition as written in YAML.

    An option set may be a range, `{least, most, labels}`. Raises ExcludedInstrument for
    the id or title of an excluded one, ValidationError for anything unsound.
    """
    for name in (document.get("id"), document.get("title")):
        if isinstance(name, str) and (barred := excluded(name)):
            raise ExcludedInstrument(barred)
    options = {
        name: _written_out(one) if isinstance(one, Mapping) else one
        for name, one in document["options"].items()
    }
    return Instrument.model_validate({**document, "options": options})


def _written_out(span: Mapping[str, Any]) -> list[dict[str, Any]]:
    labels = span.get("labels")
    return [
        {"value": value, "label": labels and labels.get(value, str(value))}
        for value in range(span["least"], span["most"] + 1)
    ]


def instrument(
    instrument_id: str, supplied: Mapping[str, Any] | None = None
) -> Instrument:
    """Give one instrument, with the operator's words where it has none of its own.

    `supplied` is the operator's text file as a YAML or JSON reader gives it. Raises
    ExcludedInstrument, UnknownInstrument or UnsoundText.
    """
    if barred := excluded(instrument_id):
        raise ExcludedInstrument(barred)
    found = library().get(instrument_id)
    if found is None:
        raise UnknownInstrument("There is no such instrument.")
    return found if supplied is None else supply(found, supplied)


class SuppliedText(Written):
    """What an operator's text file says: the words, on whose licence, to whose credit.

    `licence_confirmed` says who confirmed what licence, and when.
    """

    instrument: Code
    licence_confirmed: Text
    credit: Text
    instructions: Text | None = None
    leads: Mapping[Code, Text] = Field(default_factory=dict)
    items: Mapping[Code, Text]
    options: Mapping[Code, Mapping[int, Text]]


def supply(one: Instrument, document: Any) -> Instrument:
    """Put an operator's words into a definition; only the words.

    Numbers, scoring and thresholds stay as they are. An instrument that brings its own
    words is not reworded. Raises UnsoundText with every fault; none repeats the words.
    """
    if one.text_from == "bundled":
        message = "This instrument has its own words, which are not changed."
        raise UnsoundText([Fault("", "not-supplied", message)])
    try:
        text = SuppliedText.model_validate(document)
    except ValidationError as error:
        raise UnsoundText([_unread(place) for place in _places(error)]) from None
    if faults := list(_gaps(one, text)):
        raise UnsoundText(faults)
    return one.model_copy(
        update={
            "text_from": "operator",
            "credit": f"{one.credit} {text.credit}",
            "licence": f"{one.licence} Confirmed: {text.licence_confirmed}",
            "instructions": text.instructions or one.instructions,
            "leads": {lead: text.leads[lead] for lead in one.leads},
            "items": tuple(
                item.model_copy(update={"text": text.items[item.id]})
                for item in one.items
            ),
            "options": {
                name: tuple(
                    option.model_copy(
                        update={"label": text.options[name][option.value]}
                    )
                    for option in options
                )
                for name, options in one.options.items()
            },
        }
    )


_FIELDS = frozenset(SuppliedText.model_fields)


def _places(error: ValidationError) -> list[str]:
    """Name only our own fields: a key below them is the sender's text."""
    named = (each["loc"][0] if each["loc"] else "" for each in error.errors())
    return list(dict.fromkeys(str(one) if one in _FIELDS else "" for one in named))


def _unread(place: str) -> Fault:
    at = pointer((place,)) if place else ""
    return Fault(at, "invalid", "This can't be read as a text file.")


def _gaps(one: Instrument, text: SuppliedText) -> Iterator[Fault]:
    if text.instrument != one.id:
        yield Fault("/instrument", "wrong-instrument", "These words are for another.")
    yield from _same_keys("items", [item.id for item in one.items], text.items)
    yield from _same_keys("leads", list(one.leads), text.leads)
    yield from _same_keys("options", list(one.options), text.options)
    for name, options in one.options.items():
        if name in text.options:
            values = [option.value for option in options]
            yield from _same_keys(f"options/{name}", values, text.options[name])


def _same_keys(
    place: str, wanted: list[Any], given: Mapping[Any, Any]
) -> Iterator[Fault]:
    for key in wanted:
        if key not in given:
            yield Fault(f"/{place}/{key}", "required", "The words are missing here.")
    if set(given) - set(wanted):
        yield Fault(f"/{place}", "unknown-field", "This has words for nothing we ask.")


@cache
def item_ids() -> frozenset[str]:
    """Give the ids of every item of every instrument."""
    return frozenset(item.id for one in library().values() for item in one.items)
