"""What one number looks like over the wire: value, n, window, method, reason.

The pieces that every view of progress is made of, with their examples.
"""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from api.foundation.schemas import Out

WINDOW = {"from": "2026-03-02", "to": "2026-05-18"}
MEDIAN = {
    "value": -2.0,
    "n": 12,
    "window": WINDOW,
    "method": "median",
    "interval": None,
    "reason": None,
}
RATIO = {
    "value": 0.75,
    "n": 12,
    "window": WINDOW,
    "method": "completed / counted",
    "interval": None,
    "reason": None,
}
TREND = {
    "n": 12,
    "points": 12,
    "window": WINDOW,
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
    "band": None,
}
CLIENT = "01890a5d-ac96-774b-bcce-b302099a8057"


def example(**members: Any) -> ConfigDict:
    """Give the model config of an answer with this example."""
    return ConfigDict(**Out.model_config, json_schema_extra={"examples": [members]})


Count = int | None
"""A whole number; null only in the view of a client who hides numbers."""


class WindowOut(Out):
    """First and last local day that went in, both included."""

    from_: date = Field(alias="from")
    to: date


class FigureOut(Out):
    """One computed number. Where `value` is null, `reason` says why."""

    value: float | None
    n: Count = Field(description="How many readings went in.")
    window: WindowOut | None
    method: str
    interval: Annotated[list[float], Field(min_length=2, max_length=2)] | None
    reason: str | None = Field(
        description="A stable code such as insufficient_runs, no_data or numbers_hidden."
    )


class BandOut(Out):
    """The usual range of one's own last 60 days; null with a reason below 14 of them."""

    n: Count = Field(description="Days within the last 60 of the series.")
    window: WindowOut | None
    method: str
    middle: float | None
    low: float | None
    high: float | None
    newest: Literal["inside", "above", "below"] | None = Field(
        description="Where the newest day lies. Outside is worth a look, no more."
    )
    reason: str | None


class TrendOut(Out):
    """What may be said of direction with this many days; the rest is null."""

    n: Count = Field(description="Days with a point.")
    points: Count
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
    band: BandOut | None = Field(description="The usual range; null below three days.")
