"""Plans over the wire: offers, answers, steps, and what is read of them."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field

from api.assignments.schemas import GrantsIn
from api.assignments.schemas_care import Overrides
from api.assignments.standing import Actor, State
from api.foundation.schemas import Flag, Id7, In, Moment, Note, Out, Slug, Whole
from api.programmes.definition import AtOnce, Gate, Part, PartId, PartTerms, Version
from api.programmes.gates import Wait
from api.programmes.words import Kind, PlanState, PlanVerb

_ID = "0198c8a4-6f2e-7c31-9a51-0f7d3f0b1c2d"
_CLIENT = "0198c8a4-6f2e-7c31-9a51-0f7d3f0b1c2e"
_AT = "2026-03-02T08:00:00Z"
_GRANTS = {"do": True, "remind": False, "share": True}
_PART: dict[str, Any] = {
    "id": "tiny",
    "title": "Something tiny",
    "exercise": "micro-trust-moment",
    "why": "So small that a bad answer would cost you little.",
    "stop_note": "You can stop before, in the middle or after. Nobody needs to know.",
    "gate": {"type": "client_go"},
    "terms": {"setting": "solo", "sharing": "fact"},
}
_WAITS = {"kind": "client_go", "of": None, "more": None, "until": None}
_EVIDENCE = {"runs": 3, "for": 2, "against": 0, "unclear": 1}
_PLAN_PART: dict[str, Any] = {
    "id": "tiny",
    "title": "Something tiny",
    "exercise": "micro-trust-moment",
    "why": "So small that a bad answer would cost you little.",
    "stop_note": "You can stop before, in the middle or after. Nobody needs to know.",
    "gate": {"type": "client_go"},
    "assignment_id": _ID,
    "assignment_state": "active",
    "agreed_terms": 1,
    "offered_terms": None,
    "is_proposed": False,
    "is_leaving": False,
    "gate_state": "waiting",
    "waits_for": _WAITS,
    "evidence": _EVIDENCE,
}


def _example(**values: Any) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [values]})


# --- what a therapist offers ------------------------------------------------------


class ProgrammeRef(In):
    """One frozen version of a programme."""

    slug: Slug
    version: Version


class PartChoiceIn(In):
    """Terms of one part other than the programme suggests; what is absent stays.

    Where a caution holds the part back and allows it, give a reason in `overrides`.
    """

    part: PartId
    terms: PartTerms = PartTerms()
    overrides: Overrides = ()


Parts = Annotated[tuple[PartId, ...], Field(max_length=20)]


class PlanIn(In):
    """A programme for a client. With an `id` of yours a retry is the same request."""

    model_config = _example(
        client_id=_CLIENT,
        programme={"slug": "small-steps", "version": 1},
        parts=[{"part": "tiny", "terms": {"sharing": "scores"}}],
        leave_out=[],
    )

    id: Id7 | None = None
    client_id: UUID
    programme: ProgrammeRef
    parts: Annotated[tuple[PartChoiceIn, ...], Field(max_length=20)] = ()
    leave_out: Parts = ()


class PlanMoveIn(In):
    """One thing somebody does. Nothing in it is needed, least of all a reason.

    A device that may be offline sends `id` (made once, so a retry is the same move),
    `at` (its clock) and `seen` (the plan's `version` it knew).
    """

    model_config = _example(id=_ID, at=_AT, seen=3)

    id: Id7 | None = None
    at: Moment | None = None
    seen: Annotated[Whole, Field(ge=1)] | None = None
    reason: Note | None = None
    reason_shared: Flag = False


class PlanReviseIn(PlanMoveIn):
    """A new order of parts: `order` names all that shall be in it, kept and added.

    What is not named leaves; what was agreed stays in force until the client answers.
    Terms of a part that stays are revised at its own assignment. `overrides` give, by
    part, reasons for the added parts and for those whose times follow a new gate.
    """

    model_config = _example(
        order=["tiny", "small"], add=[_PART | {"id": "small"}], gates={}
    )

    order: Annotated[tuple[PartId, ...], Field(min_length=1, max_length=20)]
    add: Annotated[tuple[Part, ...], Field(max_length=20)] = ()
    gates: Annotated[dict[PartId, Gate], Field(default_factory=dict, max_length=20)]
    overrides: Annotated[
        dict[PartId, Overrides], Field(default_factory=dict, max_length=20)
    ]


class PartAnswerIn(In):
    """Yes to one part, under the revision of its terms that was read."""

    part: PartId
    terms: Annotated[Whole, Field(ge=1, le=100_000)]


class PlanAcceptIn(PlanMoveIn):
    """Yes to a plan: each part that waits for an answer stands in one of the lists."""

    model_config = _example(
        revision=1,
        parts=[{"part": "tiny", "terms": 1}],
        leave_out=["bigger"],
        grants=_GRANTS,
    )

    revision: Annotated[Whole, Field(ge=1, le=100_000)]
    parts: Annotated[tuple[PartAnswerIn, ...], Field(max_length=40)]
    leave_out: Parts = ()
    grants: GrantsIn


class PlanNotNowIn(PlanMoveIn):
    """Not now; the offers stay open. Without a day it is a week."""

    model_config = _example(until="2026-03-09T08:00:00Z")

    until: Moment | None = None


class StepIn(PlanMoveIn):
    """On, or back. Without a part it is the nearest one."""

    model_config = _example(part="tiny", id=_ID, at=_AT, seen=3)

    part: PartId | None = None


# --- what is read ---------------------------------------------------------------


class WaitsForOut(Out):
    """What opens a part: `more` runs of part `of`, a moment, or the client's own go."""

    model_config = _example(**_WAITS)

    kind: Wait
    of: str | None
    more: int | None
    until: Moment | None


class EvidenceOut(Out):
    """What the runs of a part showed, as far as you may read them.

    Both sides stand beside each other; they make no balance and no score.
    """

    model_config = _example(**_EVIDENCE)

    runs: int
    for_: Annotated[int, Field(alias="for")]
    against: int
    unclear: int


GateWord = Annotated[
    str,
    Field(
        pattern="^(open|waiting|not_shared)$",
        description="open, waiting, or not_shared where the client keeps it private",
    ),
]


class PlanPartOut(Out):
    """One part: an ordinary assignment and its place in the plan.

    A part that is `waiting` asks for nothing; it may be done early all the same.
    `is_proposed`: only in the order that waits for an answer; `is_leaving`: not in it.
    """

    model_config = _example(**_PLAN_PART)

    id: str
    title: str
    exercise: str
    why: str
    stop_note: str
    gate: Gate = AtOnce()
    assignment_id: UUID
    assignment_state: State
    agreed_terms: int | None
    offered_terms: int | None
    is_proposed: bool
    is_leaving: bool
    gate_state: GateWord
    waits_for: WaitsForOut | None
    evidence: EvidenceOut


_PLAN: dict[str, Any] = {
    "id": _ID,
    "client_id": _CLIENT,
    "programme": {"slug": "small-steps", "version": 1},
    "title": "Small steps",
    "kind": "ladder",
    "state": "active",
    "version": 2,
    "revision": 1,
    "agreed_revision": 1,
    "offered_revision": None,
    "latest_revision": 1,
    "position": None,
    "position_shared": True,
    "parts": [_PLAN_PART],
    "offered_at": _AT,
    "changed_at": _AT,
}


class PlanOut(Out):
    """A programme between a client and a therapist.

    `state` is made of the parts' states. `revision` is the order in force, `position`
    the rung on which the client stands; null on the ground, in a course, and where
    `position_shared` is false.
    """

    model_config = _example(**_PLAN)

    id: UUID
    client_id: UUID
    programme: ProgrammeRef
    title: str
    kind: Kind
    state: PlanState
    version: int
    revision: int
    agreed_revision: int | None
    offered_revision: int | None
    latest_revision: int
    position: str | None
    position_shared: bool
    parts: list[PlanPartOut]
    offered_at: Moment
    changed_at: Moment


class PlanMoveOut(Out):
    """One move. A reason is there only where its maker lets you read it."""

    model_config = _example(
        id=_ID,
        verb="go",
        actor="client",
        at=_AT,
        received_at=_AT,
        revision=None,
        part="tiny",
        reason=None,
        reason_shared=False,
    )

    id: UUID
    verb: PlanVerb
    actor: Actor
    at: Moment
    received_at: Moment
    revision: int | None
    part: str | None
    reason: str | None
    reason_shared: bool


class PlanHistoryOut(Out):
    """Every move you may know of, in the order in which they were heard of."""

    items: list[PlanMoveOut]


class PlanRevisionOut(Out):
    """One numbered order of parts; it never changes."""

    model_config = _example(number=1, made_at=_AT, parts=[_PART])

    number: int
    made_at: Moment
    parts: list[Part]
