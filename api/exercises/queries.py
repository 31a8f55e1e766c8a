"""Reads of exercises and versions; absent, unpublished and not yours are one NotFound."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_
from sqlalchemy.orm import defer
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.access.caller import Caller
from api.access.permissions import Right
from api.exercises.tables import (
    Exercise,
    ExerciseText,
    ExerciseTranslation,
    ExerciseVersion,
)
from api.foundation.errors import NotFound

_DOCUMENT: Any = ExerciseTranslation.document


def may_write(caller: Caller) -> bool:
    """Tell whether the caller sees drafts and what is not published."""
    return caller.reach(Right.WRITE_EXERCISES) is not None


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
    db: AsyncSession, practice_id: UUID, slugs: Sequence[str], locale: str
) -> tuple[str, ...]:
    """Return the titles of published exercises, in the order of the names given.

    In the language asked for, or in their own where they are not translated.
    """
    of_language = and_(
        col(ExerciseText.practice_id) == col(Exercise.practice_id),
        col(ExerciseText.exercise_id) == col(Exercise.id),
        col(ExerciseText.locale) == locale,
    )
    query = (
        select(col(Exercise.slug), col(Exercise.summary), col(ExerciseText.title))
        .join(ExerciseText, of_language, isouter=True)
        .where(col(Exercise.practice_id) == practice_id, col(Exercise.slug).in_(slugs))
    )
    found = {
        slug: title or summary["title"]
        for slug, summary, title in (await db.exec(query)).all()
        if summary
    }
    return tuple(found[slug] for slug in slugs if slug in found)


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


async def newest_translation(
    db: AsyncSession, version: ExerciseVersion, locale: str
) -> ExerciseTranslation | None:
    """Return the translation of a version that holds in a language."""
    query = (
        select(ExerciseTranslation)
        .where(*_of(version), col(ExerciseTranslation.locale) == locale)
        .order_by(col(ExerciseTranslation.revision).desc())
        .limit(1)
    )
    return (await db.exec(query)).first()


async def translation_of(
    db: AsyncSession, version: ExerciseVersion, locale: str, revision: int | None
) -> ExerciseTranslation:
    """Return a translation, the newest unless one is named, or raise NotFound."""
    found = await newest_translation(db, version, locale)
    if found is not None and revision not in (None, found.revision):
        query = select(ExerciseTranslation).where(
            *_of(version),
            col(ExerciseTranslation.locale) == locale,
            col(ExerciseTranslation.revision) == revision,
        )
        found = (await db.exec(query)).first()
    if found is None:
        raise NotFound
    return found


async def translated_locales(db: AsyncSession, version: ExerciseVersion) -> list[str]:
    """Return the languages a version is translated into."""
    query = select(col(ExerciseTranslation.locale)).where(*_of(version)).distinct()
    return sorted((await db.exec(query)).all())


async def translations_page(
    db: AsyncSession, version: ExerciseVersion, *, after: UUID | None, limit: int
) -> Sequence[ExerciseTranslation]:
    """Return the translations of a version, earlier revisions too, oldest first."""
    query = select(ExerciseTranslation).where(*_of(version))
    if after is not None:
        query = query.where(col(ExerciseTranslation.id) > after)
    query = query.order_by(col(ExerciseTranslation.id)).limit(limit)
    return (await db.exec(query.options(defer(_DOCUMENT)))).all()


def _of(version: ExerciseVersion) -> tuple[ColumnElement[bool], ...]:
    return (
        col(ExerciseTranslation.practice_id) == version.practice_id,
        col(ExerciseTranslation.version_id) == version.id,
    )
