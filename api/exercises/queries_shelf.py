"""The list of exercises: narrowed, searched, in pages; no document is ever read for it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    String,
    Uuid,
    and_,
    bindparam,
    cast,
    column,
    exists,
    false,
    func,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from api.access.caller import Caller
from api.exercises.queries import may_write
from api.exercises.search import asked, fts_query, ts_query
from api.exercises.tables import Exercise, ExerciseLabel, ExerciseText
from api.foundation.errors import NotPermitted


class Shelf(StrEnum):
    """Which exercises a list shows."""

    PUBLISHED = "published"
    UNPUBLISHED = "unpublished"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is narrowed to; absent means any. `words` are a person's own."""

    shelf: Shelf = Shelf.PUBLISHED
    kind: str | None = None
    modality: str | None = None
    phase: str | None = None
    setting: str | None = None
    tag: str | None = None
    step: str | None = None
    evidence: str | None = None
    minutes_at_most: float | None = None
    words: str | None = None


_TABLE: Any = Exercise.__table__  # type: ignore[attr-defined]
_SHOWN: tuple[Any, ...] = tuple(one for one in _TABLE.c if one.name != "draft")
_LISTED: Select[Any] = select(
    *_SHOWN,
    _TABLE.c.draft.is_not(None).label("has_draft"),
)
_SEARCH = table(
    "exercise_search",
    column("practice_id", Uuid()),
    column("exercise_id", Uuid()),
    column("words", String()),
)


async def page(
    db: AsyncSession, caller: Caller, wanted: Wanted, *, after: UUID | None, limit: int
) -> Sequence[Row[Any]]:
    """Return exercises in the order in which the practice got them, with `has_draft`.

    Raises NotPermitted where a reader asks for drafts or for what was retired.
    """
    if wanted.shelf is not Shelf.PUBLISHED and not may_write(caller):
        raise NotPermitted
    connection = await db.connection()
    query = _LISTED.where(
        col(Exercise.practice_id) == caller.practice_id, *_narrowed(wanted)
    )
    if caller.is_client:
        # A marker notes what was done in session; it is nothing to choose from.
        query = query.where(col(Exercise.kind) != "marker")
    if wanted.words is not None and wanted.words.strip():
        on_sqlite = connection.dialect.name == "sqlite"
        query = query.where(_holding(caller.practice_id, wanted.words, on_sqlite))
    if after is not None:
        query = query.where(col(Exercise.id) > after)
    query = query.order_by(col(Exercise.id)).limit(limit)
    rows: Sequence[Row[Any]] = (await connection.execute(query)).all()
    return rows


def _narrowed(wanted: Wanted) -> list[ColumnElement[bool]]:
    found = _on_shelf(wanted.shelf)
    for name in ("kind", "modality", "phase", "evidence"):
        value = getattr(wanted, name)
        if value is not None:
            found.append(_TABLE.c[name] == value)
    for label in ("setting", "tag", "step"):
        value = getattr(wanted, label)
        if value is not None:
            found.append(_labelled(label, value))
    if wanted.minutes_at_most is not None:
        found.append(_TABLE.c.minutes_most <= wanted.minutes_at_most)
    return found


def _on_shelf(shelf: Shelf) -> list[ColumnElement[bool]]:
    retired, published = col(Exercise.retired_at), col(Exercise.latest_number) > 0
    match shelf:
        case Shelf.PUBLISHED:
            return [retired.is_(None), published]
        case Shelf.UNPUBLISHED:
            return [retired.is_(None), ~published]
        case Shelf.RETIRED:
            return [retired.is_not(None)]


def _labelled(kind: str, value: str) -> ColumnElement[bool]:
    return exists().where(
        col(ExerciseLabel.practice_id) == col(Exercise.practice_id),
        col(ExerciseLabel.exercise_id) == col(Exercise.id),
        col(ExerciseLabel.kind) == kind,
        col(ExerciseLabel.value) == value,
    )


def _holding(practice_id: UUID, text: str, on_sqlite: bool) -> ColumnElement[bool]:
    """Say which exercises hold all of the words in one of their languages."""
    wanted = asked(text)
    if not wanted:
        return false()
    where: Any
    if on_sqlite:
        held_in = _SEARCH.c
        where = held_in.words.op("MATCH")(bindparam(None, fts_query(wanted)))
    else:
        held_in = ExerciseText.__table__.c  # type: ignore[attr-defined]
        held = func.array_to_tsvector(func.string_to_array(held_in.words, " "))
        where = held.op("@@")(cast(ts_query(wanted), TSQUERY))
    found = select(held_in.exercise_id).where(
        and_(held_in.practice_id == practice_id, where)
    )
    return col(Exercise.id).in_(found)


async def texts(
    db: AsyncSession, practice_id: UUID, exercise_ids: Collection[UUID]
) -> dict[UUID, dict[str, tuple[str, str]]]:
    """Return title and purpose of exercises by language: exercise → locale → both."""
    found: dict[UUID, dict[str, tuple[str, str]]] = {one: {} for one in exercise_ids}
    if not found:
        return found
    query = select(
        col(ExerciseText.exercise_id),
        col(ExerciseText.locale),
        col(ExerciseText.title),
        col(ExerciseText.purpose),
    ).where(
        col(ExerciseText.practice_id) == practice_id,
        col(ExerciseText.exercise_id).in_(found),
    )
    connection = await db.connection()
    for exercise_id, locale, title, purpose in await connection.execute(query):
        found[exercise_id][locale] = (title, purpose)
    return found
