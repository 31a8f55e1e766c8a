"""The exercise document: the one typed definition from which everything else is made.

It says what is asked, never to whom or when. A published document is complete in itself.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from pydantic import Field, JsonValue

from api.exercises.steps import Step
from api.exercises.words import (
    Code,
    Label,
    Length,
    Many,
    Number,
    Ref,
    Sentence,
    Slug,
    Written,
)

Setting = Literal["solo", "therapist", "trusted", "group"]
Phase = Literal[
    "steadying", "self_trust", "sense_making", "boundaries", "graded_trust", "any"
]
Kind = Literal["exercise", "reading", "signs", "prompt", "questionnaire", "marker"]
"""What an item of the library is: something to do, a card to read, a list of signs, a
prompt to write from, a standard questionnaire, or a marker that only records what was
done in session and is never offered."""
# Source: reference §4.7. What an answer may say that somebody has to hear of.
SignalCode = Literal[
    "self_harm",
    "unsafe",
    "unreal",
    "resource_turned",
    "contact_urge",
    "contact_event",
    "shame",
    "feared_outcome",
]
# Source: reference §2.1 contraindication codes.
PrecautionCode = Literal[
    "dissoc",
    "panic",
    "resp",
    "gaze",
    "live",
    "legal",
    "device",
    "acute",
    "grief",
]


class Precaution(Written):
    """What a flag on the client's profile does here: warn, or block in these settings."""

    code: PrecautionCode
    effect: Literal["warn", "block"]
    note: Sentence
    settings: Many[Setting] = ()


class Minutes(Written):
    """How long one run takes, in minutes."""

    least: Length
    most: Length


class Repeat(Written):
    """How many rounds a part may have in one run."""

    at_least: int = Field(default=0, ge=0, le=50)
    at_most: int = Field(ge=1, le=50)


class Part(Written):
    """Steps that belong together. A `later` part is a follow-up, days after the run."""

    id: Code
    title: Label | None = None
    when: Literal["now", "later"] = "now"
    repeat: Repeat | None = None
    steps: Many[Step] = Field(min_length=1, max_length=60)


class MeasureSpec(Written):
    """A derived measure of the run, by a formula of the closed set."""

    id: Code
    formula: Code
    title: Label
    inputs: dict[Code, Ref] = Field(default_factory=dict, alias="from")
    better: Literal["lower", "higher"] | None = None
    options: dict[Code, JsonValue] = Field(default_factory=dict)


class Signal(Written):
    """An answer that the safety room listens to: codes of a step, a range, or any answer.

    A step of a part that repeats is looked at in each of its rounds. What follows from a signal is a rule of the safety room, never of the exercise.
    """

    code: SignalCode
    step: Ref
    codes: Many[Code] | None = Field(default=None, alias="is", min_length=1)
    at_least: Number | None = None
    at_most: Number | None = None


class Protocol(Written):
    """An exercise, or another item of the library, whole.

    `intensity` grades how much it may stir up, 1 (gentle) to 5; `cooldown_hours` is the
    rest that the titration brake asks for after a run that made it worse. `credit` and
    `licence` say whose words it shows. What is `in_session_only` is asked in a private
    appointment, with the therapist there and without any reminder.
    """

    format: Literal[1] = 1
    slug: Slug
    kind: Kind = "exercise"
    library_id: str | None = Field(default=None, pattern=r"^[ERSJ][0-9]{2}$")
    instrument: Code | None = None
    credit: Sentence | None = None
    licence: Sentence | None = None
    in_session_only: Literal[True] | None = None
    title: Label
    purpose: Sentence
    locale: str = Field(default="en", pattern=r"^[a-z]{2}(-[A-Z]{2})?$")
    modality: Code
    phase: Phase
    settings: Many[Setting] = Field(min_length=1)
    evidence: Literal["B", "C", "D"]
    minutes: Minutes
    needs: Many[Label] = Field(default=(), max_length=20)
    safety: Many[Sentence] = Field(default=(), max_length=20)
    precautions: Many[Precaution] = Field(default=(), max_length=20)
    easier: Many[Slug] = Field(default=(), max_length=10)
    tags: Many[Code] = Field(default=(), max_length=20)
    stop_is_success: bool = False
    intensity: int = Field(default=1, ge=1, le=5)
    cooldown_hours: int = Field(default=0, ge=0, le=336)
    frame: Literal["standard", "none"] = "none"
    parts: Many[Part] = Field(min_length=1, max_length=20)
    measures: Many[MeasureSpec] = Field(default=(), max_length=30)
    signals: Many[Signal] = Field(default=(), max_length=20)


def each_step(protocol: Protocol) -> Iterator[tuple[str, Part, Step]]:
    """Walk every step in order as (reference, part, step)."""
    for part in protocol.parts:
        for step in part.steps:
            yield f"{part.id}.{step.id}", part, step


def to_document(protocol: Protocol) -> dict[str, Any]:
    """Write the document as JSON values, defaults filled in, absent things left out."""
    return protocol.model_dump(mode="json", by_alias=True, exclude_none=True)


def from_document(document: Mapping[str, Any]) -> Protocol:
    """Read a document that is known to be sound (it was published, or just checked)."""
    return Protocol.model_validate(document)
