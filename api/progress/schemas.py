"""What goes over the wire about progress: series, figures, adherence, summaries.

Reading only. There is no total, no score of a person, and no field that counts what a
client did not do: the client's own view has no such number at all.
"""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from api.foundation.schemas import Out

_WINDOW = {"from": "2026-03-02", "to": "2026-05-18"}
_MEDIAN = {
    "value": -2.0,
    "n": 12,
    "window": _WINDOW,
    "method": "median",
    "interval": None,
    "reason": None,
}
_RATIO = {
    "value": 0.75,
    "n": 12,
    "window": _WINDOW,
    "method": "completed / counted",
    "interval": None,
    "reason": None,
}
_TREND = {
    "n": 12,
    "points": 12,
    "window": _WINDOW,
    "method": "theil_sen+mann_kendall",
    "change": -3.0,
    "slope_per_week": -0.25,
    "interval": [-0.4, -0.1],
    "tau": -0.48,
    "p": 0.03,
    "p_method": "normal",
    "provisional": False,
    "word": "going down",
    "reason": None,
    "method_notes": [],
}
_POINT = {
    "at": "2026-03-02T18:05:00Z",
    "day": "2026-03-02",
    "value": -2,
    "code": None,
    "stopped": False,
    "parts": {"before": 6, "after": 4},
}
_SERIES = {
    "id": "paced-breath.distress",
    "exercise": "paced-breath",
    "exercise_title": "Paced breath",
    "measure": "distress",
    "title": "Upset before and after",
    "formula": "distress_change",
    "better": "lower",
    "n": 12,
    "window": _WINDOW,
    "levels": [],
    "points": [_POINT],
    "breaks": [],
    "gaps": False,
    "sparse": False,
    "figures": {"median_change": _MEDIAN},
    "counts": {},
    "trend": _TREND,
    "words": ["Noted on 12 days, from 2 Mar 2026 to 18 May 2026."],
    "notes": [],
}
_DOSE = {
    "minutes": {**_MEDIAN, "value": 61.5, "method": "sum"},
    "runs": 12,
    "distinct_days": 11,
    "engagement": {**_MEDIAN, "value": 3.0},
}
_CLIENT = "01890a5d-ac96-774b-bcce-b302099a8057"


def _example(**members: Any) -> ConfigDict:
    return ConfigDict(**Out.model_config, json_schema_extra={"examples": [members]})


class WindowOut(Out):
    """First and last local day that went in, both included."""

    from_: date = Field(alias="from")
    to: date


class FigureOut(Out):
    """One computed number. Where `value` is null, `reason` says why."""

    value: float | None
    n: int = Field(description="How many readings went in.")
    window: WindowOut | None
    method: str
    interval: Annotated[list[float], Field(min_length=2, max_length=2)] | None
    reason: str | None = Field(
        description="A stable code such as insufficient_runs, no_data or not_shared."
    )


class PointOut(Out):
    """One reading. `value` is what a chart draws; `code` stands where it is no number."""

    at: datetime
    day: date = Field(description="The client's local day.")
    value: float | None
    code: str | None
    stopped: bool = Field(
        description="Ended by choice: shown, and left out of medians and slopes."
    )
    parts: dict[str, Any]


class TrendOut(Out):
    """What may be said of direction with this many days; the rest is null."""

    n: int = Field(description="Days with a point.")
    points: int
    window: WindowOut | None
    method: str
    change: float | None
    slope_per_week: float | None
    interval: Annotated[list[float], Field(min_length=2, max_length=2)] | None
    tau: float | None
    p: float | None
    p_method: str | None
    provisional: bool
    word: str | None = Field(description="From five days on.")
    reason: str | None
    method_notes: list[str]


class SeriesOut(Out):
    """One measure of one exercise over time: points, figures, trend, words."""

    model_config = _example(**_SERIES)

    id: str = Field(description="`<exercise>.<measure>`, also the name of its chart.")
    exercise: str
    exercise_title: str
    measure: str
    title: str
    formula: str
    better: str | None
    n: int
    window: WindowOut | None
    levels: list[str] = Field(description="Names of the values 0, 1, 2 where ordinal.")
    points: list[PointOut]
    breaks: list[int] | None = Field(
        description="Before these points a line is interrupted; null: draw no line."
    )
    gaps: bool
    sparse: bool
    figures: dict[str, FigureOut]
    counts: dict[str, int]
    trend: TrendOut | None
    words: list[str]
    notes: list[str]


class ProgressOut(Out):
    """All series of a client that the caller may read."""

    model_config = _example(
        client_id=_CLIENT,
        parameter_set="attune.progress.1",
        complete=True,
        series=[_SERIES],
    )

    client_id: UUID
    parameter_set: str = Field(description="Names the rules and limits in force.")
    complete: bool = Field(
        description="False where only the newest 2,000 runs went in; narrow with `to`."
    )
    series: list[SeriesOut]


class DoseOut(Out):
    """How much was done, apart from what was planned."""

    minutes: FigureOut
    runs: int
    distinct_days: int
    engagement: FigureOut = Field(description="Median effort of finished runs, 0-4.")


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

    model_config = _example(
        view="therapist",
        client_id=_CLIENT,
        parameter_set="attune.progress.1",
        adherence_strict=_RATIO,
        adherence_weighted=_RATIO,
        choice_rate={**_RATIO, "value": 0.2, "method": "choices / (counted + choices)"},
        denominator=12,
        completed=9,
        choices_exercised=3,
        stops_that_complete=0,
        as_needed=0,
        dose=_DOSE,
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

    model_config = _example(
        view="client",
        client_id=_CLIENT,
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
        percentages=None,
    )

    view: Literal["client"]
    client_id: UUID
    parameter_set: str
    did: list[DidOut]
    choices: list[ChoiceOut]
    dose: DoseOut
    percentages: RatiosOut | None


AdherenceOut = Annotated[
    TherapistAdherence | ClientAdherence, Field(discriminator="view")
]


class SummaryOut(Out):
    """One assignment at a glance: what was done, and where its series stand."""

    assignment_id: UUID
    client_id: UUID
    exercise: str = Field(examples=["paced-breath"])
    exercise_title: str = Field(examples=["Paced breath"])
    parameter_set: str = Field(examples=["attune.progress.1"])
    adherence: AdherenceOut
    series: list[SeriesOut]
