"""Precautions and phase over the wire: the same page for the client and the care team."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field

from api.foundation.schemas import In, Moment, Out
from api.people.tables import Phase, PrecautionCode

STAFF_ID = "0198c8a4-6f2e-7c31-9a51-0f7d3f0b1c2d"
AT = "2026-03-02T08:00:00Z"
SET = {
    "code": "panic",
    "words": "Counting breaths is left out. Looking around the room is there instead.",
    "set_by": STAFF_ID,
    "set_at": AT,
}
PHASE = {
    "phase": "self_trust",
    "words": "Trusting yourself",
    "set_by": STAFF_ID,
    "set_at": AT,
}


def _example(**values: Any) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [values]})


class CareIn(In):
    """All precautions as they shall hold from now on, and the phase of the work."""

    model_config = _example(precautions=["panic", "device"], phase="self_trust")

    precautions: Annotated[frozenset[PrecautionCode], Field(max_length=10)]
    phase: Phase


class PrecautionOut(Out):
    """A precaution that holds; `words` say to the client what follows from it."""

    model_config = _example(**SET)

    code: PrecautionCode
    words: str
    set_by: UUID
    set_at: Moment


class PrecautionChangeOut(Out):
    """That a precaution was set (`holds`) or ended."""

    model_config = _example(code="panic", holds=True, by=STAFF_ID, at=AT)

    code: PrecautionCode
    holds: bool
    by: UUID
    at: Moment


class PhaseOut(Out):
    """A phase of the work; the first one was set by nobody."""

    model_config = _example(**PHASE)

    phase: Phase
    words: str
    set_by: UUID | None
    set_at: Moment | None
