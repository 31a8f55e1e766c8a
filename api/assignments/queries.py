"""Reads of assignments; every one is limited to what its caller may see."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Text, and_, bindparam, cast
from sqlalchemy import select as rows_of
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.access.caller import Caller
from api.access.permissions import Reach, Right
from api.assignments.standing import State
from api.assignments.tables import (
    Assignment,
    AssignmentMove,
    OccurrenceAnswer,
    TermsRevision,
)
from api.foundation.database import Database
from api.foundation.errors import NotFound
from api.foundation.schemas import to_json
from api.foundation.straight import Statement
from api.people.service import prepared_reach, reach_values, within_reach

_LISTED = (
    "id",
    "client_id",
    "state",
    "version",
    "agreed_revision",
    "offered_revision",
    "counter_revision",
    "latest_revision",
    "may_do",
    "may_remind",
    "may_share",
    "paused_by",
    "not_now_until",
    "lapses_at",
    "offered_at",
    "changed_at",
    "shown_revision",
)


async def find(
    db: AsyncSession,
    caller: Caller,
    assignment_id: UUID,
    *,
    right: Right,
    fresh: bool = False,
) -> Assignment:
    """Return the assignment within the caller's reach, else NotFound.

    `fresh` locks its row and reads it again; lock the client first.
    """
    query = select(Assignment).where(
        within_reach(caller, right, col(Assignment.client_id)),
        col(Assignment.id) == assignment_id,
    )
    if fresh:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = (await db.exec(query)).first()
    if found is None:
        raise NotFound
    return found


async def terms_of(
    db: AsyncSession, practice_id: UUID, assignment_id: UUID, number: int
) -> TermsRevision:
    """Return one revision of the terms, else NotFound."""
    found = await db.get(TermsRevision, (practice_id, assignment_id, number))
    if found is None:
        raise NotFound
    return found


async def all_terms(
    db: AsyncSession, practice_id: UUID, assignment_ids: Sequence[UUID]
) -> dict[UUID, dict[int, TermsRevision]]:
    """Return every revision of some assignments, by assignment and number."""
    query = select(TermsRevision).where(
        col(TermsRevision.practice_id) == practice_id,
        col(TermsRevision.assignment_id).in_(assignment_ids),
    )
    found: dict[UUID, dict[int, TermsRevision]] = {one: {} for one in assignment_ids}
    for row in (await db.exec(query)).all():
        found[row.assignment_id][row.number] = row
    return found


async def moves_of(
    db: AsyncSession, practice_id: UUID, assignment_ids: Sequence[UUID]
) -> dict[UUID, list[AssignmentMove]]:
    """Return every move of some assignments, in the order they were heard of."""
    query = (
        select(AssignmentMove)
        .where(
            col(AssignmentMove.practice_id) == practice_id,
            col(AssignmentMove.assignment_id).in_(assignment_ids),
        )
        .order_by(col(AssignmentMove.recorded), col(AssignmentMove.id))
    )
    found: dict[UUID, list[AssignmentMove]] = {one: [] for one in assignment_ids}
    for row in (await db.exec(query)).all():
        found[row.assignment_id].append(row)
    return found


async def answers_of(
    db: AsyncSession, practice_id: UUID, assignment_ids: Sequence[UUID]
) -> dict[UUID, dict[str, OccurrenceAnswer]]:
    """Return the answers that hold, by assignment and occurrence."""
    query = select(OccurrenceAnswer).where(
        col(OccurrenceAnswer.practice_id) == practice_id,
        col(OccurrenceAnswer.assignment_id).in_(assignment_ids),
        col(OccurrenceAnswer.holds),
    )
    found: dict[UUID, dict[str, OccurrenceAnswer]] = {one: {} for one in assignment_ids}
    for row in (await db.exec(query)).all():
        found[row.assignment_id][row.occurrence] = row
    return found


@lru_cache(maxsize=64)
def _page(reach: Reach, *, of_client: bool, in_state: bool, after: bool) -> Statement:
    """Build the list's one statement: assignments with the terms they show."""
    shown = and_(
        col(TermsRevision.practice_id) == col(Assignment.practice_id),
        col(TermsRevision.assignment_id) == col(Assignment.id),
        col(TermsRevision.number) == col(Assignment.shown_revision),
    )
    query = (
        rows_of(
            *(getattr(Assignment, name) for name in _LISTED),
            cast(col(TermsRevision.terms), Text).label("terms"),
        )
        .join(TermsRevision, shown)
        .where(prepared_reach(reach, col(Assignment.client_id)))
        .order_by(col(Assignment.id))
        .limit(bindparam("most"))
    )
    if of_client:
        query = query.where(col(Assignment.client_id) == bindparam("client"))
    if in_state:
        query = query.where(col(Assignment.state) == bindparam("in_state"))
    if after:
        query = query.where(col(Assignment.id) > bindparam("after"))
    return Statement(query)


async def page(
    store: Database,
    caller: Caller,
    *,
    client_id: UUID | None,
    state: State | None,
    after: UUID | None,
    limit: int,
) -> list[Any]:
    """Return rows of the list for `row_json`, oldest first: one statement."""
    reach = caller.reach(Right.READ_ASSIGNMENTS)
    if reach is None:
        return []
    statement = _page(
        reach,
        of_client=client_id is not None,
        in_state=state is not None,
        after=after is not None,
    )
    values: dict[str, Any] = {
        **reach_values(caller),
        "client": client_id,
        "in_state": state,
        "after": after,
        "most": limit,
    }
    return await store.straight.read(statement, values)


def id_of(row: Sequence[Any]) -> UUID:
    """Return the id of a row of the list."""
    found: UUID = row[0]
    return found


def row_json(row: Sequence[Any]) -> bytes:
    """Write one row of the list; the stored terms are spliced in as they are."""
    values = dict(zip(_LISTED, row, strict=False))
    grants = {
        name: bool(values.pop(f"may_{name}")) for name in ("do", "remind", "share")
    }
    values["terms_revision"] = values.pop("shown_revision")
    head = to_json(values | {"grants": grants})
    return head[:-1] + b',"terms":' + str(row[-1]).encode() + b"}"


async def changed_since(
    db: AsyncSession, practice_id: UUID, client_id: UUID, after: int, limit: int
) -> list[Assignment]:
    """Return a client's assignments changed after a change number, oldest change first."""
    query = (
        select(Assignment)
        .where(
            col(Assignment.practice_id) == practice_id,
            col(Assignment.client_id) == client_id,
            col(Assignment.changed_seq) > after,
        )
        .order_by(col(Assignment.changed_seq))
        .limit(limit)
    )
    return list((await db.exec(query)).all())


async def due_to_lapse(db: AsyncSession, now: datetime, limit: int) -> list[Assignment]:
    """Return offers whose time is over, of any practice."""
    waits = col(Assignment.not_now_until).is_(None) | (
        col(Assignment.not_now_until) <= now
    )
    query = (
        select(Assignment)
        .where(
            col(Assignment.state) == State.OFFERED,
            col(Assignment.lapses_at) <= now,
            waits,
        )
        .order_by(col(Assignment.lapses_at))
        .limit(limit)
    )
    return list((await db.exec(query)).all())
