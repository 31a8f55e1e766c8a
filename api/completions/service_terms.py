"""Under which terms a run was begun, and what others may read of it by default."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, exists, or_, select, tuple_
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from api.access.caller import Caller
from api.assignments.merge import Said
from api.assignments.standing import Grants, Move, Verb
from api.assignments.tables import Assignment, AssignmentMove, TermsRevision
from api.completions.sharing import Level
from api.completions.terms import Begun, default_at
from api.foundation.errors import NotFound

_SAID_YES = exists().where(
    col(AssignmentMove.practice_id) == col(Assignment.practice_id),
    col(AssignmentMove.assignment_id) == col(Assignment.id),
    or_(
        col(AssignmentMove.verb) == Verb.ACCEPT,
        and_(col(AssignmentMove.verb) == Verb.AGREE, col(AssignmentMove.took_effect)),
    ),
)
"""A yes that another device took back later was a yes when the run was made."""

_BEGUN = (
    select(
        col(TermsRevision.assignment_id),
        col(TermsRevision.number),
        col(TermsRevision.exercise_id),
        col(TermsRevision.exercise_version_id),
        col(TermsRevision.terms)["setting"].as_string().label("setting"),
        col(TermsRevision.terms)["sharing"].as_string().label("sharing"),
        or_(col(Assignment.agreed_revision).is_not(None), _SAID_YES).label(
            "was_agreed"
        ),
        col(Assignment.state),
        col(Assignment.may_share),
        col(Assignment.changed_at),
    )
    .join(
        Assignment,
        and_(
            col(Assignment.practice_id) == col(TermsRevision.practice_id),
            col(Assignment.id) == col(TermsRevision.assignment_id),
        ),
    )
    .where(
        col(TermsRevision.practice_id) == bindparam("of_practice"),
        col(Assignment.client_id) == bindparam("of_client"),
    )
)
BEGUN_ONE = _BEGUN.where(
    col(TermsRevision.assignment_id) == bindparam("of_assignment"),
    col(TermsRevision.number) == bindparam("of_revision"),
)


def read_begun(row: Sequence[Any]) -> Begun:
    """Read a row of `BEGUN_ONE`."""
    assignment_id, number, exercise_id, version_id, setting, sharing, *standing = row
    was_agreed, state, may_share, changed_at = standing
    return Begun(
        assignment_id=assignment_id,
        revision=number,
        exercise_id=exercise_id,
        exercise_version_id=version_id,
        setting=setting or "solo",
        terms_level=Level(sharing or Level.SEALED),
        was_agreed=bool(was_agreed),
        state=state,
        may_share=may_share,
        changed_at=changed_at,
    )


async def begun(
    db: AsyncSession, caller: Caller, assignment_id: UUID, revision: int
) -> Begun:
    """Return one revision of an assignment of the caller's own, or raise NotFound."""
    connection = await db.connection()
    found = await connection.execute(
        BEGUN_ONE,
        {
            "of_practice": caller.practice_id,
            "of_client": caller.id,
            "of_assignment": assignment_id,
            "of_revision": revision,
        },
    )
    row = found.first()
    if row is None:
        raise NotFound
    return read_begun(row)


async def begun_many(
    db: AsyncSession, caller: Caller, wanted: Iterable[tuple[UUID, int]]
) -> dict[tuple[UUID, int], Begun]:
    """Return several, by (assignment, revision); what is not the caller's is left out."""
    pairs = sorted(set(wanted))
    if not pairs:
        return {}
    pair = tuple_(col(TermsRevision.assignment_id), col(TermsRevision.number))
    connection = await db.connection()
    found = await connection.execute(
        _BEGUN.where(pair.in_(pairs)),
        {"of_practice": caller.practice_id, "of_client": caller.id},
    )
    return {(row.assignment_id, row.number): read_begun(row) for row in found}


Moves = dict[UUID, Sequence[Said]]
"""Moves by assignment, read already: for batches."""


async def default_level(
    db: AsyncSession,
    caller: Caller,
    begun: Begun,
    at: datetime,
    known: Moves | None = None,
) -> Level:
    """Return what others may read by default of a run that ended at a moment.

    `known` keeps moves that were read, so that a batch reads them once.
    """
    level = begun.default_now(at)
    if level is not None:
        return level
    known = {} if known is None else known
    if begun.assignment_id not in known:
        known[begun.assignment_id] = await moves_of(
            db, caller.practice_id, begun.assignment_id
        )
    return default_at(begun.terms_level, known[begun.assignment_id], at)


async def moves_of(
    db: AsyncSession, practice_id: UUID, assignment_id: UUID
) -> Sequence[Said]:
    """Return every move of an assignment, also those that did not fit."""
    query = select(
        col(AssignmentMove.id),
        col(AssignmentMove.verb),
        col(AssignmentMove.actor),
        col(AssignmentMove.at),
        col(AssignmentMove.revision),
        col(AssignmentMove.grants),
        col(AssignmentMove.until),
        col(AssignmentMove.replaces),
        col(AssignmentMove.seen),
        col(AssignmentMove.recorded),
        col(AssignmentMove.device_id),
    ).where(
        col(AssignmentMove.practice_id) == practice_id,
        col(AssignmentMove.assignment_id) == assignment_id,
    )
    connection = await db.connection()
    return [_said(row) for row in await connection.execute(query)]


def _said(row: Any) -> Said:
    grants = None if row.grants is None else Grants(*row.grants)
    move = Move(
        row.verb, row.actor, row.at, row.revision, grants, row.until, row.replaces
    )
    return Said(row.id, move, row.seen, row.recorded, row.device_id)
