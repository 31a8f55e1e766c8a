"""Reads of exercises and versions; absent, unpublished and not yours are one NotFound."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, exists
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.access.caller import Caller
from api.access.permissions import Right
from api.exercises.tables import Exercise, ExerciseLabel, ExerciseVersion
from api.foundation.errors import NotFound, NotPermitted


class Shelf(StrEnum):
    """Which exercises a list shows."""

    PUBLISHED = "published"
    UNPUBLISHED = "unpublished"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is narrowed to; absent means any."""

    shelf: Shelf = Shelf.PUBLISHED
    modality: str | None = None
    phase: str | None = None
    setting: str | None = None
    tag: str | None = None


def may_write(caller: Caller) -> bool:
    """Tell whether the caller sees drafts and what is not published."""
    return caller.reach(Right.WRITE_EXERCISES) is not None


async def page(
    db: AsyncSession, caller: Caller, wanted: Wanted, *, after: UUID | None, limit: int
) -> Sequence[Exercise]:
    """Return exercises in the order in which the practice got them.

    Raises NotPermitted where a reader asks for drafts or for what was retired.
    """
    if wanted.shelf is not Shelf.PUBLISHED and not may_write(caller):
        raise NotPermitted
    query = select(Exercise).where(
        col(Exercise.practice_id) == caller.practice_id, *_narrowed(wanted)
    )
    if after is not None:
        query = query.where(col(Exercise.id) > after)
    return (await db.exec(query.order_by(col(Exercise.id)).limit(limit))).all()


def _narrowed(wanted: Wanted) -> list[ColumnElement[bool]]:
    retired, published = col(Exercise.retired_at), col(Exercise.latest_number) > 0
    match wanted.shelf:
        case Shelf.PUBLISHED:
            found: list[ColumnElement[bool]] = [retired.is_(None), published]
        case Shelf.UNPUBLISHED:
            found = [retired.is_(None), ~published]
        case Shelf.RETIRED:
            found = [retired.is_not(None)]
    for column, value in (
        (col(Exercise.modality), wanted.modality),
        (col(Exercise.phase), wanted.phase),
    ):
        if value is not None:
            found.append(column == value)
    for kind, value in (("setting", wanted.setting), ("tag", wanted.tag)):
        if value is not None:
            found.append(_labelled(kind, value))
    return found


def _labelled(kind: str, value: str) -> ColumnElement[bool]:
    return exists().where(
        col(ExerciseLabel.practice_id) == col(Exercise.practice_id),
        col(ExerciseLabel.exercise_id) == col(Exercise.id),
        col(ExerciseLabel.kind) == kind,
        col(ExerciseLabel.value) == value,
    )


async def find(
    db: AsyncSession, practice_id: UUID, slug: str, *, lock: bool = False
) -> Exercise | None:
    """Return the practice's exercise of that name."""
    query = select(Exercise).where(
        col(Exercise.practice_id) == practice_id, col(Exercise.slug) == slug
    )
    return (await db.exec(query.with_for_update() if lock else query)).first()


async def exercise_for(
    db: AsyncSession, caller: Caller, slug: str, *, lock: bool = False
) -> Exercise:
    """Return an exercise that the caller may see, or raise NotFound.

    What was never published exists for those who may write exercises only.
    """
    found = await find(db, caller.practice_id, slug, lock=lock)
    if found is None or (found.latest_number == 0 and not may_write(caller)):
        raise NotFound
    return found


async def versions_page(
    db: AsyncSession, exercise: Exercise, *, after: UUID | None, limit: int
) -> Sequence[ExerciseVersion]:
    """Return the versions of an exercise, oldest first."""
    query = select(ExerciseVersion).where(
        col(ExerciseVersion.practice_id) == exercise.practice_id,
        col(ExerciseVersion.exercise_id) == exercise.id,
    )
    if after is not None:
        query = query.where(col(ExerciseVersion.id) > after)
    return (await db.exec(query.order_by(col(ExerciseVersion.id)).limit(limit))).all()


async def version_of(
    db: AsyncSession, exercise: Exercise, number: int
) -> ExerciseVersion:
    """Return one version of an exercise by its number, or raise NotFound."""
    query = select(ExerciseVersion).where(
        col(ExerciseVersion.practice_id) == exercise.practice_id,
        col(ExerciseVersion.exercise_id) == exercise.id,
        col(ExerciseVersion.number) == number,
    )
    found = (await db.exec(query)).first()
    if found is None:
        raise NotFound
    return found


async def wording_fixed(
    db: AsyncSession, exercise: Exercise, before: int, after: int
) -> bool:
    """Tell whether every version after `before` up to `after` was a wording fix."""
    query = select(col(ExerciseVersion.wording_fix)).where(
        col(ExerciseVersion.practice_id) == exercise.practice_id,
        col(ExerciseVersion.exercise_id) == exercise.id,
        col(ExerciseVersion.number) > before,
        col(ExerciseVersion.number) <= after,
    )
    return all((await db.exec(query)).all())


async def titles(
    db: AsyncSession, practice_id: UUID, slugs: Sequence[str]
) -> tuple[str, ...]:
    """Return the titles of published exercises, in the order of the names given."""
    query = select(Exercise).where(
        col(Exercise.practice_id) == practice_id, col(Exercise.slug).in_(slugs)
    )
    found = {row.slug: row.summary for row in (await db.exec(query)).all()}
    summaries = (found.get(slug) for slug in slugs)
    return tuple(summary["title"] for summary in summaries if summary)


async def known_slugs(
    db: AsyncSession, practice_id: UUID, slugs: Sequence[str]
) -> set[str]:
    """Return which of these exercises the practice has published."""
    query = select(col(Exercise.slug)).where(
        col(Exercise.practice_id) == practice_id,
        col(Exercise.slug).in_(slugs),
        col(Exercise.latest_number) > 0,
    )
    return set((await db.exec(query)).all())
