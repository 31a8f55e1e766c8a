"""Feedback over the wire: looks and comments, and markers of sessions."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator

from api.foundation.schemas import Flag, Id7, In, Moment, Note, Out, Slug, Whole

_ID = "0198c8a4-6f2e-7c31-9a51-0f7d3f0b1c2d"
_RUN = "01890a5d-ac96-774b-bcce-b302099a8058"
_CLIENT = "01890a5d-ac96-774b-bcce-b302099a8056"
_AT = "2026-05-06T09:00:00Z"
_COMMENT: dict[str, Any] = {
    "id": _ID,
    "completion_id": _RUN,
    "by": "Tess",
    "text": "Thank you for letting me see this.",
    "made_at": _AT,
    "taken_back_at": None,
}
_LOOK: dict[str, Any] = {"by": "Tess", "seen_at": _AT, "changed_since": False}
_MARKER: dict[str, Any] = {
    "id": _ID,
    "held_on": "2026-05-04",
    "target_code": "kitchen_door",
    "distress_start": 8,
    "distress_end": 3,
    "validity_start": 2,
    "validity_end": 5,
    "closure_done": True,
    "after_care": "orient-and-ground",
}

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Distress = Annotated[Whole, Field(ge=0, le=10)]
Validity = Annotated[Whole, Field(ge=1, le=7)]


def _example(**members: Any) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [members]})


class CommentIn(In):
    """What you say to a run. Your app makes the id, so that a retry is the same."""

    model_config = _example(id=_ID, text=_COMMENT["text"])

    id: Id7
    text: Note


class CommentOut(Out):
    """What a therapist said to a run; `text` is null once it was taken back."""

    model_config = _example(**_COMMENT)

    id: UUID
    completion_id: UUID
    by: str
    text: str | None
    made_at: Moment
    taken_back_at: Moment | None


class LookOut(Out):
    """Who has seen a run. `changed_since`: it was changed after that."""

    model_config = _example(**_LOOK)

    by: str
    seen_at: Moment
    changed_since: bool


class FeedbackOut(Out):
    """What was said back about one run: who saw it, and what they said."""

    model_config = _example(completion_id=_RUN, seen=[_LOOK], comments=[_COMMENT])

    completion_id: UUID
    seen: list[LookOut]
    comments: list[CommentOut]


class MarkerIn(In):
    """That something was done in session: codes and numbers, and no story.

    `distress` is 0-10 at the start and at the end, `validity` (VOC) 1-7. Leave out what
    was not asked. `target_code` is a word of your own that tells nobody else anything.
    """

    model_config = _example(**_MARKER)

    id: Id7
    held_on: Annotated[date, Field(ge=date(1990, 1, 1), le=date(2199, 12, 31))]
    target_code: Code
    distress_start: Distress | None = None
    distress_end: Distress | None = None
    validity_start: Validity | None = None
    validity_end: Validity | None = None
    closure_done: Flag | None = None
    after_care: Slug | None = Field(
        default=None, description="The exercise agreed for afterwards, by its slug."
    )

    @model_validator(mode="after")
    def _ends_have_starts(self) -> "MarkerIn":
        for name in ("distress", "validity"):
            ended = getattr(self, f"{name}_end") is not None
            if ended and getattr(self, f"{name}_start") is None:
                msg = f"{name}_end needs {name}_start"
                raise ValueError(msg)
        return self


class MarkerOut(Out):
    """A session marker; the changes are end minus start, null where one is missing."""

    model_config = _example(
        **_MARKER,
        client_id=_CLIENT,
        distress_change=-5,
        validity_change=3,
        recorded_by=_ID,
        recorded_at=_AT,
    )

    id: UUID
    client_id: UUID
    held_on: date
    target_code: str
    distress_start: int | None
    distress_end: int | None
    distress_change: int | None
    validity_start: int | None
    validity_end: int | None
    validity_change: int | None
    closure_done: bool | None
    after_care: str | None
    recorded_by: UUID
    recorded_at: Moment
