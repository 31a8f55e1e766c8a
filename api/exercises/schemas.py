"""Exercises over the wire: drafts in, summaries, versions, faults and differences out."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from api.exercises.difference import Weight
from api.exercises.protocol import Kind, Phase
from api.exercises.tables import Origin
from api.foundation.schemas import Flag, In, Moment, Out, Slug, Whole

_ID = "0198c8a4-6f2e-7c31-9a51-0f7d3f0b1c2d"
_AT = "2026-03-02T08:00:00Z"
_DOCUMENT: dict[str, Any] = {
    "slug": "three-calm-breaths",
    "title": "Three calm breaths",
    "purpose": "To take a short rest whenever you like.",
    "modality": "self_regulation",
    "phase": "steadying",
    "settings": ["solo"],
    "evidence": "D",
    "minutes": {"least": 1, "most": 1},
    "safety": ["Stop whenever you want to."],
    "frame": "standard",
    "parts": [
        {
            "id": "rest",
            "steps": [
                {
                    "id": "breath",
                    "type": "breath",
                    "prompt": "Take three slow breaths.",
                    "pace": {"in": 4, "out": 6},
                    "cycles": 3,
                },
                {
                    "id": "liked",
                    "type": "scale",
                    "prompt": "How pleasant was it?",
                    "max": 10,
                    "required": True,
                },
            ],
        }
    ],
    "measures": [
        {
            "id": "liked",
            "formula": "scale_value",
            "title": "Pleasant",
            "from": {"value": "rest.liked"},
        }
    ],
}
_SUMMARY: dict[str, Any] = {
    "id": _ID,
    "slug": "three-calm-breaths",
    "origin": "practice",
    "title": "Three calm breaths",
    "purpose": "To take a short rest whenever you like.",
    "kind": "exercise",
    "library_id": None,
    "modality": "self_regulation",
    "phase": "steadying",
    "evidence": "D",
    "settings": ["solo"],
    "tags": [],
    "minutes": {"least": 1, "most": 1},
    "intensity": 1,
    "stop_is_success": False,
    "latest": 1,
    "forked_from": None,
    "has_draft": False,
    "created_at": _AT,
    "retired_at": None,
}
_VERSION: dict[str, Any] = {
    "id": _ID,
    "exercise_id": _ID,
    "slug": "three-calm-breaths",
    "number": 1,
    "change": None,
    "wording_fix": False,
    "content_hash": "9f2c4a7e0b1d3c5f" * 4,
    "published_at": _AT,
}
SCHEMA_EXAMPLE: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Three calm breaths",
    "type": "object",
    "properties": {
        "rest": {
            "type": "object",
            "properties": {
                "liked": {
                    "title": "How pleasant was it?",
                    "type": "integer",
                    "minimum": 0,
                    "maximum": 10,
                }
            },
            "additionalProperties": False,
            "required": ["liked"],
        }
    },
    "additionalProperties": False,
    "required": ["rest"],
}
CARD_EXAMPLE = """\
THREE CALM BREATHS
To take a short rest whenever you like.

Time: 1 minute.
Where: by yourself.
"""


def _example(**values: Any) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [values]})


Written = Annotated[
    dict[str, Any],
    Field(description="The exercise document; a draft may still have faults"),
]


class DraftIn(In):
    """A draft, whole. It may have faults; publishing lists them."""

    model_config = _example(document=_DOCUMENT)

    document: Written


class PublishIn(In):
    """How to publish the draft."""

    model_config = _example(wording_fix=False)

    wording_fix: Flag = Field(
        default=False,
        description="Your word that new wording means the same as before; doses, "
        "safety texts, options and precautions stay material all the same",
    )


class ForkIn(In):
    """What the copy is called."""

    model_config = _example(slug="my-calm-breaths", number=1)

    slug: Slug
    number: Annotated[Whole, Field(ge=1)] | None = Field(
        default=None, description="The version to copy; the latest if you leave it out"
    )


class ForkedFrom(Out):
    """The version an exercise was copied from."""

    slug: str
    number: int


class ExerciseOut(Out):
    """An exercise as a list shows it. `latest` is 0 while nothing is published."""

    model_config = _example(**_SUMMARY)

    id: UUID
    slug: str
    origin: Origin
    title: str | None
    purpose: str | None
    kind: Kind | None = Field(
        description="What the item is. A `marker` records what was done in session and "
        "is never offered to anyone"
    )
    library_id: str | None
    modality: str | None
    phase: Phase | None
    evidence: Literal["B", "C", "D"] | None
    settings: list[str]
    tags: list[str]
    minutes: dict[str, float] | None
    intensity: int | None = Field(
        description="How much it may stir up, from 1 (gentle) to 5"
    )
    stop_is_success: bool
    latest: int
    forked_from: ForkedFrom | None
    has_draft: bool
    created_at: Moment
    retired_at: Moment | None


class DraftOut(Out):
    """A draft as it stands."""

    model_config = _example(slug="three-calm-breaths", document=_DOCUMENT)

    slug: str
    document: Written


class FaultOut(Out):
    """One fault of a draft and its place, as a JSON Pointer into the document."""

    pointer: str
    code: str
    message: str


class CheckOut(Out):
    """What would come of publishing the draft now."""

    model_config = _example(
        sound=False,
        change=None,
        faults=[
            {
                "pointer": "/parts/0/steps/1/min",
                "code": "range",
                "message": "The smallest number is not below the largest.",
            }
        ],
    )

    sound: bool
    change: Weight | None = Field(
        description="Against the latest version; null while there is none, or a fault"
    )
    faults: list[FaultOut]


class VersionOut(Out):
    """A published version, without its document."""

    model_config = _example(**_VERSION)

    id: UUID
    exercise_id: UUID
    slug: str
    number: int
    change: Weight | None = Field(description="Against the version before it")
    wording_fix: bool
    content_hash: str = Field(description="SHA-256 of the document, in hex")
    published_at: Moment


class VersionDocumentOut(VersionOut):
    """A published version: it never changes, so keep it as long as you like."""

    model_config = _example(**_VERSION, document=_DOCUMENT)

    document: dict[str, Any]


class ChangeOut(Out):
    """One difference: of the exercise (empty place), a part, a step or a measure."""

    place: str
    field: str | None
    kind: Literal["added", "removed", "changed", "moved"]
    weight: Weight
    before: str | None


class DifferenceOut(Out):
    """What changed between two versions. A material change is a new offer."""

    model_config = _example(
        slug="three-calm-breaths",
        before=1,
        after=2,
        weight="material",
        changes=[
            {
                "place": "rest.breath",
                "field": "cycles",
                "kind": "changed",
                "weight": "material",
                "before": None,
            }
        ],
    )

    slug: str
    before: int
    after: int
    weight: Weight | None = Field(description="Null if nothing changed")
    changes: list[ChangeOut]
