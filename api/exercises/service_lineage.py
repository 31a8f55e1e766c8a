"""Versions as the rooms above judge them: the document, and what it descends from."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import and_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.exercises.tables import Exercise, ExerciseVersion

_HOPS = 5


@dataclass(frozen=True, slots=True)
class Edition:
    """A version's document; `names` are its slug and those it was forked from."""

    document: Mapping[str, Any]
    names: tuple[str, ...]


async def editions(
    db: AsyncSession, practice_id: UUID, version_ids: Collection[UUID]
) -> dict[UUID, Edition]:
    """Return versions of exercises by their ids, for rooms that know them to be in reach.

    A fork of a fork is followed home, so that a copy is judged like what it copies.
    """
    query = (
        select(ExerciseVersion, Exercise)
        .join(
            Exercise,
            and_(
                col(Exercise.practice_id) == col(ExerciseVersion.practice_id),
                col(Exercise.id) == col(ExerciseVersion.exercise_id),
            ),
        )
        .where(
            col(ExerciseVersion.practice_id) == practice_id,
            col(ExerciseVersion.id).in_(version_ids),
        )
    )
    found = {}
    for version, exercise in (await db.exec(query)).all():
        names = await _names(db, exercise)
        found[version.id] = Edition(version.document, names)
    return found


async def latest(
    db: AsyncSession, practice_id: UUID, slugs: Collection[str]
) -> dict[str, Mapping[str, Any]]:
    """Return the latest published document of exercises by their names."""
    query = (
        select(Exercise.slug, ExerciseVersion.document)
        .join(
            ExerciseVersion,
            and_(
                col(ExerciseVersion.practice_id) == col(Exercise.practice_id),
                col(ExerciseVersion.exercise_id) == col(Exercise.id),
                col(ExerciseVersion.number) == col(Exercise.latest_number),
            ),
        )
        .where(col(Exercise.practice_id) == practice_id, col(Exercise.slug).in_(slugs))
        .order_by(col(Exercise.slug))
    )
    return dict((await db.exec(query)).all())


async def _names(db: AsyncSession, exercise: Exercise) -> tuple[str, ...]:
    names = [exercise.slug]
    source = exercise.forked_from
    while source is not None and source not in names and len(names) <= _HOPS:
        names.append(source)
        query = select(col(Exercise.forked_from)).where(
            col(Exercise.practice_id) == exercise.practice_id,
            col(Exercise.slug) == source,
        )
        source = (await db.exec(query)).first()
    return tuple(names)
