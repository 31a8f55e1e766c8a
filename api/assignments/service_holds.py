"""Safety holds that a rule lays down: experiments with one person wait together.

It is the system's move and journalled as such; lifting it stays the therapist's.
Source: reference §4.7 AL-10.
"""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import and_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.assignments import service_endings
from api.assignments.standing import AGREED_STATES
from api.assignments.tables import Assignment, TermsRevision
from api.exercises import service as exercises
from api.exercises.protocol import Protocol

_FEARED = "feared_outcome"


async def hold_experiments(
    db: AsyncSession,
    practice_id: UUID,
    client_id: UUID,
    assignment_id: UUID,
    named: Collection[UUID],
) -> list[UUID]:
    """Hold an experiment with someone, and others agreed with the same person.

    `named` are persons in its answers; whom its terms name counts as well. Where nobody
    is named, nothing is held. Call it with the client's row locked.
    """
    agreed = await _agreed(db, practice_id, client_id)
    persons = set(named) | {
        _person(terms) for one, terms in agreed if one.id == assignment_id
    }
    persons.discard(None)
    held = []
    for one, terms in agreed if persons else ():
        meant = one.id == assignment_id or (
            _person(terms) in persons and await _is_experiment(db, terms)
        )
        if meant and await service_endings.hold(db, one):
            held.append(one.id)
    return held


async def _agreed(
    db: AsyncSession, practice_id: UUID, client_id: UUID
) -> list[tuple[Assignment, TermsRevision]]:
    in_force = and_(
        col(TermsRevision.practice_id) == col(Assignment.practice_id),
        col(TermsRevision.assignment_id) == col(Assignment.id),
        col(TermsRevision.number) == col(Assignment.agreed_revision),
    )
    query = (
        select(Assignment, TermsRevision)
        .join(TermsRevision, in_force)
        .where(
            col(Assignment.practice_id) == practice_id,
            col(Assignment.client_id) == client_id,
            col(Assignment.state).in_(sorted(AGREED_STATES)),
        )
        .order_by(col(Assignment.id))
        .with_for_update(of=Assignment)
        .execution_options(populate_existing=True)
    )
    return [(one, terms) for one, terms in (await db.exec(query)).all()]


def _person(terms: TermsRevision) -> UUID | None:
    found: Any = terms.terms.get("with_person")
    return None if found is None else UUID(found)


async def _is_experiment(db: AsyncSession, terms: TermsRevision) -> bool:
    """Tell whether it tries something out with a fear about it."""
    compiled = await exercises.compiled(
        db, terms.practice_id, terms.exercise_version_id
    )
    protocol: Protocol = compiled.protocol
    return any(signal.code == _FEARED for signal in protocol.signals)
