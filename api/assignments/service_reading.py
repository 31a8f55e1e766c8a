"""What people read of an assignment: where it stands, its terms, its history."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.access.caller import Caller
from api.access.permissions import Right
from api.assignments import queries, rows, service_gates
from api.assignments.service_moves import actor_of
from api.assignments.standing import Grants
from api.assignments.tables import (
    Assignment,
    AssignmentMove,
    OccurrenceAnswer,
    TermsRevision,
)


async def history(
    db: AsyncSession, caller: Caller, assignment_id: UUID
) -> list[dict[str, Any]]:
    """Tell every move; a reason only to its own side, or where it is shared."""
    found = await queries.find(db, caller, assignment_id, right=Right.READ_ASSIGNMENTS)
    kept = await queries.moves_of(db, found.practice_id, [found.id])
    return [_entry(row, caller) for row in kept[found.id]]


def _entry(row: AssignmentMove, caller: Caller) -> dict[str, Any]:
    readable = row.reason_shared or row.actor is actor_of(caller)
    return row.model_dump() | {
        "grants": None if row.grants is None else asdict(Grants(*row.grants)),
        "reason": row.reason if readable else None,
    }


async def get(db: AsyncSession, caller: Caller, assignment_id: UUID) -> Assignment:
    """Return an assignment within reach, else NotFound."""
    return await queries.find(db, caller, assignment_id, right=Right.READ_ASSIGNMENTS)


async def terms_for(
    db: AsyncSession, caller: Caller, assignment_id: UUID, revision: int
) -> TermsRevision:
    """Return one revision of the terms within reach, else NotFound."""
    found = await get(db, caller, assignment_id)
    return await queries.terms_of(db, found.practice_id, found.id, revision)


async def shown(db: AsyncSession, assignment: Assignment) -> dict[str, Any]:
    """Return an assignment as it goes over the wire, with the terms it shows."""
    number = assignment.shown_revision
    row = await queries.terms_of(db, assignment.practice_id, assignment.id, number)
    return assignment.model_dump() | {
        "grants": asdict(rows.standing_of(assignment).grants),
        "terms_revision": number,
        "terms": row.terms,
    }


async def offered(db: AsyncSession, caller: Caller, made: Assignment) -> dict[str, Any]:
    """Return an assignment with what is to be minded about its newest standing terms."""
    number = made.offered_revision or made.shown_revision
    row = await queries.terms_of(db, made.practice_id, made.id, number)
    met = await service_gates.terms_met(db, caller, row)
    return await shown(db, made) | {"cautions": met["cautions"]}


async def terms_shown(
    db: AsyncSession, caller: Caller, assignment_id: UUID, revision: int
) -> dict[str, Any]:
    """Return one revision as it goes over the wire, with its cautions, else NotFound."""
    row = await terms_for(db, caller, assignment_id, revision)
    met = await service_gates.terms_met(db, caller, row)
    return row.model_dump() | {"revision": row.number} | met


async def changed_since(
    db: AsyncSession, practice_id: UUID, client_id: UUID, *, after: int, limit: int
) -> tuple[list[Assignment], list[OccurrenceAnswer]]:
    """Return what a device of the client has not heard of, oldest change first.

    Each row carries its `changed_seq`; at most `limit` of each kind.
    """
    found = await queries.changed_since(db, practice_id, client_id, after, limit)
    query = (
        select(OccurrenceAnswer)
        .where(
            col(OccurrenceAnswer.practice_id) == practice_id,
            col(OccurrenceAnswer.client_id) == client_id,
            col(OccurrenceAnswer.changed_seq) > after,
            col(OccurrenceAnswer.holds),
        )
        .order_by(col(OccurrenceAnswer.changed_seq))
        .limit(limit)
    )
    return found, list((await db.exec(query)).all())


async def all_terms(
    db: AsyncSession, practice_id: UUID, assignment_ids: Sequence[UUID]
) -> dict[UUID, dict[int, TermsRevision]]:
    """Return every revision of assignments already known to be within reach."""
    return await queries.all_terms(db, practice_id, assignment_ids)


async def all_moves(
    db: AsyncSession, practice_id: UUID, assignment_ids: Sequence[UUID]
) -> dict[UUID, list[AssignmentMove]]:
    """Return every move of assignments already known to be within reach."""
    return await queries.moves_of(db, practice_id, assignment_ids)
