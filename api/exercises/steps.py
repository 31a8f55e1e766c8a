"""The seventeen step types of an exercise, as one union told apart by `type`.

Source: reference §2.1 step types. There is deliberately no step that alternates left and
right (rule R1), no step that records a place, and no step that holds a contact address.
"""

from typing import Annotated, Literal, get_args

from pydantic import Field

from api.exercises.step_codes import (
    CONSENT_CODES,
    OTHER,
    OUTCOME_RESULTS,
    REVIEW_FIELDS,
    STATE_CODES,
    TIMER_ENDS,
    ReviewField,
)
from api.exercises.words import (
    Code,
    Label,
    Many,
    MovingSeconds,
    Number,
    Ref,
    Seconds,
    Sentence,
    Written,
)

Role = Literal["pre", "during", "post"]


class Condition(Written):
    """Ask a step only if an earlier answer had one of these codes or lay in this range."""

    step: Ref
    codes: Many[Code] | None = Field(default=None, alias="is", min_length=1)
    at_least: Number | None = None
    at_most: Number | None = None


class StepBase(Written):
    """What every step has. `was` names the step's place in the version before."""

    id: Code
    prompt: Sentence
    help: Sentence | None = None
    required: bool = False
    role: Role | None = None
    only_if: Condition | None = None
    was: Ref | None = None


class Option(Written):
    """One thing to choose: the code is for counting, the label for reading."""

    code: Code
    label: Label


class OptionsBase(Written):
    """A closed set of options, open to the client's own words where `other` is true."""

    options: Many[Option] = Field(min_length=1, max_length=40)
    other: bool = False


class RangeBase(Written):
    """A numeric range with optional words for its two ends."""

    min: Number = 0.0
    max: Number
    whole: bool = True
    unit: Label | None = None
    low: Label | None = None
    high: Label | None = None


class ConsentStep(StepBase):
    """A consent checkpoint, never given by default and never remembered across runs.

    `run` asks for the whole run, `round` for the next round, `inner` for the consent of a
    part of oneself or of one's own wish to go on.
    """

    type: Literal["consent"]
    scope: Literal["run", "round", "inner"] = "run"


class StateStep(StepBase):
    """How the body feels right now, in the client's own choice of six labels."""

    type: Literal["state"]


class ScaleStep(StepBase, RangeBase):
    """A number on a range; `suds` is distress on 0-10 or 0-100."""

    type: Literal["scale"]
    kind: Literal["plain", "suds"] = "plain"


class InstructionStep(StepBase):
    """Something to read and do. `audio` names a recording that the app itself ships."""

    type: Literal["instruction"]
    audio: Code | None = None


class Pace(Written):
    """One breath in seconds: in, hold, out, hold. Holds are 0 unless written."""

    in_: MovingSeconds = Field(alias="in")
    hold: Seconds = 0.0
    out: MovingSeconds
    hold_after: Seconds = 0.0


class NamedPace(Pace):
    """A pace that belongs to one option of a choice step."""

    code: Code


class BreathStep(StepBase):
    """Breath pacing. The client may lower any value and end at any breath.

    `paced_by` names a choice step whose option picks one of `paces`; any other option
    falls back to `pace`, which the app lets the client set.
    """

    type: Literal["breath"]
    pace: Pace
    cycles: int = Field(ge=1, le=200)
    cycles_at_most: int | None = Field(default=None, ge=1, le=200)
    paced_by: Ref | None = None
    paces: Many[NamedPace] = ()


class TimerStep(StepBase):
    """A stretch of time in seconds, ended early without any penalty.

    `chosen_in` names a scale step in which the client picks the length.
    """

    type: Literal["timer"]
    least: int = Field(default=0, ge=0, le=7200)
    usual: int = Field(ge=1, le=7200)
    most: int = Field(ge=1, le=7200)
    chosen_in: Ref | None = None


class ChoiceStep(StepBase, OptionsBase):
    """Pick one."""

    type: Literal["choice"]


class ChecklistStep(StepBase, OptionsBase):
    """Pick any number, also none."""

    type: Literal["checklist"]
    at_most: int | None = Field(default=None, ge=1, le=40)


class TextStep(StepBase):
    """Free text, private by default: short up to 500 characters, long up to 5,000."""

    type: Literal["text"]
    size: Literal["short", "long"] = "short"


class FieldBase(Written):
    """One column of a list whose items have several fields."""

    id: Code
    label: Label
    required: bool = False


