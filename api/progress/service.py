"""Reading progress: series and charts, as far as the caller may see them.

Everything here only reads. The client sees all of their own; others only runs shared at
`scores` or above, without readings made of steps that are kept back.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from pydantic_core import to_json
from sqlalchemy import tuple_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.access.caller import Caller
from api.assignments import service_reading as assignments
from api.assignments.tables import TermsRevision
from api.exercises import service as exercises
from api.foundation import clock
from api.foundation.database import Database
from api.progress import hiding, notes, queries, service_adherence
from api.progress.pages import Pages
from api.progress.queries import Found, Wanted
from api.progress.remembered import Remembered
from api.progress.rhythm import interval_days
from api.progress.runs import (
    Picked,
    StoredRun,
    VersionFacts,
    all_from_json,
    facts_of,
    moment_of,
    ratings_of,
    series_of,
    stored_run,
)
from api.progress.views import PARAMETER_SET, Reader, series_view

# A day may begin 14 hours before and end 12 hours after it does in UTC.
_WIDEST_ZONE = timedelta(hours=14)

_LONGEST_KEPT = timedelta(hours=1)

_PAGES = Pages()
_VERSIONS: Remembered[tuple[UUID, Any], VersionFacts] = Remembered(2_000)
_RHYTHMS: Remembered[tuple[UUID, Any, int], float | None] = Remembered(20_000)


def reader_of(caller: Caller) -> Reader:
    """In whose words the answer is."""
    return "client" if caller.is_client else "therapist"


def between(
    first: date | None,
    last: date | None,
    exercise: str | None = None,
    assignment_id: UUID | None = None,
) -> Wanted:
    """Which runs to read for local days first…last, both included; a little more."""
    return Wanted(
        exercise,
        assignment_id,
        _moment_near(first, -_WIDEST_ZONE),
        _moment_near(last, timedelta(days=1) + _WIDEST_ZONE),
    )


def _moment_near(day: date | None, away: timedelta) -> datetime | None:
    """Midnight UTC moved by so much; at the ends of the calendar there is no bound."""
    if day is None:
        return None
    try:
        return datetime.combine(day, time(), UTC) + away
    except OverflowError:
        return None


async def progress(
    store: Database,
    caller: Caller,
    client_id: UUID,
    *,
    exercise: str | None = None,
    measure: str | None = None,
    first: date | None = None,
    last: date | None = None,
    hidden: bool = False,
) -> bytes:
    """Return the progress page as JSON bytes (ProgressOut). NotFound out of reach.

    `hidden`: the client wants no numbers this once.
    """
    key = (
        caller.practice_id,
        client_id,
        caller.is_client,
        exercise,
        measure,
        first,
        last,
        hidden,
    )
    now = clock.now()
    if _PAGES.knows(key, now):
        change = await queries.change_of(store, caller, client_id)
        page = _PAGES.get(key, change, now)
        if page is not None:
            return page
    wanted = between(first, last, exercise)
    found = await queries.runs_of(store, caller, client_id, wanted)
    every = await runs_from(store, caller, found.rows)
    runs = within(every, first, last)
    ratings = await rated(store, caller, client_id, every, whole=wanted == Wanted())
    picked = series_of(runs, now, measure=measure, ratings=ratings)
    view = {
        "client_id": client_id,
        "parameter_set": PARAMETER_SET,
        "complete": found.complete,
        "series": picked_views(picked, reader_of(caller)),
        "sides": notes.sides(picked),
        "choices": notes.choices(runs),
        "setbacks": notes.setbacks(picked, notes.plans(every)),
    }
    page = to_json(hiding.hide(view) if hides(caller, found, asked=hidden) else view)
    _PAGES.keep(key, found.change, _holds_until(found, now), page)
    return page


async def rated(
    store: Database,
    caller: Caller,
    client_id: UUID,
    runs: Sequence[StoredRun],
    *,
    whole: bool,
) -> list[tuple[datetime, float]]:
    """Every distress rating, read only where a setback may need them to settle by."""
    if not any(run.version.with_formula("recovery") for run in runs):
        return []
    if not whole:
        rows = (await queries.runs_of(store, caller, client_id, Wanted())).rows
        runs = await runs_from(store, caller, rows)
    return ratings_of(runs)


def _holds_until(found: Found, now: datetime) -> datetime:
    """When time alone may change a page: sharing ends, open setbacks grow older."""
    ends = [moment_of(row[8]) for row in found.rows if row[8] is not None]
    return min([now + _LONGEST_KEPT, *(end for end in ends if end > now)])


async def summary(
    db: AsyncSession,
    store: Database,
    caller: Caller,
    assignment_id: UUID,
    *,
    percentages: bool,
    hidden: bool = False,
) -> dict[str, Any]:
    """Return one assignment at a glance (SummaryOut). NotFound out of reach."""
    assignment = await assignments.get(db, caller, assignment_id)
    client_id = assignment.client_id
    days = service_adherence.Days()
    pasts = await service_adherence.read_pasts(
        db, caller, client_id, [assignment], days
    )
    wanted = Wanted(assignment_id=assignment_id)
    found = await queries.runs_of(store, caller, client_id, wanted)
    runs = await runs_from(store, caller, found.rows)
    ratings = await rated(store, caller, client_id, runs, whole=False)
    picked = series_of(runs, clock.now(), ratings=ratings)
    view = {
        "assignment_id": assignment_id,
        "client_id": client_id,
        "exercise": pasts[0].exercise.slug,
        "exercise_title": pasts[0].exercise.title,
        "parameter_set": PARAMETER_SET,
        "adherence": service_adherence.view(
            caller, client_id, pasts, days, percentages=percentages
        ),
        "series": picked_views(picked, reader_of(caller)),
    }
    return hiding.hide(view) if hides(caller, found, asked=hidden) else view


def hides(caller: Caller, found: Found, *, asked: bool) -> bool:
    """Whether this reader gets no numbers."""
    return hiding.hides(
        own=caller.is_client, preference=found.hides_numbers, asked=asked
    )


def picked_views(found: Sequence[Picked], reader: Reader) -> list[dict[str, Any]]:
    """Series as plain data in the reader's words."""
    return [
        series_view(
            one.series,
            exercise=one.exercise,
            exercise_title=one.exercise_title,
            reader=reader,
        )
        for one in found
    ]


