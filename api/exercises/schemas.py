"""Exercises over the wire: drafts in, summaries, versions, faults and differences out."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from api.exercises.difference import Weight
from api.exercises.protocol import Kind, Phase
from api.exercises.schemas_examples import (
    DOCUMENT,
    SUMMARY,
    TRANSLATED,
    TRANSLATION,
    VERSION,
)
from api.exercises.tables import Origin
from api.foundation.schemas import Flag, In, Moment, Out, Slug, Whole


def _example(**values: Any) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [values]})


Written = Annotated[
    dict[str, Any],
    Field(description="The exercise document; a draft may still have faults"),
]


class DraftIn(In):
    """A draft, whole. It may have faults; publishing lists them."""

    model_config = _example(document=DOCUMENT)

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
    """An item of the library as a list shows it. `latest` is 0 while nothing is published.

    `title` and `purpose` are in the language of `locale`; all else is the same in each.
    """

    model_config = _example(**SUMMARY)

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
    steps: list[str] = Field(description="The types of its steps, each once")
    instrument: str | None = Field(
        description="The standard questionnaire that an item of this kind asks"
    )
    locale: str | None = Field(description="The language of title and purpose")
    locales: list[str] = Field(
        description="The languages it can be read in, its own first"
    )
    stop_is_success: bool
    latest: int
    forked_from: ForkedFrom | None
    has_draft: bool
    created_at: Moment
    retired_at: Moment | None


class DraftOut(Out):
    """A draft as it stands."""

    model_config = _example(slug="three-calm-breaths", document=DOCUMENT)

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

    model_config = _example(**VERSION)

    id: UUID
    exercise_id: UUID
    slug: str
    number: int
    change: Weight | None = Field(description="Against the version before it")
    wording_fix: bool
    content_hash: str = Field(
        description="SHA-256 of the document in its own language, in hex"
    )
    published_at: Moment


class VersionDocumentOut(VersionOut):
    """A published version: it never changes, so keep it as long as you like.

    Its words in another language may be written anew: keep those by `revision`.
    """

    model_config = _example(
        **VERSION,
        locale="en",
        locales=["en", "de"],
        translation_revision=None,
        document=DOCUMENT,
    )

    locale: str = Field(description="The language of the document's texts")
    locales: list[str] = Field(
        description="The languages it can be read in, its own first"
    )
    translation_revision: int | None = Field(
        description="Which writing of the translation; null in the version's own language"
    )
    document: dict[str, Any]


class TranslationIn(In):
    """A version's document in other words; whatever is no text is as it was."""

    model_config = _example(document=TRANSLATED)

    document: Written


class TranslationOut(Out):
    """A translation of a version, without its document."""

    model_config = _example(**TRANSLATION)

    id: UUID
    slug: str
    number: int
    locale: str
    revision: int = Field(description="1, and one more each time it is written anew")
    origin: Origin = Field(description="Whether the library or the practice wrote it")
    content_hash: str = Field(description="SHA-256 of the translated document, in hex")
    made_at: Moment


class TranslationDocumentOut(TranslationOut):
    """A translation with its document, as it is kept."""

    model_config = _example(**TRANSLATION, document=TRANSLATED)

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