class TextField(FieldBase):
    """A few words."""

    type: Literal["text"]


class ChoiceField(FieldBase, OptionsBase):
    """Pick one per item."""

    type: Literal["choice"]


class ScaleField(FieldBase, RangeBase):
    """A number per item."""

    type: Literal["scale"]


class DatetimeField(FieldBase):
    """A moment per item."""

    type: Literal["datetime"]


class PersonField(FieldBase):
    """One of the client's private person aliases per item."""

    type: Literal["person"]
    not_flagged: bool = False


ListField = Annotated[
    TextField | ChoiceField | ScaleField | DatetimeField | PersonField,
    Field(discriminator="type"),
]


class ListStep(StepBase):
    """Several short texts, or several items with the same fields."""

    type: Literal["list"]
    at_least: int = Field(default=0, ge=0, le=30)
    at_most: int = Field(default=10, ge=1, le=30)
    fields: Many[ListField] = Field(default=(), max_length=12)


class AllocationStep(StepBase):
    """A hundred percent, shared out over the things answered in the steps of `of`."""

    type: Literal["allocation"]
    of: Many[Ref] = Field(min_length=1, max_length=8)


class DatetimeStep(StepBase):
    """A moment with its offset; an approximate one is fine."""

    type: Literal["datetime"]
    direction: Literal["past", "future", "any"] = "any"


class PredictionStep(StepBase):
    """What I expect to happen, how strongly I believe it, and when I will know."""

    type: Literal["prediction"]
    belief_label: Label | None = None


class OutcomeStep(StepBase):
    """What happened in the end. `of` names its prediction, or a 0-100 belief scale."""

    type: Literal["outcome"]
    of: Ref | None = None
    severity_label: Label | None = None


class PersonStep(StepBase):
    """A client-private alias, never a contact record.

    `not_flagged`: a person flagged harmful or under review can't be named here (rule R0).
    """

    type: Literal["person"]
    not_flagged: bool = False


class ReviewStep(StepBase):
    """The review block. Source: reference §4.2; an author may ask fewer fields."""

    type: Literal["review"]
    fields: Many[ReviewField] = Field(default=REVIEW_FIELDS, min_length=1)


class ItemOption(Written):
    """One response of a questionnaire item, with its LOINC answer code if it has one."""

    value: int = Field(ge=-1_000, le=1_000)
    label: Label
    loinc: str | None = Field(default=None, pattern=r"^LA[0-9]{1,7}-[0-9]$")


class ItemStep(StepBase):
    """One item of a standard questionnaire, in its published words.

    Answered with a whole number of its responses or their LOINC answer code, or with
    "not_applicable" where it may not apply. `loinc` is the code of the question.
    """

    type: Literal["item"]
    responses: Many[ItemOption] = Field(min_length=2, max_length=101)
    may_not_apply: bool = False
    loinc: str | None = Field(default=None, pattern=r"^[0-9]{1,7}-[0-9]$")


Step = Annotated[
    ConsentStep
    | StateStep
    | ScaleStep
    | InstructionStep
    | BreathStep
    | TimerStep
    | ChoiceStep
    | ChecklistStep
    | TextStep
    | ListStep
    | AllocationStep
    | DatetimeStep
    | PredictionStep
    | OutcomeStep
    | PersonStep
    | ReviewStep
    | ItemStep,
    Field(discriminator="type"),
]

StepType = Literal[
    "consent",
    "state",
    "scale",
    "instruction",
    "breath",
    "timer",
    "choice",
    "checklist",
    "text",
    "list",
    "allocation",
    "datetime",
    "prediction",
    "outcome",
    "person",
    "review",
    "item",
]
STEP_TYPES: frozenset[str] = frozenset(get_args(StepType))


def codes_of(step: StepBase) -> frozenset[str] | None:
    """Give the codes a condition may test in this step, or None if it has none."""
    match step:
        case ConsentStep():
            return frozenset(CONSENT_CODES)
        case StateStep():
            return frozenset(STATE_CODES)
        case TimerStep():
            return frozenset(TIMER_ENDS)
        case OutcomeStep():
            return frozenset(OUTCOME_RESULTS)
        case ChoiceStep() | ChecklistStep():
            own = {option.code for option in step.options}
            return frozenset(own | {OTHER}) if step.other else frozenset(own)
        case _:
            return None
