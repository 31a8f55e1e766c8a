"""What goes over the wire about progress: series, figures, adherence, summaries.

Reading only. There is no total, no score of a person, and no field that counts what a
client did not do: the client's own view has no such number at all.
"""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from api.foundation.schemas import Out
from api.progress.schemas_adherence import AdherenceOut
from api.progress.schemas_figures import (
    CLIENT,
    MEDIAN,
    TREND,
    WINDOW,
    Count,
    FigureOut,
    TrendOut,
    WindowOut,
    example,
)
from api.progress.sides import Side

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
    "side": None,
    "n": 12,
    "window": WINDOW,
    "levels": [],
    "points": [_POINT],
    "breaks": [],
    "gaps": False,
    "sparse": False,
    "figures": {"median_change": MEDIAN},
    "counts": {},
    "trend": TREND,
    "words": ["Noted on 12 days, from 2 Mar 2026 to 18 May 2026."],
    "notes": [],
}
_CHOICE = {
    "at": "2026-03-09T18:05:00Z",
    "day": "2026-03-09",
    "exercise": "paced-breath",
    "exercise_title": "Paced breath",
    "kind": "stopped",
}
_SETBACK = {
    "kind": "setback",
    "at": "2026-03-11T07:00:00Z",
    "noted_on": "2026-03-11",
    "exercise": "setback-plan-and-note",
    "exercise_title": "A setback: plan and note",
    "settled": True,
    "hours": 20.0,
    "plan": {
        "completion_id": "01890a5d-ac96-774b-bcce-b302099a8058",
        "made_at": "2026-03-01T10:00:00Z",
    },
}
_SIDES = {
    "protection": ["honour-a-limit.limits"],
    "connection": ["micro-trust-moment.met"],
    "words": ["The aim is trust that fits what you have seen."],
}


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


class SeriesOut(Out):
    """One measure of one exercise over time: points, figures, trend, words."""

    model_config = example(**_SERIES)

    id: str = Field(description="`<exercise>.<measure>`, also the name of its chart.")
    exercise: str
    exercise_title: str
    measure: str
    title: str
    formula: str
    better: str | None
    side: Side | None = Field(
        description="Which side of progress it shows: protection, connection, or neither."
    )
    n: Count
    window: WindowOut | None
    levels: list[str] = Field(description="Names of the values 0, 1, 2 where ordinal.")
    points: list[PointOut]
    breaks: list[int] | None = Field(
        description="Before these points a line is interrupted; null: draw no line."
    )
    gaps: bool
    sparse: bool
    figures: dict[str, FigureOut]
    counts: dict[str, Count]
    trend: TrendOut | None
    words: list[str]
    notes: list[str]


class SidesOut(Out):
    """Series by the side of progress they show. Growth on either counts; no sum is made."""

    protection: list[str] = Field(
        description="Limits held, and what was noticed early."
    )
    connection: list[str] = Field(description="Small trust, and staying with good.")
    words: list[str] = Field(description="What the aim is, to show with it.")


class MadeChoiceOut(Out):
    """A choice made in a run: a no, an early end, a change of mind, a step left out."""

    at: datetime
    day: date
    exercise: str
    exercise_title: str
    kind: str


class PlanOut(Out):
    """The plan made for a hard patch; its words are in that completion."""

    completion_id: UUID
    made_at: datetime


class SetbackOut(Out):
    """A setback, drawn as an ordinary note. Setbacks are expected."""

    kind: Literal["setback"]
    at: datetime
    noted_on: date
    exercise: str
    exercise_title: str
    settled: bool
    hours: float | None = Field(description="Until settled; null while it is open.")
    plan: PlanOut | None = Field(description="The newest plan made before it.")


class ProgressOut(Out):
    """All series of a client that the caller may read."""

    model_config = example(
        client_id=CLIENT,
        parameter_set="attune.progress.1",
        complete=True,
        series=[_SERIES],
        sides=_SIDES,
        choices=[_CHOICE],
        setbacks=[_SETBACK],
    )

    client_id: UUID
    parameter_set: str = Field(description="Names the rules and limits in force.")
    complete: bool = Field(
        description="False where only the newest 2,000 runs went in; narrow with `to`."
    )
    series: list[SeriesOut]
    sides: SidesOut
    choices: list[MadeChoiceOut]
    setbacks: list[SetbackOut]


class SummaryOut(Out):
    """One assignment at a glance: what was done, and where its series stand."""

    assignment_id: UUID
    client_id: UUID
    exercise: str = Field(examples=["paced-breath"])
    exercise_title: str = Field(examples=["Paced breath"])
    parameter_set: str = Field(examples=["attune.progress.1"])
    adherence: AdherenceOut
    series: list[SeriesOut]
