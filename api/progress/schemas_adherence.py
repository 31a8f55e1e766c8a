"""What goes over the wire about what was done: adherence, dose, engagement.

The client's own view has no number of what was left undone.
"""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from api.foundation.schemas import Out
from api.progress.schemas_figures import (
    CLIENT,
    MEDIAN,
    RATIO,
    Count,
    FigureOut,
    example,
)

_ENGAGEMENT = {
    "reviews": 12,
    "medians": {"mastery": {**MEDIAN, "value": 70.0}},
    "obstacles": {"no_time": 2},
    "next_time": {"same": 9},
}
_DOSE = {
    "minutes": {**MEDIAN, "value": 61.5, "method": "sum"},
    "runs": 12,
    "distinct_days": 11,
    "engagement": {**MEDIAN, "value": 3.0},
}


class DoseOut(Out):
    """How much was done, apart from what was planned."""

    minutes: FigureOut
    runs: Count
    distinct_days: Count
    engagement: FigureOut = Field(description="Median effort of finished runs, 0-4.")


class EngagementOut(Out):
    """What the short reviews said; ended-by-choice runs are in the counts alone."""

    reviews: Count
    medians: dict[str, FigureOut] = Field(
        description="Median of each rating, such as mastery (0-100) or helpfulness (-1-4)."
    )
    obstacles: dict[str, Count] = Field(description="How often each was named.")
    next_time: dict[str, Count] = Field(description="How often each was wished for.")


class RatiosOut(Out):
    """What was done out of what counted; choices are in neither number."""

    adherence_strict: FigureOut
    adherence_weighted: FigureOut


class TherapistPart(Out):
    """Adherence of one assignment, as far as it is shared."""

    assignment_id: UUID
    exercise: str
    exercise_title: str
    adherence_strict: FigureOut
    adherence_weighted: FigureOut
    choice_rate: FigureOut
    denominator: int
    completed: int
    choices_exercised: int
    stops_that_complete: int
    as_needed: int


class TherapistAdherence(Out):
    """What the therapist reads: shared occurrences only, choices outside the ratios."""

    model_config = example(
        view="therapist",
        client_id=CLIENT,
        parameter_set="attune.progress.1",
        adherence_strict=RATIO,
        adherence_weighted=RATIO,
        choice_rate={**RATIO, "value": 0.2, "method": "choices / (counted + choices)"},
        denominator=12,
        completed=9,
        choices_exercised=3,
        stops_that_complete=0,
        as_needed=0,
        dose=_DOSE,
        engagement=_ENGAGEMENT,
        assignments=[],
    )

    view: Literal["therapist"]
    client_id: UUID
    parameter_set: str
    adherence_strict: FigureOut
    adherence_weighted: FigureOut
    choice_rate: FigureOut
    denominator: int
    completed: int
    choices_exercised: int
    stops_that_complete: int
    as_needed: int
    dose: DoseOut
    engagement: EngagementOut
    assignments: list[TherapistPart]


class DidOut(Out):
    """One thing the client did."""

    day: date
    exercise: str
    exercise_title: str
    state: str


class ChoiceOut(Out):
    """One choice the client made: a no, a not-now, a stop, a not-safe-to."""

    day: date
    exercise: str
    exercise_title: str
    kind: str


class ClientAdherence(Out):
    """What the client reads: what they did and the choices they made.

    No count of anything left undone. `percentages` is null unless they asked for it.
    """

    model_config = example(
        view="client",
        client_id=CLIENT,
        parameter_set="attune.progress.1",
        did=[
            {
                "day": "2026-05-18",
                "exercise": "paced-breath",
                "exercise_title": "Paced breath",
                "state": "completed",
            }
        ],
        choices=[],
        dose=_DOSE,
        engagement=_ENGAGEMENT,
        percentages=None,
    )

    view: Literal["client"]
    client_id: UUID
    parameter_set: str
    did: list[DidOut]
    choices: list[ChoiceOut]
    dose: DoseOut
    engagement: EngagementOut
    percentages: RatiosOut | None


AdherenceOut = Annotated[
    TherapistAdherence | ClientAdherence, Field(discriminator="view")
]
