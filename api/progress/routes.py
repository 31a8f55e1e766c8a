"""The doors of progress: series, charts, adherence and the summary of an assignment."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Path, Query, Response

from api.access.caller import MayReadProgress
from api.foundation.database import Db, Store
from api.foundation.routing import ready, room
from api.progress import service, service_adherence
from api.progress.chart import CONTENT_SECURITY_POLICY, line_chart, table_twin
from api.progress.schemas import ProgressOut, SummaryOut
from api.progress.schemas_adherence import AdherenceOut
from api.progress.service_adherence import Days

router = room("/v1", "progress")

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
ExerciseSlug = Annotated[
    str | None,
    Query(
        max_length=60,
        description="Only series of this exercise.",
        examples=["paced-breath"],
    ),
]
MeasureId = Annotated[
    str | None,
    Query(
        max_length=40, description="Only series of this measure.", examples=["distress"]
    ),
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
Percentages = Annotated[
    bool,
    Query(description="For the client: show the two ratios too. Off unless asked for."),
]
Numbers = Annotated[
    Literal["hidden"] | None,
    Query(
        description="For the client: `hidden` gives words, days and codes, and every "
        "number null. A lasting wish is kept under `/v1/me/preferences`."
    ),
]
_SVG: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "A chart with title, description and no script.",
        "content": {"image/svg+xml": {"schema": {"type": "string"}}},
    }
}
_TABLE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "A table with caption, one row a point.",
        "content": {"text/html": {"schema": {"type": "string"}}},
    }
}


@router.get(
    "/clients/{client_id}/progress",
    operation_id="read_progress",
    response_model=ProgressOut,
)
async def read_progress(
    caller: MayReadProgress,
    store: Store,
    client_id: UUID,
    exercise: ExerciseSlug = None,
    measure: MeasureId = None,
    first: First = None,
    last: Last = None,
    numbers: Numbers = None,
) -> Response:
    """Read every series you may see: points first, then figures, trend and words.

    The client sees all of their own. Others see runs shared at `scores` or `full`.
    Runs ended by choice are in `points` and change no median, share or slope. `sides`
    groups the series that show protection or connection; `choices` lists the choices
    made; `setbacks` are ordinary notes, each with the plan that was made for it.
    """
    return ready(
        await service.progress(
            store,
            caller,
            client_id,
            exercise=exercise,
            measure=measure,
            first=first,
            last=last,
            hidden=numbers is not None,
        )
    )


@router.get(
    "/clients/{client_id}/charts/{series}.svg",
    operation_id="draw_chart",
    response_class=Response,
    responses=_SVG,
)
async def draw_chart(
    caller: MayReadProgress,
    store: Store,
    client_id: UUID,
    series: SeriesId,
    first: First = None,
    last: Last = None,
) -> Response:
    """Draw one series as an SVG picture: accessible, for light, dark and paper.

    Gaps stay gaps; the slope appears from three days on, its band from five.
    """
    drawn = await service.drawn(
        store, caller, client_id, series, first=first, last=last
    )
    headers = {"Content-Security-Policy": CONTENT_SECURITY_POLICY}
    svg = line_chart(drawn, series)
    return Response(svg, media_type="image/svg+xml", headers=headers)


@router.get(
    "/clients/{client_id}/charts/{series}.html",
    operation_id="read_chart_table",
    responses=_TABLE,
    response_class=Response,
)
async def read_chart_table(
    caller: MayReadProgress,
    store: Store,
    client_id: UUID,
    series: SeriesId,
    first: First = None,
    last: Last = None,
) -> Response:
    """Give the chart's twin: the same points as an HTML table, for those who hear it.

    A `<table>` to put beside the picture; everything in it is escaped.
    """
    drawn = await service.drawn(
        store, caller, client_id, series, first=first, last=last
    )
    headers = {"Content-Security-Policy": "default-src 'none'"}
    return Response(table_twin(drawn), media_type="text/html", headers=headers)


@router.get(
    "/clients/{client_id}/adherence",
    operation_id="read_adherence",
    response_model=AdherenceOut,
)
async def read_adherence(
    caller: MayReadProgress,
    db: Db,
    client_id: UUID,
    first: First = None,
    last: Last = None,
    show_percentages: Percentages = False,
    numbers: Numbers = None,
) -> Any:
    """Read what was done of what was agreed. The answer's `view` says for whom.

    Declines, stops, pauses, holds and unsafe days are outside every ratio. Therapists
    read shared occurrences only; the client reads what they did and chose.
    """
    days = Days(first, last)
    return await service_adherence.of_client(
        db,
        caller,
        client_id,
        days,
        percentages=show_percentages,
        hidden=numbers is not None,
    )


@router.get(
    "/assignments/{assignment_id}/summary",
    operation_id="summarise_assignment",
    response_model=SummaryOut,
)
async def summarise_assignment(
    caller: MayReadProgress,
    db: Db,
    store: Store,
    assignment_id: UUID,
    show_percentages: Percentages = False,
    numbers: Numbers = None,
) -> Any:
    """Read one assignment at a glance: what was done, choices, dose, its series."""
    return await service.summary(
        db,
        store,
        caller,
        assignment_id,
        percentages=show_percentages,
        hidden=numbers is not None,
    )
