"""The doors of charts: each a picture, and a table twin that holds the same numbers."""

from uuid import UUID

from fastapi import Response

from api.access.caller import MayReadProgress
from api.foundation.database import Store
from api.foundation.routing import room
from api.progress import service_charts as service
from api.progress.chart_calendar import calendar_chart, calendar_table
from api.progress.chart_reliability import reliability_chart, reliability_table
from api.progress.chart_style import CONTENT_SECURITY_POLICY, TABLE_POLICY
from api.progress.schemas_charts import (
    ChartKind,
    First,
    Last,
    Numbers,
    SeriesId,
    answers,
)
from api.progress.service_adherence import Days

router = room("/v1", "progress")

_SVG = answers("image/svg+xml", "A chart with title, description and no script.")
_TABLE = answers("text/html", "A table with a caption.")


def _svg(text: str) -> Response:
    headers = {"Content-Security-Policy": CONTENT_SECURITY_POLICY}
    return Response(text, media_type="image/svg+xml", headers=headers)


def _html(text: str) -> Response:
    headers = {"Content-Security-Policy": TABLE_POLICY}
    return Response(text, media_type="text/html", headers=headers)


@router.get(
    "/clients/{client_id}/charts/calendar.svg",
    operation_id="draw_calendar",
    response_class=Response,
    responses=_SVG,
)
async def draw_calendar(
    caller: MayReadProgress,
    store: Store,
    client_id: UUID,
    first: First = None,
    last: Last = None,
    numbers: Numbers = None,
) -> Response:
    """Draw the calendar of practice: the days on which something was done, nothing else.

    A run ended by choice is something done. A day without anything has no mark. Others
    see what is shared at `fact` or above.
    """
    days = Days(first, last)
    done, past = await service.done(store, caller, client_id, days)
    look = service.look(caller, past, "calendar", numbers=numbers)
    return _svg(calendar_chart(done, look, service.calendar_title(caller)))


@router.get(
    "/clients/{client_id}/charts/calendar.html",
    operation_id="read_calendar_table",
    response_class=Response,
    responses=_TABLE,
)
async def read_calendar_table(
    caller: MayReadProgress,
    store: Store,
    client_id: UUID,
    first: First = None,
    last: Last = None,
    numbers: Numbers = None,
) -> Response:
    """Give the calendar's twin: the same days as a table, with what was done on each."""
    days = Days(first, last)
    done, past = await service.done(store, caller, client_id, days)
    look = service.look(caller, past, "calendar", numbers=numbers)
    return _html(calendar_table(done, look, service.calendar_title(caller)))


@router.get(
    "/clients/{client_id}/charts/reliability.svg",
    operation_id="draw_reliability",
    response_class=Response,
    responses=_SVG,
)
async def draw_reliability(
    caller: MayReadProgress,
    store: Store,
    client_id: UUID,
    first: First = None,
    last: Last = None,
    numbers: Numbers = None,
) -> Response:
    """Draw what was expected beside what came, over all exercises with predictions.

    From five known outcomes on; each place says how many it is made of, with Wilson's
    95 % interval.
    """
    days = Days(first, last)
    found, past = await service.forecasts(store, caller, client_id, days)
    look = service.look(caller, past, "reliability", numbers=numbers)
    return _svg(reliability_chart(found, look))


@router.get(
    "/clients/{client_id}/charts/reliability.html",
    operation_id="read_reliability_table",
    response_class=Response,
    responses=_TABLE,
)
async def read_reliability_table(
    caller: MayReadProgress,
    store: Store,
    client_id: UUID,
    first: First = None,
    last: Last = None,
    numbers: Numbers = None,
) -> Response:
    """Give the diagram's twin: belief, share that came, interval and n, as a table."""
    days = Days(first, last)
    found, past = await service.forecasts(store, caller, client_id, days)
    look = service.look(caller, past, "reliability", numbers=numbers)
    return _html(reliability_table(found, look))


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
    kind: ChartKind = None,
    first: First = None,
    last: Last = None,
    numbers: Numbers = None,
) -> Response:
    """Draw one series as an SVG picture: accessible, for light, dark and paper.

    The kind that fits the formula is chosen: points with slope and interval, pairs of
    before and after, counts of states, a share with its interval, counts of codes,
    beliefs beside outcomes, scores with published bands. `kind` asks for another that
    fits; one that does not is refused (422, `chart-kind`).
    """
    days = Days(first, last)
    found, past = await service.of_series(store, caller, client_id, series, days)
    look = service.look(caller, past, series, numbers=numbers)
    return _svg(service.fitting(found, kind).picture(found, look))


@router.get(
    "/clients/{client_id}/charts/{series}.html",
    operation_id="read_chart_table",
    response_class=Response,
    responses=_TABLE,
)
async def read_chart_table(
    caller: MayReadProgress,
    store: Store,
    client_id: UUID,
    series: SeriesId,
    kind: ChartKind = None,
    first: First = None,
    last: Last = None,
    numbers: Numbers = None,
) -> Response:
    """Give the chart's twin: the same numbers as an HTML table, for those who hear it.

    A `<table>` to put beside the picture; everything in it is escaped.
    """
    days = Days(first, last)
    found, past = await service.of_series(store, caller, client_id, series, days)
    look = service.look(caller, past, series, numbers=numbers)
    return _html(service.fitting(found, kind).table(found, look, None))
