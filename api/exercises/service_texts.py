"""What an item is called in each language, and the words by which it is found.

The one place that writes `exercise_text` and, on SQLite, the full-text table beside it,
so that neither can be changed without the other. The rows tell of the latest version only.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, column, delete, insert, table
from sqlmodel.ext.asyncio.session import AsyncSession

from api.exercises.search import indexed
from api.exercises.tables import Exercise, ExerciseText

# A trigger can't do this: SQLite lets no trigger use a virtual table while the schema is
# not trusted, and ours never is (foundation/database.py).
_SEARCH = table(
    "exercise_search",
    column("practice_id", Uuid()),
    column("exercise_id", Uuid()),
    column("locale"),
    column("words"),
)


async def first_texts(
    db: AsyncSession, shelved: Sequence[tuple[Exercise, Mapping[str, Any]]]
) -> None:
    """Tell of exercises that nothing was told of before, in one statement a table."""
    found_by = [_found_by(exercise, document) for exercise, document in shelved]
    connection = await db.connection()
    shown = [
        one | {"title": document["title"], "purpose": document["purpose"]}
        for one, (_, document) in zip(found_by, shelved, strict=True)
    ]
    await connection.execute(insert(ExerciseText), shown)
    if connection.dialect.name == "sqlite":
        await connection.execute(insert(_SEARCH), found_by)


async def begin_texts(
    db: AsyncSession, exercise: Exercise, document: Mapping[str, Any]
) -> None:
    """Tell of a version just published: its own language, and no other yet."""
    await _forget(db, exercise, None)
    await first_texts(db, [(exercise, document)])


async def add_text(
    db: AsyncSession, exercise: Exercise, document: Mapping[str, Any]
) -> None:
    """Tell of the latest version in another language, in place of what was told before."""
    await _forget(db, exercise, document["locale"])
    await first_texts(db, [(exercise, document)])


async def _forget(db: AsyncSession, exercise: Exercise, locale: str | None) -> None:
    connection = await db.connection()
    texts: Any = ExerciseText
    kept = [texts.__table__]
    if connection.dialect.name == "sqlite":
        kept.append(_SEARCH)
    for one in kept:
        query = delete(one).where(
            one.c.practice_id == exercise.practice_id, one.c.exercise_id == exercise.id
        )
        if locale is not None:
            query = query.where(one.c.locale == locale)
        await connection.execute(query)


def _found_by(exercise: Exercise, document: Mapping[str, Any]) -> dict[str, UUID | str]:
    title, purpose, tags = document["title"], document["purpose"], document["tags"]
    return {
        "practice_id": exercise.practice_id,
        "exercise_id": exercise.id,
        "locale": document["locale"],
        "words": indexed([title, purpose, *tags]),
    }
