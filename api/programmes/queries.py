"""Reads of programmes and plans; every one is limited to what its caller may see."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.access.caller import Caller
from api.access.permissions import Right
from api.assignments.tables import Assignment
from api.exercises.tables import Exercise
from api.foundation.errors import NotFound
from api.people.service import within_reach
from api.programmes.tables import (
    PlanMove,
    PlanPart,
    PlanRevision,
    Programme,
    ProgrammePlan,
    ProgrammeVersion,
)


def may_write(caller: Caller) -> bool:
    """Tell whether the caller sees drafts and what is not published."""
    return caller.reach(Right.WRITE_EXERCISES) is not None


async def programmes(
    db: AsyncSession, caller: Caller, *, after: UUID | None, limit: int
) -> Sequence[Programme]:
    """Return programmes in the order in which the practice got them."""
    query = select(Programme).where(col(Programme.practice_id) == caller.practice_id)
    if not may_write(caller):
        query = query.where(col(Programme.latest_number) > 0)
    if after is not None:
        query = query.where(col(Programme.id) > after)
    return (await db.exec(query.order_by(col(Programme.id)).limit(limit))).all()


async def find_programme(
    db: AsyncSession, practice_id: UUID, slug: str, *, lock: bool = False
) -> Programme | None:
    """Return the practice's programme of that name."""
    query = select(Programme).where(
        col(Programme.practice_id) == practice_id, col(Programme.slug) == slug
    )
    return (await db.exec(query.with_for_update() if lock else query)).first()


async def programme_for(
    db: AsyncSession, caller: Caller, slug: str, *, lock: bool = False
) -> Programme:
    """Return a programme that the caller may see, or raise NotFound.

    What was never published exists for those who may write only.
    """
    found = await find_programme(db, caller.practice_id, slug, lock=lock)
    if found is None or (found.latest_number == 0 and not may_write(caller)):
        raise NotFound
    return found


async def version_of(
    db: AsyncSession, programme: Programme, number: int
) -> ProgrammeVersion:
    """Return one version of a programme by its number, or raise NotFound."""
    query = select(ProgrammeVersion).where(
        col(ProgrammeVersion.practice_id) == programme.practice_id,
        col(ProgrammeVersion.programme_id) == programme.id,
        col(ProgrammeVersion.number) == number,
    )
    found = (await db.exec(query)).first()
    if found is None:
        raise NotFound
    return found


async def latest_numbers(
    db: AsyncSession, practice_id: UUID, slugs: Collection[str]
) -> dict[str, int]:
    """Return the latest versions of the exercises that are on the shelf, by slug."""
    query = select(col(Exercise.slug), col(Exercise.latest_number)).where(
        col(Exercise.practice_id) == practice_id,
        col(Exercise.slug).in_(slugs),
        col(Exercise.latest_number) > 0,
        col(Exercise.retired_at).is_(None),
    )
    return dict((await db.exec(query)).all())


async def find_plan(
    db: AsyncSession,
    caller: Caller,
    plan_id: UUID,
    *,
    right: Right,
    fresh: bool = False,
) -> ProgrammePlan:
    """Return the plan within the caller's reach, else NotFound.

    `fresh` locks its row and reads it again; lock the client first.
    """
    query = select(ProgrammePlan).where(
        within_reach(caller, right, col(ProgrammePlan.client_id)),
        col(ProgrammePlan.id) == plan_id,
    )
    if fresh:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = (await db.exec(query)).first()
    if found is None:
        raise NotFound
    return found


async def plans(
    db: AsyncSession,
    caller: Caller,
    *,
    client_id: UUID | None,
    after: UUID | None,
    limit: int,
) -> Sequence[ProgrammePlan]:
    """Return the plans of clients within reach, oldest first."""
    query = select(ProgrammePlan).where(
        within_reach(caller, Right.READ_ASSIGNMENTS, col(ProgrammePlan.client_id))
    )
    if client_id is not None:
        query = query.where(col(ProgrammePlan.client_id) == client_id)
    if after is not None:
        query = query.where(col(ProgrammePlan.id) > after)
    return (await db.exec(query.order_by(col(ProgrammePlan.id)).limit(limit))).all()


async def versions_of(
    db: AsyncSession, practice_id: UUID, ids: Collection[UUID]
) -> dict[UUID, tuple[ProgrammeVersion, str]]:
    """Return programme versions and their programmes' slugs, by id."""
    query = (
        select(ProgrammeVersion, Programme.slug)
        .where(
            col(ProgrammeVersion.practice_id) == practice_id,
            col(ProgrammeVersion.id).in_(ids),
        )
        .join(
            Programme,
            (col(Programme.practice_id) == col(ProgrammeVersion.practice_id))
            & (col(Programme.id) == col(ProgrammeVersion.programme_id)),
        )
    )
    return {row.id: (row, slug) for row, slug in (await db.exec(query)).all()}


async def revisions_of(
    db: AsyncSession, practice_id: UUID, plan_ids: Collection[UUID]
) -> dict[UUID, dict[int, PlanRevision]]:
    """Return every order of parts of some plans, by plan and number."""
    query = (
        select(PlanRevision)
        .where(
            col(PlanRevision.practice_id) == practice_id,
            col(PlanRevision.plan_id).in_(plan_ids),
        )
        .order_by(col(PlanRevision.number))
    )
    found: dict[UUID, dict[int, PlanRevision]] = defaultdict(dict)
    for row in (await db.exec(query)).all():
        found[row.plan_id][row.number] = row
    return found


async def parts_of(
    db: AsyncSession, practice_id: UUID, plan_ids: Collection[UUID]
) -> dict[UUID, list[tuple[PlanPart, Assignment]]]:
    """Return the parts of some plans with their assignments as they are now."""
    query = (
        select(PlanPart, Assignment)
        .join(
            Assignment,
            (col(Assignment.practice_id) == col(PlanPart.practice_id))
            & (col(Assignment.id) == col(PlanPart.assignment_id)),
        )
        .where(
            col(PlanPart.practice_id) == practice_id,
            col(PlanPart.plan_id).in_(plan_ids),
        )
        .order_by(col(PlanPart.since_revision))
        .execution_options(populate_existing=True)
    )
    found: dict[UUID, list[tuple[PlanPart, Assignment]]] = defaultdict(list)
    for part, assignment in (await db.exec(query)).all():
        found[part.plan_id].append((part, assignment))
    return found


async def moves_of(
    db: AsyncSession, practice_id: UUID, plan_ids: Collection[UUID]
) -> dict[UUID, list[PlanMove]]:
    """Return every move of some plans, in the order they were heard of."""
    query = (
        select(PlanMove)
        .where(
            col(PlanMove.practice_id) == practice_id,
            col(PlanMove.plan_id).in_(plan_ids),
        )
        .order_by(col(PlanMove.recorded), col(PlanMove.id))
    )
    found: dict[UUID, list[PlanMove]] = defaultdict(list)
    for row in (await db.exec(query)).all():
        found[row.plan_id].append(row)
    return found
