"""What a device sends after a time away, and what it gets back."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import ConfigDict, Field, SkipValidation

from api.assignments.schemas import AnswerIn, AssignmentOut, ClientMoveIn
from api.assignments.schemas_care import WorseningIn
from api.assignments.terms import Terms
from api.completions.merge import Verdict
from api.completions.schemas import (
    CompletionId,
    CompletionSave,
    OwnOut,
    PartId,
    PartSave,
    SharingChoice,
)
from api.foundation.schemas import Id7, In, Moment, Out, Problem
from api.safety.schemas import SupportOut

MOST_OPERATIONS = 200
_ID = "01890a5d-ac96-774b-bcce-b302099a8059"
_ASSIGNMENT = "01890a5d-ac96-774b-bcce-b302099a8057"


class MoveOp(ClientMoveIn):
    """A move: accept, decline, not now, counter, pause, withdraw, grant and so on."""

    kind: Literal["move"]
    assignment_id: UUID


class OccurrenceOp(AnswerIn):
    """An answer about one planned occurrence: not today, not safe to, and so on."""

    kind: Literal["occurrence"]
    id: Id7
    assignment_id: UUID
    occurrence: Annotated[str, Field(min_length=1, max_length=64)]


class CompletionOp(In):
    """A sending of a run, as in `submit_completion`."""

    kind: Literal["completion"]
    id: Id7
    at: Moment | None = None
    completion_id: CompletionId
    completion: CompletionSave


class PartOp(In):
    """A follow-up part, as in `submit_part`."""

    kind: Literal["part"]
    id: Id7
    at: Moment | None = None
    completion_id: CompletionId
    part: PartId
    follow_up: PartSave


class SharingOp(SharingChoice):
    """A choice about what others may read of a completion.

    `seen` names the choices that the device knew (`sharing.seen` of the completion).
    What two devices chose without knowing of each other ends at the lower level.
    """

    kind: Literal["sharing"]
    id: Id7
    at: Moment
    seen: list[UUID] = Field(default_factory=list, max_length=200)
    completion_id: CompletionId


class WorseningOp(WorseningIn):
    """That something made it worse, as in `report_worsening`."""

    kind: Literal["worsening"]


Operation = Annotated[
    MoveOp | OccurrenceOp | CompletionOp | PartOp | SharingOp | WorseningOp,
    Field(discriminator="kind"),
]
KINDS: dict[str, type[In]] = {
    "move": MoveOp,
    "occurrence": OccurrenceOp,
    "completion": CompletionOp,
    "part": PartOp,
    "sharing": SharingOp,
    "worsening": WorseningOp,
}


class SyncIn(In):
    """Everything a device did since it last came, and where it left off."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "cursor": None,
                    "have": [],
                    "operations": [
                        {
                            "kind": "move",
                            "id": "01890a5d-ac96-774b-bcce-b302099a8060",
                            "at": "2026-05-04T17:58:00Z",
                            "seen": 1,
                            "assignment_id": _ASSIGNMENT,
                            "verb": "accept",
                            "revision": 1,
                            "grants": {"do": True, "remind": False, "share": True},
                        },
                        {
                            "kind": "completion",
                            "id": "01890a5d-ac96-774b-bcce-b302099a8061",
                            "completion_id": "01890a5d-ac96-774b-bcce-b302099a8058",
                            "completion": {
                                "assignment_id": _ASSIGNMENT,
                                "revision": 1,
                                "save": 1,
                                "state": "completed",
                                "started_at": "2026-05-04T18:00:00Z",
                                "ended_at": "2026-05-04T18:07:30Z",
                                "zone": "Europe/Berlin",
                                "answers": {"opening": {"consent": "given"}},
                            },
                        },
                        {
                            "kind": "sharing",
                            "id": _ID,
                            "at": "2026-05-04T18:00:00Z",
                            "seen": [],
                            "completion_id": "01890a5d-ac96-774b-bcce-b302099a8058",
                            "level": "sealed",
                            "kept_back": [],
                        },
                    ],
                }
            ]
        }
    )

    cursor: str | None = Field(
        default=None, max_length=200, description="Of the last answer; null: everything"
    )
    have: list[UUID] = Field(
        default_factory=list,
        max_length=500,
        description="Exercise versions on the device; they are not sent again.",
    )
    operations: list[SkipValidation[Operation]] = Field(
        default_factory=list,
        max_length=MOST_OPERATIONS,
        description="In any order. Each is taken or refused for itself.",
    )


class VerdictOut(Out):
    """What became of an operation.

    applied: it took effect. repeated: it had already. superseded: something that holds
    against it is kept. pending: kept, and waiting for what it belongs to. refused: not
    kept; `problem` says why. `support` comes with a risk answer and where distress rose:
    show it first.
    """

    id: UUID
    verdict: Verdict
    problem: Problem | None
    support: SupportOut | None


class RevisionOut(Out):
    """Terms that an assignment stands on, offers or was countered with."""

    revision: int
    exercise_version_id: UUID
    terms: Terms


class AssignmentChange(AssignmentOut):
    """An assignment as it stands, with all terms a device may need offline."""

    revisions: list[RevisionOut]


class AnswerChange(Out):
    """The answer that holds for an occurrence."""

    assignment_id: UUID
    occurrence: str
    answer: str
    at: Moment


class ExerciseChange(Out):
    """An exercise version, whole."""

    id: UUID
    exercise_id: UUID
    number: int
    document: dict[str, Any]


class PersonChange(Out):
    """Somebody in the client's life, by their private nickname."""

    id: UUID
    nickname: str
    standing: str
    is_shared: bool
    made_at: Moment


class ChangesOut(Out):
    """What changed since the cursor, each thing as it is now."""

    assignments: list[AssignmentChange]
    answers: list[AnswerChange]
    completions: list[OwnOut]
    exercises: list[ExerciseChange]
    people: list[PersonChange]


class SyncOut(Out):
    """Verdicts in the order of the operations, and what the device has to learn."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "verdicts": [
                        {
                            "id": _ID,
                            "verdict": "applied",
                            "problem": None,
                            "support": None,
                        }
                    ],
                    "cursor": "c2lnbmVkLWFuZC1vcGFxdWU",
                    "more": False,
                    "changes": {
                        "assignments": [],
                        "answers": [],
                        "completions": [],
                        "exercises": [],
                        "people": [],
                    },
                }
            ]
        }
    )

    verdicts: list[VerdictOut]
    cursor: str
    more: bool = Field(description="Whether to ask again at once for the rest.")
    changes: ChangesOut
