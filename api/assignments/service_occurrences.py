"""Planned occurrences of what was agreed, answers to them, and what plans hang on.

What was done is not known in this room: completions name an occurrence by its key, and
progress joins the two through `facts`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.access.caller import Caller
from api.access.permissions import Right
from api.assignments import queries, service_anchors
from api.assignments.choices import Choice, answer_protects, join
from api.assignments.occurrences import (
    Agreement,
    Answer,
    Spell,
    Status,
    agreements,
    key_of,
    quiet_spells,
    stands,
)
from api.assignments.rows import said_of
from api.assignments.schedule import Anchored, Context, Planned, planned
from api.assignments.schemas import AnswerIn
from api.assignments.service_anchors import Hung, MayKnow, of_all, of_none
from api.assignments.service_moves import IdInUse, opened
from api.assignments.tables import (
    Assignment,
    OccurrenceAnswer,
    TermsRevision,
)
from api.assignments.terms import Terms
from api.foundation import clock, journal
from api.foundation.errors import NotFound
from api.foundation.ids import new_id
from api.people.service import next_change, zone_history
from api.people.tables import Client

_KEY = re.compile(r"([1-9][0-9]{0,5})\.([1-9][0-9]{0,2})")
_OVER = frozenset({Status.MISSED, Status.PARTIAL})


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One planned occurrence; `revision` is the one in which its plan began."""

    key: str
    revision: int
    planned: Planned
    spells: Sequence[Spell] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """What this room knows of an assignment's occurrences, to be joined with runs."""

    occurrences: Sequence[Occurrence] = ()
    answers: dict[str, OccurrenceAnswer] = field(default_factory=dict)


async def facts(
    db: AsyncSession,
    practice_id: UUID,
    assignments: Sequence[Assignment],
    *,
    from_: datetime,
    to: datetime,
    may_know: MayKnow = of_all,
) -> dict[UUID, Facts]:
    """Return the occurrences between two moments, with answers and quiet spells.

    An occurrence that hangs on a completion the reader may not know of would tell its
    day; it is left out. Five statements for any number of assignments, and two for each
    of their clients.
    """
    ids = [one.id for one in assignments]
    moves = await queries.moves_of(db, practice_id, ids)
    terms = await queries.all_terms(db, practice_id, ids)
    answers = await queries.answers_of(db, practice_id, ids)
    hung = await service_anchors.hung_by(db, practice_id, ids, may_know)
    lives = {
        client_id: await _life(db, practice_id, client_id)
        for client_id in {one.client_id for one in assignments}
    }
    found = {}
    for one in assignments:
        if one.agreed_revision is None:
            found[one.id] = Facts((), answers[one.id])
            continue
        said = [said_of(row) for row in moves[one.id]]
        spells = quiet_spells(said)
        plans = _plans(agreements(said), terms[one.id])
        life = lives[one.client_id]
        occurrences = [
            occurrence
            for plan in plans
            for occurrence in _occurrences(
                plan, life, hung[one.id], spells, (from_, to)
            )
        ]
        found[one.id] = Facts(occurrences, answers[one.id])
    return found


@dataclass(frozen=True, slots=True)
class _Plan:
    row: TermsRevision
    in_force: Agreement
    is_followed: bool


@dataclass(frozen=True, slots=True)
class _Life:
    zones: list[tuple[datetime, str]]
    enrolled_at: datetime


async def _life(db: AsyncSession, practice_id: UUID, client_id: UUID) -> _Life:
    client = await db.get_one(Client, (practice_id, client_id))
    zones = await zone_history(db, practice_id, client_id)
    return _Life(zones, client.created_at)


def _plans(agreed: Sequence[Agreement], terms: dict[int, TermsRevision]) -> list[_Plan]:
    """Join agreements that went on with the same plan."""
    plans: list[_Plan] = []
    for one in agreed:
        row = terms[terms[one.revision].plan]
        last = plans[-1] if plans else None
        if last is not None and last.in_force.to_at == one.from_at:
            plans.pop()
            if last.row.number == row.number:
                since = last.in_force.from_at
                plans.append(_Plan(row, Agreement(row.number, since, one.to_at), False))
                continue
            plans.append(_Plan(last.row, last.in_force, True))
        plans.append(_Plan(row, one, False))
    return plans


def _occurrences(
    plan: _Plan,
    life: _Life,
    hung: Hung,
    spells: Sequence[Spell],
    between: tuple[datetime, datetime],
) -> list[Occurrence]:
    schedule = Terms.model_validate(plan.row.terms).schedule
    anchor = schedule.anchor if isinstance(schedule, Anchored) else None
    events = hung.events_for(anchor, life.enrolled_at)
    context = Context(zones=life.zones, events=events)
    quiet = [*spells, *hung.quiet_for(anchor)]
    ends_at = plan.in_force.to_at
    if plan.is_followed and ends_at is not None:
        quiet.append(Spell(Status.SUPERSEDED, ends_at))
    return [
        Occurrence(
            key_of(plan.row.number, one.ordinal), plan.row.number, one, tuple(quiet)
        )
        for one in planned(schedule, context, from_=between[0], to=between[1])
        if one.closes_at > plan.in_force.from_at
        and (ends_at is None or one.opens_at < ends_at)
    ]