def within(
    runs: Iterable[StoredRun], first: date | None, last: date | None
) -> list[StoredRun]:
    """Keep the runs of the local days first…last, both included."""
    return [
        run
        for run in runs
        if (first is None or run.day >= first) and (last is None or run.day <= last)
    ]


# --- immutable facts, read once -----------------------------------------------


async def runs_from(
    store: Database, caller: Caller, rows: Sequence[Sequence[Any]]
) -> list[StoredRun]:
    """Make sense of raw rows; versions and plans not at hand are read once."""
    practice, own = caller.practice_id, caller.is_client
    missing = {row[0] for row in rows if (practice, row[0]) not in _VERSIONS}
    plans = {(row[1], row[2]) for row in rows}
    unplanned = {one for one in plans if (practice, *one) not in _RHYTHMS}
    if missing or unplanned:
        await _learn(store, practice, missing, unplanned)
    versions = {one: _VERSIONS[practice, one] for one in {row[0] for row in rows}}
    rhythms = {one: _RHYTHMS[practice, one[0], one[1]] for one in plans}
    readings = all_from_json([row[6] for row in rows])
    return [
        stored_run(row, versions[row[0]], rhythms[row[1], row[2]], points, own=own)
        for row, points in zip(rows, readings, strict=True)
    ]


async def _learn(
    store: Database,
    practice_id: UUID,
    versions: set[Any],
    revisions: set[tuple[Any, int]],
) -> None:
    """Read immutable rows; keys stay in the driver's own form, as rows have them."""
    async with store.reader() as db:
        compiled = await exercises.compiled_many(
            db, practice_id, [_uuid(one) for one in versions]
        )
        for one in versions:
            facts = facts_of(compiled[_uuid(one)].document)
            _VERSIONS.keep((practice_id, one), facts)
        query = select(TermsRevision).where(
            col(TermsRevision.practice_id) == practice_id,
            tuple_(col(TermsRevision.assignment_id), col(TermsRevision.number)).in_(
                [(_uuid(one), number) for one, number in revisions]
            ),
        )
        rows = (await db.exec(query)).all() if revisions else []
    known = {(row.assignment_id, row.number): row.terms for row in rows}
    for one, number in revisions:
        terms = known.get((_uuid(one), number))
        rhythm = None if terms is None else interval_days(terms)
        _RHYTHMS.keep((practice_id, one, number), rhythm)


def _uuid(value: Any) -> UUID:
    """An id as a driver gives it."""
    return value if isinstance(value, UUID) else UUID(str(value))
