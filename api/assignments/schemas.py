"""Assignments over the wire: offers, moves, occurrences, history."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from api.assignments.anchors import WallTime
from api.assignments.occurrences import Answer
from api.assignments.schemas_care import (
    CAUTION,
    OVERRIDE,
    CautionOut,
    OverrideOut,
    Overrides,
)
from api.assignments.standing import Actor, PausedBy, State, Verb
from api.assignments.terms import Terms
from api.foundation.schemas import Flag, Id7, In, Moment, Note, Out, Whole

_ID = "0198c8a4-6f2e-7c31-9a51-0f7d3f0b1c2d"
_CLIENT = "0198c8a4-6f2e-7c31-9a51-0f7d3f0b1c2e"
_AT = "2026-03-02T08:00:00Z"
_TERMS: dict[str, Any] = {
    "exercise": {"slug": "paced-breath", "version": 1},
    "schedule": {
        "kind": "recurring",
        "zone": "Europe/Berlin",
        "starts": "2026-03-02T19:00:00",
        "rule": "FREQ=WEEKLY;BYDAY=MO,TH;COUNT=8",
    },
    "setting": "solo",
    "sharing": "fact",
    "rationale": "To settle before the evening.",
}
_SHOWN: dict[str, Any] = Terms.model_validate(_TERMS).model_dump(mode="json")
_GRANTS = {"do": True, "remind": False, "share": True}

_ASSIGNMENT: dict[str, Any] = {
    "id": _ID,
    "client_id": _CLIENT,
    "state": "active",
    "version": 2,
    "agreed_revision": 1,
    "offered_revision": None,
    "counter_revision": None,
    "latest_revision": 1,
    "grants": _GRANTS,
    "paused_by": None,
    "not_now_until": None,
    "lapses_at": None,
    "offered_at": _AT,
    "changed_at": _AT,
    "terms_revision": 1,
    "terms": _SHOWN,
}


def _example(**values: Any) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [values]})


Revision = Annotated[Whole, Field(ge=1, le=100_000)]
ClientVerb = Literal[
    "accept",
    "decline",
    "not_now",
    "counter",
    "take_back",
    "pause",
    "resume",
    "withdraw",
    "grant",
    "revoke",
]


class GrantsIn(In):
    """The three grants, each given or kept back for itself."""

    model_config = _example(**_GRANTS)

    do: Flag
    remind: Flag = False
    share: Flag = False


class GrantsOut(Out):
    """The three grants as they are."""

    model_config = _example(**_GRANTS)

    do: bool
    remind: bool
    share: bool


class OfferIn(In):
    """What a therapist offers. With an `id` of yours a retry is the same request.

    Where a caution holds the offer back and allows it, give a reason in `overrides`.
    """

    model_config = _example(client_id=_CLIENT, terms=_TERMS)

    id: Id7 | None = None
    client_id: UUID
    terms: Terms
    overrides: Overrides = ()


class MoveIn(In):
    """One thing somebody does. Nothing in it is needed, least of all a reason.

    A device that may be offline sends `id` (made once, so a retry is the same move),
    `at` (its clock) and `seen` (the `version` it knew).
    """

    model_config = _example(id=_ID, at=_AT, seen=3)

    id: Id7 | None = None
    at: Moment | None = None
    seen: Annotated[Whole, Field(ge=1)] | None = None
    reason: Note | None = None
    reason_shared: Flag = False


class AcceptIn(MoveIn):
    """Yes to the terms of one revision, with the grants given. `do` must be given."""

    model_config = _example(revision=1, grants=_GRANTS)

    revision: Revision
    grants: GrantsIn


class DeclineIn(MoveIn):
    """No. Beside agreed terms, name the revision of the new offer."""

    model_config = _example(revision=1)

    revision: Revision | None = None


class NotNowIn(MoveIn):
    """Not now; the offer stays open. Without a day it is a week."""

    model_config = _example(until="2026-03-09T08:00:00Z")

    until: Moment | None = None


class CounterIn(MoveIn):
    """Other terms that you would do. The grants hold once the therapist agrees."""

    model_config = _example(terms=_TERMS, grants=_GRANTS)

    terms: Terms
    grants: GrantsIn = GrantsIn(do=True)


class AnswerCounterIn(MoveIn):
    """Which counter-proposal is meant."""

    model_config = _example(revision=2)

    revision: Revision


class AgreeIn(AnswerCounterIn):
    """Yes to a counter-proposal, with reasons where a caution asks for one."""

    overrides: Overrides = ()


class TakeBackIn(MoveIn):
    """Take your counter-proposal back; the offer stands as before."""

    model_config = _example(revision=2)

    revision: Revision | None = None


class ReviseIn(MoveIn):
    """New terms. A material change becomes an offer beside what is agreed."""

    model_config = _example(terms=_TERMS)

    terms: Terms
    overrides: Overrides = ()


class GrantsPutIn(MoveIn):
    """The grants as they shall be. Without `do` the assignment ends: a withdrawal."""

    model_config = _example(grants=_GRANTS)

    grants: GrantsIn


class AnswerIn(In):
    """What you say about one occurrence; a device adds id, clock and what it knew."""

    model_config = _example(answer="not_today")

    answer: Answer
    id: Id7 | None = None
    at: Moment | None = None
    seen: Annotated[Whole, Field(ge=0, le=10_000)] | None = None
    reason: Note | None = None
    reason_shared: Flag = False


class AssignmentOut(Out):
    """An assignment and where it stands. `terms` are the agreed ones, else the offer's.

    `offered_revision` beside `agreed_revision` is a new offer that waits for an answer;
    read its terms under `/terms/{revision}`.
    """

    model_config = _example(**_ASSIGNMENT)

    id: UUID
    client_id: UUID
    state: State
    version: int
    agreed_revision: int | None
    offered_revision: int | None
    counter_revision: int | None
    latest_revision: int
    grants: GrantsOut
    paused_by: PausedBy | None
    not_now_until: Moment | None
    lapses_at: Moment | None
    offered_at: Moment
    changed_at: Moment
    terms_revision: int
    terms: Terms


class OfferedOut(AssignmentOut):
    """An assignment, and what is to be minded with the terms just given."""

    model_config = _example(**_ASSIGNMENT, cautions=[CAUTION | {"effect": "warn"}])

    cautions: list[CautionOut]


class TermsOut(Out):
    """One revision of the terms; it never changes.

    `cautions` are what there is to mind with them as things are now; `overrides` why the
    therapist went on all the same, for the care team's eyes: null to a client.
    """

    model_config = _example(
        revision=1,
        proposed_by="therapist",
        is_material=True,
        made_at=_AT,
        exercise_version_id=_ID,
        terms=_SHOWN,
        cautions=[CAUTION | {"overridden": True}],
        overrides=[OVERRIDE],
    )

    revision: int
    proposed_by: Actor
    is_material: bool
    made_at: Moment
    exercise_version_id: UUID
    terms: Terms
    cautions: list[CautionOut]
    overrides: list[OverrideOut] | None


class HistoryEntryOut(Out):
    """One move. A reason is there only where its maker lets you read it."""

    model_config = _example(
        id=_ID,
        verb="accept",
        actor="client",
        at=_AT,
        received_at=_AT,
        revision=1,
        grants=_GRANTS,
        until=None,
        took_effect=True,
        reason=None,
        reason_shared=False,
    )

    id: UUID
    verb: Verb
    actor: Actor
    at: Moment
    received_at: Moment
    revision: int | None
    grants: GrantsOut | None
    until: Moment | None
    took_effect: bool
    reason: str | None
    reason_shared: bool


class HistoryOut(Out):
    """Every move, in the order in which they were heard of."""

    items: list[HistoryEntryOut]


Asked = Literal[
    "not_due",
    "window_open",
    "over",
    "declined",
    "not_safe_to",
    "skipped_other",
    "paused",
    "safety_hold",
    "cancelled",
    "superseded",
]


class OccurrenceOut(Out):
    """One planned occurrence. `asked` says whether anything is asked just now;
    what was done is told by completions and progress, which name the same `key`.
    """

    model_config = _example(
        key="1.3",
        revision=1,
        ordinal=3,
        opens_at=_AT,
        due_at=_AT,
        closes_at=_AT,
        grace_until=_AT,
        local="2026-03-02T09:00:00",
        zone="Europe/Berlin",
        answer=None,
        answers=0,
        asked="window_open",
    )

    key: str
    revision: int
    ordinal: int
    opens_at: Moment
    due_at: Moment
    closes_at: Moment
    grace_until: Moment
    local: WallTime
    zone: str
    answer: Answer | None
    answers: int
    asked: Asked


class OccurrencesOut(Out):
    """The occurrences of a time, by due moment; none where it is as-needed."""

    items: list[OccurrenceOut]


class AnswerOut(Out):
    """The answer that holds for an occurrence, and how many were given."""

    model_config = _example(key="1.3", answer="not_today", answers=1, at=_AT)

    key: str
    answer: Answer
    answers: int
    at: datetime


class ClientMoveIn(In):
    """A move that a device kept while it was offline."""

    model_config = _example(
        id=_ID, verb="accept", at=_AT, seen=1, revision=1, grants=_GRANTS
    )

    id: Id7
    verb: ClientVerb
    at: Moment
    seen: Annotated[Whole, Field(ge=1)]
    revision: Revision | None = None
    grants: GrantsIn | None = None
    until: Moment | None = None
    terms: Terms | None = None
    reason: Note | None = None
    reason_shared: Flag = False
