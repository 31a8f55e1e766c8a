"""What charts are made of, as far as the caller may see it. Everything here only reads."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from api.access.caller import Caller
from api.foundation import clock
from api.foundation.database import Database
from api.foundation.errors import Fault, Invalid, NotFound
from api.progress import hiding, queries, service
from api.progress.calibration import Forecast
from api.progress.chart_calendar import TITLE, TITLE_FOR_OTHERS, Done
from api.progress.chart_kinds import Drawer, Kind, drawer, fitting_kinds
from api.progress.chart_reliability import forecasts_of
from api.progress.chart_style import Look
from api.progress.runs import StoredRun, series_of
from api.progress.series import Series
from api.progress.service_adherence import Days


class KindDoesNotFit(Invalid):
    """This kind of chart would bend what the series says."""

    code = "chart-kind"
    title = "This kind of chart does not fit this series"


def fitting(series: Series, kind: Kind | None) -> Drawer:
    """Return how a series is drawn, or refuse a kind that does not fit it."""
    try:
        return drawer(series, kind)
    except ValueError:
        fits = ", ".join(fitting_kinds(series.measure.formula))
        raise KindDoesNotFit(
            f"These kinds fit: {fits}.",
            faults=[Fault("/kind", "chart-kind", f"query: one of {fits}")],
        ) from None


@dataclass(frozen=True, slots=True)
class Past:
    """Ended runs of some days, newest first, as far as the reader may see them.

    `ratings` are distress ratings, where a setback may need them to settle by.
    `hides_numbers` is the client's own lasting wish; `complete` is False where only the
    newest runs went in.
    """

    runs: list[StoredRun]
    ratings: list[tuple[datetime, float]]
    hides_numbers: bool
    complete: bool


async def past(
    store: Database,
    caller: Caller,
    client_id: UUID,
    days: Days,
    *,
    exercise: str | None = None,
    facts_only: bool = False,
) -> Past:
    """Read what is to be drawn. NotFound out of reach.

    `facts_only` takes the runs whose being done may be known, and none of their readings.
    """
    near = service.between(days.first, days.last, exercise)
    found = await queries.runs_of(
        store, caller, client_id, replace(near, facts_only=facts_only)
    )
    every = await service.runs_from(store, caller, found.rows)
    whole = near == queries.Wanted()
    ratings = await service.rated(store, caller, client_id, every, whole=whole)
    runs = [run for run in every if days.hold(run.day)]
    return Past(runs, ratings, found.hides_numbers, found.complete)


def look(caller: Caller, read: Past, name: str, *, numbers: str | None) -> Look:
    """How the caller is shown a chart; numbers only ever go from the client's own view."""
    hidden = hiding.hides(
        own=caller.is_client, preference=read.hides_numbers, asked=numbers == "hidden"
    )
    return Look(name, numbers=not hidden)


async def of_series(
    store: Database, caller: Caller, client_id: UUID, series_id: str, days: Days
) -> tuple[Series, Past]:
    """Return one series to be drawn. NotFound where there is nothing for the caller."""
    exercise, _, measure = series_id.rpartition(".")
    read = await past(store, caller, client_id, days, exercise=exercise)
    found = series_of(read.runs, clock.now(), measure=measure, ratings=read.ratings)
    if not found:
        raise NotFound
    return found[0].series, read


async def done(
    store: Database, caller: Caller, client_id: UUID, days: Days
) -> tuple[list[Done], Past]:
    """Return what was done and when, oldest first: only what may be known at all."""
    read = await past(store, caller, client_id, days, facts_only=True)
    return [Done(run.day, run.version.title) for run in reversed(read.runs)], read


def calendar_title(caller: Caller) -> str:
    """How the calendar is called for its reader."""
    return TITLE if caller.is_client else TITLE_FOR_OTHERS


async def forecasts(
    store: Database, caller: Caller, client_id: UUID, days: Days
) -> tuple[list[Forecast], Past]:
    """Return every forecast the caller may see, over all exercises."""
    read = await past(store, caller, client_id, days)
    found = (one.series for one in series_of(read.runs, clock.now()))
    return forecasts_of(found), read
