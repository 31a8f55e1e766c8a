"""What goes over the wire about questionnaires over time.

Every class names its parameter set. There is no field for how safe anybody is.
"""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from api.foundation.schemas import Out
from api.progress.schemas_figures import (
    CLIENT,
    TREND,
    WINDOW,
    Count,
    TrendOut,
    WindowOut,
    example,
)

_FILLING = {
    "at": "2026-05-18T18:05:00Z",
    "day": "2026-05-18",
    "stopped": False,
    "score": 8.0,
    "prorated": False,
    "missing": 0,
    "reason": None,
    "bands": [{"set": "phq9.severity", "code": "mild", "label": "Mild"}],
    "cuts": [
        {"cut": "phq9.case_10", "label": "At or above the usual cut", "met": False}
    ],
    "subscales": {},
    "diagnoses": {},
}
_CHANGE = {
    "parameter_set": "phq9.nhs_tt",
    "source": "NHS Talking Therapies",
    "evidence": "seen",
    "n": 2,
    "window": WINDOW,
    "method": "published_threshold",
    "points": -10.0,
    "threshold": 6.0,
    "strict": False,
    "rc": None,
    "reliable": "improvement",
    "cut": 10.0,
    "cut_from": "published",
    "cut_reason": None,
    "crossed": "to_functional",
    "change_class": "recovered",
    "display": "better by more than measurement error, and past the cut",
    "mid_reached": None,
    "reason": None,
    "notes": [],
}
_INDEX = {
    "parameter_set": "phq9.kroenke2001",
    "n": 5,
    "window": WINDOW,
    "method": "reliable_trend_index",
    "sem": 2.44,
    "slope_per_week": -0.5,
    "error_per_week": 0.77,
    "rti": -0.65,
    "p": 0.52,
    "trend": "no_reliable_trend",
    "reason": None,
}
_OUTCOME = {
    "instrument": "phq9",
    "title": "Patient Health Questionnaire-9 (PHQ-9)",
    "credit": "Developed by Drs. Robert L. Spitzer and colleagues.",
    "scale": "sum_0_27",
    "direction": "lower",
    "least": 0,
    "most": 27,
    "n": 5,
    "window": WINDOW,
    "administrations": [_FILLING],
    "baseline": {
        "value": 18.0,
        "at": "2026-03-02T18:05:00Z",
        "n": 1,
        "method": "first",
        "reason": None,
    },
    "latest": _FILLING,
    "changes": [_CHANGE],
    "trend_indices": [_INDEX],
    "trend": TREND,
    "words": ["Your answers are clearly better than at the start."],
    "notes": [],
}
_FLAGS = {
    "parameter_sets": ["phq9.nhs_tt", "gad7.nhs_tt"],
    "n": 2,
    "method": "nhs_talking_therapies",
    "case_at_start": True,
    "reliable_improvement": True,
    "recovery": True,
    "reliable_recovery": True,
    "reliable_deterioration": False,
    "mixed": False,
    "reason": None,
}


class BandCodeOut(Out):
    """The band a score lies in, by one source's set."""

    set: str
    code: str
    label: str


class CutOut(Out):
    """Whether a score meets one source's cut; a screen, never a finding."""

    cut: str
    label: str
    met: bool | None


class AdministrationOut(Out):
    """One filling. Stopped ones are listed and move no figure."""

    model_config = example(**_FILLING)

    at: datetime
    day: date
    stopped: bool
    score: float | None = Field(description="Unrounded; show one decimal at most.")
    prorated: bool = Field(description="Whether a mean stood in for missing answers.")
    missing: Count
    reason: str | None = Field(description="Why there is no score.")
    bands: list[BandCodeOut]
    cuts: list[CutOut]
    subscales: dict[str, float | None]
    diagnoses: dict[str, str | None] = Field(
        description="By published rule; provisional."
    )


class BaselineOut(Out):
    """What later scores are compared with, and by which rule it was found."""

    value: float | None
    at: datetime | None
    n: Count
    method: str
    reason: str | None


class ChangeOut(Out):
    """The change from baseline to the latest filling, by one parameter set."""

    model_config = example(**_CHANGE)

    parameter_set: str
    source: str | None
    evidence: str | None = Field(description="How the numbers of the set were checked.")
    n: Count
    window: WindowOut | None
    method: str | None
    points: float | None = Field(description="Latest minus baseline.")
    threshold: float | None
    strict: bool | None
    rc: float | None
    reliable: Literal["improvement", "none", "worsening"] | None
    cut: float | None
    cut_from: str | None
    cut_reason: str | None
    crossed: Literal["to_functional", "none", "to_clinical"] | None
    change_class: (
        Literal["recovered", "improved", "unchanged", "deteriorated", "harmed"] | None
    )
    display: str | None
    mid_reached: bool | None
    reason: str | None
    notes: list[str]


class TrendIndexOut(Out):
    """The Reliable Trend Index over all fillings, by one parameter set."""

    model_config = example(**_INDEX)

    parameter_set: str | None
    n: Count
    window: WindowOut | None
    method: str
    sem: float | None
    slope_per_week: float | None
    error_per_week: float | None
    rti: float | None
    p: float | None
    trend: Literal["improving", "worsening", "no_reliable_trend"] | None
    reason: str | None


class OutcomeOut(Out):
    """One instrument over time."""

    model_config = example(**_OUTCOME)

    instrument: str
    title: str
    credit: str = Field(description="To be shown wherever the instrument is.")
    scale: str | None = Field(description="The counting; two are never mixed.")
    direction: Literal["lower", "higher"] | None = Field(description="Which is better.")
    least: float | None
    most: float | None
    n: Count
    window: WindowOut | None
    administrations: list[AdministrationOut]
    baseline: BaselineOut
    latest: AdministrationOut | None
    changes: list[ChangeOut] = Field(
        description="One for every parameter set there is."
    )
    trend_indices: list[TrendIndexOut]
    trend: TrendOut
    words: list[str]
    notes: list[str]


class FlagsOut(Out):
    """NHS Talking Therapies flags over PHQ-9 and GAD-7 together."""

    model_config = example(**_FLAGS)

    parameter_sets: list[str]
    n: Count
    method: str
    case_at_start: bool | None
    reliable_improvement: bool | None
    recovery: bool | None
    reliable_recovery: bool | None
    reliable_deterioration: bool | None
    mixed: bool | None
    reason: str | None


class OutcomesOut(Out):
    """Every questionnaire of a client that the caller may read."""

    model_config = example(
        view="therapist",
        client_id=CLIENT,
        parameter_set="attune.progress.1",
        complete=True,
        instruments=[_OUTCOME],
        flags=_FLAGS,
    )

    view: Literal["client", "therapist"]
    client_id: UUID
    parameter_set: str
    complete: bool
    instruments: list[OutcomeOut]
    flags: FlagsOut
