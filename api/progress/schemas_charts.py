"""What charts and reports are asked with: days, kinds, names of series. Reading only."""

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import Path, Query

from api.progress.chart_kinds import Kind

First = Annotated[
    date | None,
    Query(
        alias="from", description="First local day, included.", examples=["2026-03-02"]
    ),
]
Last = Annotated[
    date | None,
    Query(alias="to", description="Last local day, included.", examples=["2026-05-18"]),
]
SeriesId = Annotated[
    str,
    Path(
        max_length=101,
        pattern=r"^[a-z0-9-]+\.[a-z][a-z0-9_]*$",
        description="`<exercise>.<measure>`",
        examples=["paced-breath.distress"],
    ),
]
ChartKind = Annotated[
    Kind | None,
    Query(
        description="Another kind of picture that fits the series; 422 names those that do.",
        examples=["pairs"],
    ),
]
Numbers = Annotated[
    Literal["hidden"] | None,
    Query(
        description="For the client: `hidden` gives words, days and codes, and every "
        "number null. A lasting wish is kept under `/v1/me/preferences`."
    ),
]


def answers(media: str, said: str) -> dict[int | str, dict[str, Any]]:
    """Describe an answer that is no JSON."""
    binary = {"type": "string", "format": "binary"}
    schema = binary if media == "application/pdf" else {"type": "string"}
    return {200: {"description": said, "content": {media: {"schema": schema}}}}
