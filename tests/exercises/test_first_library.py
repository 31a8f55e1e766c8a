"""A practice's first library, put on the shelf at once, is the one put there one by one."""

from typing import Any
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.exercises import service_publishing
from api.exercises.library import library
from api.exercises.questionnaires import on_by_default
from api.exercises.tables import (
    Exercise,
    ExerciseLabel,
    ExerciseText,
    ExerciseTranslation,
    ExerciseVersion,
)
from api.foundation.journal import Actor, Entry
from api.instruments.registry import read
from tests.cast import Cast

TOLD_APART = {"practice_id", "id", "exercise_id", "version_id", "subject_id"}
MOMENTS = {"created_at", "published_at", "made_at", "at"}
TABLES = (Exercise, ExerciseVersion, ExerciseLabel, ExerciseText, ExerciseTranslation)


async def rows(db: AsyncSession, table: Any, practice_id: UUID) -> list[str]:
    """Every row of a practice without what has to differ."""
    query = select(table).where(col(table.practice_id) == practice_id)
    if table is Entry:
        query = query.where(col(Entry.verb) == "exercise.published")
    kept = (one.model_dump(mode="json") for one in (await db.exec(query)).all())
    apart = TOLD_APART | MOMENTS
    return sorted(
        repr(sorted((key, value) for key, value in one.items() if key not in apart))
        for one in kept
    )


async def test_at_once_and_one_by_one_write_the_same_rows(cast: Cast) -> None:
    documents = {**library(), **on_by_default(read(None))}
    async with cast.store.writer() as db:
        added = await service_publishing.load_library(db, cast.practice_id)
        actor = Actor(cast.other_practice_id, "system")
        for slug, document in documents.items():
            await service_publishing.shelve(db, actor, slug, document, None)
        await db.commit()
    assert added == len(documents)
    async with cast.store.reader() as db:
        for table in (*TABLES, Entry):
            ours = await rows(db, table, cast.practice_id)
            theirs = await rows(db, table, cast.other_practice_id)
            assert ours == theirs
            assert ours


async def test_the_shelf_is_in_the_order_of_the_catalogue(cast: Cast) -> None:
    async with cast.store.writer() as db:
        await service_publishing.load_library(db, cast.practice_id)
        await db.commit()
        query = select(col(Exercise.slug)).order_by(col(Exercise.id))
        query = query.where(col(Exercise.practice_id) == cast.practice_id)
        found = (await db.exec(query)).all()
    assert list(found)[: len(library())] == list(library())
