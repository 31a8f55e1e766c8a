"""Parameter sets: the published numbers behind a threshold, a cut or an important difference.

A set only carries numbers and where they come from. It refuses to mix sources: another study
is another set with another id.
"""

from typing import Literal, Self

from pydantic import model_validator

from api.instruments.words import Many, Number, SetId, Text, Written

Evidence = Literal["seen", "partly_seen", "from_memory", "chosen"]
"""How the number was checked: in a public copy, in part, not at all, or our own default."""

ReliabilityType = Literal["test_retest", "alpha", "icc"]


class Norm(Written):
    """Mean and standard deviation of one group, in points of the scale."""

    mean: Number
    sd: Number


class Norms(Written):
    """The clinical and the functional group that cut-offs a, b and c are made of."""

    clinical: Norm
    functional: Norm


class Reliability(Written):
    """How exactly the scale measures: the pre-treatment SD and a reliability coefficient.

    `interval` says over which time r was found; None where the source does not say.
    """

    sd: Number
    r: Number
    type: ReliabilityType
    interval: Text | None = None


class Threshold(Written):
    """A published reliable-change threshold in points; met at or, if `strict`, above it."""

    points: Number
    strict: bool = False


class Cut(Written):
    """A published cut. Exactly one of the two, so that a score on the cut has one side.

    `case_at`: this score and worse is the clinical side. `functional_at`: this score and
    better is the functional side.
    """

    case_at: Number | None = None
    functional_at: Number | None = None

    @model_validator(mode="after")
    def _one_side(self) -> Self:
        if (self.case_at is None) == (self.functional_at is None):
            raise ValueError("a cut has exactly one of case_at and functional_at")
        return self


class Mid(Written):
    """The smallest difference people notice, in points, as a range of published values."""

    least: Number
    most: Number


class ParameterSet(Written):
    """One source's numbers for one scale. What it does not give is None, never guessed."""

    id: SetId
    source: Text
    evidence: Evidence
    reliability: Reliability | None = None
    threshold: Threshold | None = None
    norms: Norms | None = None
    cut: Cut | None = None
    mid: Mid | None = None
    notes: Many[Text] = ()
