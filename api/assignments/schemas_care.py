"""Cautions, overrides, the page of precautions and the brake over the wire."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field

from api.assignments.standing import State
from api.assignments.terms import Terms
from api.foundation.schemas import Id7, In, Moment, Note, Out, Whole
from api.people.schemas_care import (
    AT,
    PHASE,
    SET,
    STAFF_ID,
    PhaseOut,
    PrecautionChangeOut,
    PrecautionOut,
)
from api.safety.brake import Side
from api.safety.gate import Effect, Override, Rule

_ID = "0198c8a4-6f2e-7c31-9a51-0f7d3f0b1c2d"
CAUTION: dict[str, Any] = {
    "code": "panic",
    "effect": "block",
    "rule": "precaution",
    "message": "Counting breaths is left out for now.",
    "may_override": True,
    "instead": "orient-and-ground",
    "until": None,
    "overridden": False,
}
OVERRIDE: dict[str, Any] = {
    "code": "panic",
    "rule": "precaution",
    "reason": "We tried it together and it went well.",
    "by_id": STAFF_ID,
    "at": AT,
}
_AFFECTED: dict[str, Any] = {
    "assignment_id": _ID,
    "state": "active",
    "revision": 1,
    "exercise": "paced-breath",
    "cautions": [CAUTION],
}
_TERMS: dict[str, Any] = {
    "exercise": {"slug": "paced-breath", "version": 1},
    "schedule": {"kind": "as_needed"},
}


def _example(**values: Any) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [values]})


class OverrideIn(In):
    """Your reason to go on in spite of one caution; only the care team reads it."""

    model_config = _example(code="panic", reason=OVERRIDE["reason"])

    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,31}$", max_length=32)]
    reason: Note


Overrides = Annotated[
    tuple[OverrideIn, ...],
    Field(max_length=10, description="Reasons to go on where a caution allows it"),
]


def reasons(given: tuple[OverrideIn, ...]) -> list[Override]:
    """Return the reasons as the gate reads them."""
    return [Override(one.code, one.reason) for one in given]


class CautionOut(Out):
    """One thing to mind: it warns, or it holds back until it is gone or overridden.

    `rule` says where it comes from; `instead` names an exercise that fits; `until` when
    it is over by itself. The message is fit for client and therapist.
    """

    model_config = _example(**CAUTION)

    code: str
    effect: Effect
    rule: Rule
    message: str
    may_override: bool
    instead: str | None
    until: Moment | None
    overridden: bool


class OverrideOut(Out):
    """That somebody of the care team went on in spite of a caution, and why."""

    model_config = _example(**OVERRIDE)

    code: str
    rule: Rule
    reason: str
    by_id: UUID
    at: Moment


class CheckIn(In):
    """Terms to look at before anything is offered."""

    model_config = _example(terms=_TERMS)

    terms: Terms


class CheckOut(Out):
    """What an offer would meet. `goes_through`: nothing holds it back."""

    model_config = _example(goes_through=False, cautions=[CAUTION])

    goes_through: bool
    cautions: list[CautionOut]


class AffectedOut(Out):
    """Something offered or agreed that would be held back now. Nothing was done to it."""

    model_config = _example(**_AFFECTED)

    assignment_id: UUID
    state: State
    revision: int
    exercise: str
    cautions: list[CautionOut]


class CareOut(Out):
    """What is minded in a client's care: the same page for client and care team."""

    model_config = _example(
        precautions=[SET],
        phase=PHASE,
        history=[{"code": "panic", "holds": True, "by": STAFF_ID, "at": AT}],
        phases=[PHASE],
        affects=[_AFFECTED],
    )

    precautions: list[PrecautionOut]
    phase: PhaseOut
    history: list[PrecautionChangeOut] = Field(description="Oldest first")
    phases: list[PhaseOut] = Field(description="Oldest first")
    affects: list[AffectedOut]


class WorseningIn(In):
    """That something made it worse. The id is made on the device, so a retry is the same.

    Name the completion if there is one: a run and its report then count once.
    """

    model_config = _example(id=_ID, assignment_id=_ID, at=AT, completion_id=None)

    id: Id7
    assignment_id: UUID
    at: Moment
    completion_id: UUID | None = None


class WorseningOut(Out):
    """Something that made it worse."""

    model_config = _example(exercise="paced-breath", grade=2, at=AT)

    exercise: str
    grade: int
    at: Moment


class RestOut(Out):
    """An exercise that is not offered again before a moment."""

    model_config = _example(exercise="paced-breath", until=AT)

    exercise: str
    until: Moment


class BrakeOut(Out):
    """Where the brake stands. `held_from`: offers of this strength and above wait.

    A hold ends when client and therapist have both lifted the one that `hold` names;
    `agreed` says who has. `suggest` is something gentle for now. `affects`: what goes on
    as agreed all the same; each of you may pause it, the therapist may hold it.
    """

    model_config = _example(
        held_from=2,
        hold=2,
        agreed=["client"],
        worsenings=[{"exercise": "paced-breath", "grade": 2, "at": AT}],
        resting=[{"exercise": "paced-breath", "until": AT}],
        suggest=["orient-and-ground"],
        affects=[],
    )

    held_from: int | None
    hold: int | None
    agreed: list[Side]
    worsenings: list[WorseningOut] = Field(description="Not yet lifted, oldest first")
    resting: list[RestOut]
    suggest: list[str]
    affects: list[AffectedOut]


class LiftIn(In):
    """Which hold you looked at: `hold` of the brake."""

    model_config = _example(hold=2)

    hold: Annotated[Whole, Field(ge=1, le=1_000_000)]
