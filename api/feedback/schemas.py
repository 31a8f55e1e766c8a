"""Feedback over the wire: looks and comments, and markers of sessions."""

from typing import Any
from uuid import UUID

from pydantic import ConfigDict

from api.foundation.schemas import Id7, In, Moment, Note, Out

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
    "answers": {
        "marker": {
            "held_at": {"at": "2026-05-04T16:30:00+02:00", "approximate": False},
            "target": "target_1",
            "suds_start": 8,
            "suds_end": 3,
            "closure": "yes",
        }
    },
}


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
    """That something was done in session: answers to the marker, and no story.

    The marker is the library item `trauma-processing-marker`; its latest version says
    what it asks (`GET /v1/exercises/trauma-processing-marker/versions/{n}`).
    """

    model_config = _example(**_MARKER)

    id: Id7
    answers: dict[str, Any]


class MarkerOut(Out):
    """A session marker; `points` holds its readings, as changes from start to end."""

    model_config = _example(
        **_MARKER,
        client_id=_CLIENT,
        exercise_version_id=_RUN,
        points={"distress": {"before": 8, "after": 3, "change": -5, "max": 10}},
        recorded_by=_ID,
        recorded_at=_AT,
    )

    id: UUID
    client_id: UUID
    exercise_version_id: UUID
    answers: dict[str, Any]
    points: dict[str, Any]
    recorded_by: UUID
    recorded_at: Moment
