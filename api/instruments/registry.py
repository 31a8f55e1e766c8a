"""Which instruments may be asked here, and why not: what ships, and an operator's texts.

It reads one folder of text files and refuses what does not fit its definition, saying
where and never what. It never writes, and never repeats a text. Source: reference §3.1.
"""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

import yaml

from api.foundation.errors import Fault
from api.instruments.definitions import UnsoundText, library, supply
from api.instruments.names import EXCLUDED, excluded
from api.instruments.shape import Instrument

LARGEST = 256 * 1024
_SUFFIXES = frozenset({".yaml", ".yml"})


class Availability(StrEnum):
    """Whether an instrument can be asked on this server, and why not."""

    AVAILABLE = "available"
    TEXT_NEEDED = "text_needed"
    TEXT_REFUSED = "text_refused"
    EXCLUDED = "excluded"


@dataclass(frozen=True, slots=True)
class Refused:
    """A text file that was not taken: its name, whom it claims to be for, its faults."""

    file: str
    instrument: str | None
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class Registry:
    """Every instrument by id, with its words where they are lawfully here."""

    instruments: Mapping[str, Instrument]
    refused: tuple[Refused, ...] = ()
    _claimed: frozenset[str] = field(default=frozenset())

    def availability(self, instrument_id: str) -> Availability:
        """Say whether an instrument can be asked. Raises KeyError for an unknown one."""
        if self.instruments[instrument_id].has_text:
            return Availability.AVAILABLE
        if instrument_id in self._claimed:
            return Availability.TEXT_REFUSED
        return Availability.TEXT_NEEDED

    def available(self) -> list[Instrument]:
        """List the instruments that have their words, ordered by id."""
        return [one for one in self.instruments.values() if one.has_text]


def read(folder: Path | None) -> Registry:
    """Read the folder of text files; without one, only what ships has its words.

    A file that can't be used is listed as refused, with every fault; the others count.
    """
    found, refused = dict(library()), []
    supplied: set[str] = set()
    for path in sorted(folder.iterdir()) if folder else ():
        if path.suffix not in _SUFFIXES:
            continue
        one = _one(path, supplied)
        if isinstance(one, Refused):
            refused.append(one)
        else:
            supplied.add(one.id)
            found[one.id] = one
    claimed = frozenset(one.instrument for one in refused if one.instrument)
    return Registry(found, tuple(refused), claimed)


_SAID = {
    Availability.AVAILABLE: "can be asked",
    Availability.TEXT_NEEDED: "needs a text file in ATTUNE_INSTRUMENT_TEXTS",
    Availability.TEXT_REFUSED: "has a text file that was refused",
}


def report(registry: Registry) -> Iterator[str]:
    """Say every instrument in a line: id, tier, whether it can be asked or why not."""
    for one in registry.instruments.values():
        said = _SAID[registry.availability(one.id)]
        if one.text_from == "operator":
            said += ", with your text"
        if one.has_text and not one.on_by_default:
            said += "; off until the owner of a practice switches it on"
        yield f"{one.id:<18}{one.tier:<17}{said}"
    for barred in EXCLUDED:
        yield f"{barred.id:<18}{'excluded':<17}{barred.reason}"


def faults(registry: Registry) -> Iterator[str]:
    """Say every fault of every refused file in a line, without its text."""
    for refused in registry.refused:
        for fault in refused.faults:
            yield f"{refused.file}#{fault.pointer}: {fault.code}: {fault.message}"


def _one(path: Path, supplied: set[str]) -> Instrument | Refused:
    """Read one file, or say why it can't be used."""
    document = _document(path)
    if isinstance(document, Fault):
        return Refused(path.name, None, (document,))
    name = document.get("instrument")
    if not isinstance(name, str):
        message = "The file does not say which instrument."
        return Refused(path.name, None, (Fault("/instrument", "required", message),))
    known = name if name in library() else None
    fault = _misnamed(name, supplied)
    if fault is not None:
        return Refused(path.name, known, (fault,))
    try:
        return supply(library()[name], document)
    except UnsoundText as error:
        return Refused(path.name, known, tuple(error.faults))


def _misnamed(name: str, supplied: set[str]) -> Fault | None:
    place = "/instrument"
    if barred := excluded(name):
        message = f"This instrument can't be used here: {barred.reason}."
        return Fault(place, "excluded-instrument", message)
    if name not in library():
        return Fault(place, "unknown-instrument", "There is no such instrument.")
    if name in supplied:
        return Fault(place, "duplicate", "Another file has words for this one.")
    return None


def _document(path: Path) -> Mapping[str, Any] | Fault:
    try:
        if path.stat().st_size > LARGEST:
            return Fault("", "too-large", f"At most {LARGEST} bytes.")
        document = yaml.load(path.read_bytes(), _OnceLoader)  # noqa: S506 - a safe loader
    except (OSError, yaml.YAMLError, ValueError, RecursionError):
        return Fault("", "unreadable", "This is no YAML file with each name once.")
    if not isinstance(document, dict):
        return Fault("", "wrong-type", "Expected instrument, licence and words.")
    return document


class _OnceLoader(yaml.SafeLoader):
    """A safe loader that takes no name twice: the later one would silently win."""


def _mapping(loader: _OnceLoader, node: yaml.MappingNode) -> Iterator[dict[Any, Any]]:
    built: dict[Any, Any] = {}
    yield built
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, Hashable) or key in built:
            raise yaml.constructor.ConstructorError(problem="a name is here twice")
        built[key] = loader.construct_object(value_node, deep=True)


_OnceLoader.add_constructor("tag:yaml.org,2002:map", _mapping)
