"""How the practice kept to consent: for a client's own care, and as counts for all.

Only what the practice could know counts: a run that was never shared holds nothing
against a therapist, and tells them nothing here.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.access.caller import Caller
from api.access.permissions import Right
from api.assignments import service_reading as assignments
from api.assignments.standing import State
from api.assignments.tables import Assignment, TermsRevision
from api.completions.sharing import Level
from api.completions.tables import Completion
from api.conduct.acts import Offered, Past, acts_of, dose_of, is_smaller
from api.conduct.figures import Acts, Conduct, No, Window, conduct
from api.conduct.tables import WithdrawalNote
from api.exercises import service as exercises
from api.exercises.answers import CompiledExercise
from api.foundation import clock, journal
from api.foundation.errors import Conflict
from api.people import service as people

USUAL = timedelta(days=180)
MOST = 2_000
"""Assignments that go into one report of a practice, the latest changed first."""


class NotWithdrawn(Conflict):
    """There is no withdrawal to take note of."""

    code = "not-withdrawn"
    title = "This assignment was not withdrawn"


class Report(NamedTuple):
    """The figures, their window, and whether everything went in."""

    conduct: Conduct
    window: Window
    complete: bool


async def note_withdrawal(
    db: AsyncSession, caller: Caller, assignment_id: UUID
) -> WithdrawalNote:
    """Take note of a withdrawal; the first note stays. NotFound, NotWithdrawn."""
    found = await assignments.get(db, caller, assignment_id)
    right = Right.OFFER_EXERCISES
    await people.client_for(db, caller, found.client_id, right=right, lock=True)
    if found.state is not State.WITHDRAWN:
        raise NotWithdrawn(state=found.state.value)
    kept = await db.get(WithdrawalNote, (caller.practice_id, assignment_id))
    if kept is not None:
        return kept
    note = WithdrawalNote(
        practice_id=caller.practice_id,
        assignment_id=assignment_id,
        client_id=found.client_id,
        staff_id=caller.id,
        noted_at=clock.now(),
    )
    db.add(note)
    await db.flush()
    await journal.record(
        db,
        caller.actor,
        "assignment.withdrawal_noted",
        ("assignment", assignment_id),
        client_id=found.client_id,
    )
    return note


async def of_client(
    db: AsyncSession,
    caller: Caller,
    client_id: UUID,
    first: date | None,
    last: date | None,
) -> Report:
    """Report on one client's care; NotFound out of reach."""
    await people.client_for(db, caller, client_id, right=Right.READ_CONDUCT)
    only = col(Assignment.client_id) == client_id
    return await _report(db, caller.practice_id, only, _window(first, last))


async def of_practice(
    db: AsyncSession, caller: Caller, first: date | None, last: date | None
) -> Report:
    """Report on the whole practice: counts only, of nobody in particular."""
    window = _window(first, last)
    recent = col(Assignment.changed_at) >= window[0]
    return await _report(db, caller.practice_id, recent, window)


def _window(first: date | None, last: date | None) -> Window:
    """From the beginning of a day to the end of another; at the calendar's ends, as far
    as it goes.
    """
    now = clock.now()
    ends = now
    if last is not None and last < now.date():
        ends = _midnight(last) + timedelta(days=1)
    if first is not None:
        return _midnight(first), ends
    return max(ends, _midnight(date.min) + USUAL) - USUAL, ends


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


async def _report(
    db: AsyncSession, practice_id: UUID, which: ColumnElement[bool], window: Window
) -> Report:
    query = (
        select(Assignment)
        .where(col(Assignment.practice_id) == practice_id, which)
        .order_by(col(Assignment.changed_at).desc(), col(Assignment.id))
        .limit(MOST + 1)
    )
    found = (await db.exec(query)).all()
    every = await _acts(db, practice_id, found[:MOST])
    return Report(conduct(every, window, clock.now()), window, len(found) <= MOST)


async def _acts(
    db: AsyncSession, practice_id: UUID, found: Sequence[Assignment]
) -> list[Acts]:
    """Return the acts around each client."""
    ids = [one.id for one in found]
    moves = await assignments.all_moves(db, practice_id, ids)
    terms = await assignments.all_terms(db, practice_id, ids)
    revisions = await _offered(db, practice_id, terms)
    notes = await _notes(db, practice_id, ids)
    stops = await _stops(db, practice_id, ids, revisions)
    pasts: dict[UUID, list[Past]] = defaultdict(list)
    for one in found:
        past = Past(moves[one.id], revisions[one.id], notes.get(one.id))
        pasts[one.client_id].append(past)
    return [acts_of(pasts[client], stops.get(client, ())) for client in pasts]


Revisions = Mapping[UUID, Mapping[int, Offered]]


async def _offered(
    db: AsyncSession,
    practice_id: UUID,
    terms: Mapping[UUID, Mapping[int, TermsRevision]],
) -> Revisions:
    rows = [row for numbered in terms.values() for row in numbered.values()]
    versions = await exercises.compiled_many(
        db, practice_id, list({row.exercise_version_id for row in rows})
    )
    named = {slug for row in rows for slug in row.terms.get("easier") or ()}
    easier = await exercises.latest_of(db, practice_id, sorted(named))
    return {
        ident: {
            number: _of(row.terms, versions[row.exercise_version_id], easier)
            for number, row in numbered.items()
        }
        for ident, numbered in terms.items()
    }


def _of(
    terms: Mapping[str, Any],
    version: CompiledExercise,
    easier: Mapping[str, CompiledExercise],
) -> Offered:
    exercise = version.protocol
    named = (easier.get(slug) for slug in terms.get("easier") or ())
    return Offered(
        exercise.slug,
        exercise.intensity,
        dose_of(exercise, terms.get("parameters") or {}),
        any(one is not None and is_smaller(one.protocol, exercise) for one in named),
    )


async def _notes(
    db: AsyncSession, practice_id: UUID, ids: Sequence[UUID]
) -> dict[UUID, datetime]:
    query = select(WithdrawalNote).where(
        col(WithdrawalNote.practice_id) == practice_id,
        col(WithdrawalNote.assignment_id).in_(ids),
    )
    return {row.assignment_id: row.noted_at for row in (await db.exec(query)).all()}


async def _stops(
    db: AsyncSession, practice_id: UUID, ids: Sequence[UUID], revisions: Revisions
) -> dict[UUID, list[No]]:
    """Return runs ended by choice that are shared, by client."""
    now = clock.now()
    until = col(Completion.shared_until)
    query = select(
        Completion.client_id,
        Completion.assignment_id,
        Completion.terms_revision,
        Completion.ended_at,
    ).where(
        col(Completion.practice_id) == practice_id,
        col(Completion.assignment_id).in_(ids),
        col(Completion.ended_by_choice),
        col(Completion.level) != Level.SEALED,
        or_(until.is_(None), until > now),
    )
    found: dict[UUID, list[No]] = defaultdict(list)
    for client, assignment, number, at in (await db.exec(query)).all():
        terms = revisions[assignment].get(number)
        if terms is not None and at is not None:
            no = No(at, terms.exercise, terms.intensity, terms.dose)
            found[client].append(no)
    return found