async def list_occurrences(
    db: AsyncSession,
    caller: Caller,
    assignment_id: UUID,
    *,
    from_: datetime,
    to: datetime,
) -> list[dict[str, Any]]:
    """Return what is planned between two moments, and whether anything is asked.

    Without the grant to share, the client's answers are the client's alone (law 4). What
    hangs on a completion or on the client's go always is: this room does not know which
    of them are shared.
    """
    may_know = of_all if caller.is_client else of_none
    one = await queries.find(db, caller, assignment_id, right=Right.READ_ASSIGNMENTS)
    scope = (db, one.practice_id, [one])
    known = (await facts(*scope, from_=from_, to=to, may_know=may_know))[one.id]
    now = clock.now()
    answers = known.answers if caller.is_client or one.may_share else {}
    return [
        _shown(occurrence, answers.get(occurrence.key), now)
        for occurrence in known.occurrences
    ]


def _shown(
    occurrence: Occurrence, answer: OccurrenceAnswer | None, now: datetime
) -> dict[str, Any]:
    one = occurrence.planned
    said = None if answer is None else answer.answer
    status = stands(one, [], said, occurrence.spells, now).status
    return {
        "key": occurrence.key,
        "revision": occurrence.revision,
        "ordinal": one.ordinal,
        "opens_at": one.opens_at,
        "due_at": one.due_at,
        "closes_at": one.closes_at,
        "grace_until": one.grace_until,
        "local": one.local,
        "zone": one.zone,
        "answer": said,
        "answers": 0 if answer is None else answer.recorded,
        "asked": "over" if status in _OVER else status.value,
    }


async def answer_occurrence(
    db: AsyncSession, caller: Caller, assignment_id: UUID, key: str, said: AnswerIn
) -> OccurrenceAnswer:
    """Keep what the client says about one occurrence; return the answer that holds.

    Answers of several devices are joined, the most protective one holds. An answer may
    come before the yes it belongs to.
    """
    assignment = await opened(db, caller, assignment_id, right=Right.ANSWER_OFFERS)
    _check_key(key, assignment)
    kept = await _answers_to(db, assignment, key)
    known = next((row for row in kept if row.id == said.id), None)
    if known is not None:
        if known.answer is not said.answer:
            raise IdInUse
        return next(row for row in kept if row.holds)
    row = await _new_answer(db, caller, assignment, key, said, len(kept))
    return await _settle(db, caller, [*kept, row])


def _check_key(key: str, assignment: Assignment) -> None:
    match = _KEY.fullmatch(key)
    if match is None or int(match[1]) > assignment.latest_revision:
        raise NotFound


async def _answers_to(
    db: AsyncSession, assignment: Assignment, key: str
) -> list[OccurrenceAnswer]:
    query = select(OccurrenceAnswer).where(
        col(OccurrenceAnswer.practice_id) == assignment.practice_id,
        col(OccurrenceAnswer.assignment_id) == assignment.id,
        col(OccurrenceAnswer.occurrence) == key,
    )
    return list((await db.exec(query)).all())


async def _new_answer(
    db: AsyncSession,
    caller: Caller,
    assignment: Assignment,
    key: str,
    said: AnswerIn,
    known: int,
) -> OccurrenceAnswer:
    if said.id is not None:
        elsewhere = (assignment.practice_id, assignment.id, said.id)
        if await db.get(OccurrenceAnswer, elsewhere) is not None:
            raise IdInUse
    now = clock.now()
    return OccurrenceAnswer(
        practice_id=assignment.practice_id,
        assignment_id=assignment.id,
        id=said.id or new_id(),
        client_id=assignment.client_id,
        occurrence=key,
        answer=said.answer,
        device_id=caller.device_id,
        at=said.at or now,
        received_at=now,
        seen=known if said.seen is None else said.seen,
        recorded=known + 1,
        reason=said.reason,
        reason_shared=said.reason_shared,
    )


async def _settle(
    db: AsyncSession, caller: Caller, rows: Sequence[OccurrenceAnswer]
) -> OccurrenceAnswer:
    choices: list[Choice[Answer]] = [
        Choice(row.id, row.device_id, row.at, row.seen, row.answer) for row in rows
    ]
    chosen = join(choices, answer_protects)
    assert chosen is not None  # noqa: S101 - there is at least the new one
    new = rows[-1]
    change = await next_change(db, new.practice_id, new.client_id)
    for row in rows:
        row.holds = row.id == chosen.id
        if row.holds:
            row.changed_seq = change
            row.recorded = len(rows)
        db.add(row)
    await db.flush()
    subject = ("assignment", new.assignment_id)
    await journal.record(
        db, caller.actor, "occurrence.answered", subject, client_id=new.client_id
    )
    return next(row for row in rows if row.holds)
