"""Checks a draft whole, and publishes it: every fault with its place, none with its text.

Publishing writes out the standard frame, so that a published document needs nothing else to
be understood. It refuses to publish a draft with any fault.
"""

import copy
import re
from collections.abc import Mapping
from typing import Any

from api.exercises.claims import claim_faults
from api.exercises.frame import framed
from api.exercises.outline import outline
from api.exercises.protocol import Protocol, to_document
from api.exercises.references import reference_faults
from api.exercises.shape import shape_faults
from api.exercises.structure import structure_faults
from api.foundation.errors import Fault


class UnsoundExercise(ValueError):
    """A draft that can't be published, with all its faults."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(f"{len(faults)} faults")
        self.faults = faults


def check(document: Any) -> list[Fault]:
    """List every fault of a draft, in the order of the document; none means it is sound.

    `document` is what a JSON or YAML reader gives. Nothing of it is repeated in a fault.
    """
    _, faults = shape_faults(document)
    if isinstance(document, Mapping):
        found = outline(document)
        faults += structure_faults(document, found)
        faults += reference_faults(document, found)
        faults += claim_faults(document)
    return sorted(dict.fromkeys(faults), key=_reading_order)


def _reading_order(fault: Fault) -> tuple[list[tuple[int, str]], str]:
    keys = fault.pointer.split("/")
    return [
        (int(key), "") if re.fullmatch(r"[0-9]{1,6}", key) else (-1, key)
        for key in keys
    ], fault.code


def read_draft(document: Any) -> Protocol:
    """Read a draft into a protocol.

    Raises UnsoundExercise with every fault.
    """
    faults = check(document)
    protocol, _ = shape_faults(document)
    if faults or protocol is None:
        raise UnsoundExercise(faults)
    return protocol


def publish(document: Any) -> dict[str, Any]:
    """Turn a sound draft into the document that is stored for ever.

    The standard frame becomes ordinary parts, defaults are written out, and publishing the
    result again changes nothing. Raises UnsoundExercise with every fault.
    """
    written = to_document(read_draft(document))
    if written["frame"] == "standard":
        written["frame"] = "none"
        written["parts"] = copy.deepcopy(framed(written["parts"], written["locale"]))
        return to_document(Protocol.model_validate(written))
    return written
