"""From where on a rule fires: the reference's defaults, and how far a practice may move them.

There is deliberately no threshold for AL-1 and AL-2: they fire on every such answer.
Source: reference §4.7.
"""

from typing import Annotated

from pydantic import Field

from api.foundation.schemas import In, Whole

SUPPORT_RISE = 3.0
"""How much distress may rise on 0 to 10 until support comes back. Source: reference §2.1."""
LEAST_RISE = 2
LEAST_URGE = 5
LAST_RUNS = 3
LAST_REVIEWS = 5
MOST_CHOICE = 1
LEAST_SILENT_DAYS = 3


class Thresholds(In):
    """The thresholds of one practice; what is left out is the reference's default."""

    rise: Annotated[Whole, Field(ge=LEAST_RISE, le=5)] = Field(
        default=3, description="AL-4: distress after minus before, on 0 to 10."
    )
    rise_runs: Annotated[Whole, Field(ge=1, le=LAST_RUNS)] = Field(
        default=2, description="AL-4: in how many of the last 3 runs of an exercise."
    )
    shut_down_runs: Annotated[Whole, Field(ge=1, le=LAST_RUNS)] = Field(
        default=2, description="AL-5: in how many of the last 3 runs of an exercise."
    )
    unreal_days: Annotated[Whole, Field(ge=1, le=30)] = Field(
        default=7, description="AL-6: twice within so many days is of high priority."
    )
    urge: Annotated[Whole, Field(ge=LEAST_URGE, le=9)] = Field(
        default=8, description="AL-8: urge to contact, on 0 to 10."
    )
    distress: Annotated[Whole, Field(ge=5, le=9)] = Field(
        default=7, description="AL-8: shame or distress at a contact, on 0 to 10."
    )
    silent_days: Annotated[Whole, Field(ge=LEAST_SILENT_DAYS, le=30)] = Field(
        default=14, description="AL-9: days without a sign after an open alert."
    )
    severity: Annotated[Whole, Field(ge=30, le=90)] = Field(
        default=70, description="AL-10: how bad it was, on 0 to 100."
    )
    mood_score: Annotated[Whole, Field(ge=15, le=24)] = Field(
        default=20, description="AL-11: PHQ-9 total."
    )
    mood_rise: Annotated[Whole, Field(ge=3, le=8)] = Field(
        default=5, description="AL-11: PHQ-9 points within `mood_days`."
    )
    mood_days: Annotated[Whole, Field(ge=7, le=30)] = Field(
        default=14, description="AL-11: within how many days."
    )
    choice: Annotated[Whole, Field(ge=0, le=MOST_CHOICE)] = Field(
        default=1, description="AL-12: `felt_like_my_choice` this low."
    )
    pressure_reviews: Annotated[Whole, Field(ge=2, le=LAST_REVIEWS)] = Field(
        default=3, description="AL-12: in how many of the last 5 reviews."
    )


DEFAULTS = Thresholds()
