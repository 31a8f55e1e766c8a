"""What the rooms above and the doors read: versions, compiled ones, differences, cards.

A published version never changes, so a compiled one is kept for as long as there is room.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import and_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.access.caller import Caller
from api.exercises import queries
from api.exercises.answers import CompiledExercise
from api.exercises.answers_schema import answers_schema
from api.exercises.card import card
from api.exercises.compiled import CompiledVersions
from api.exercises.difference import Difference, Weight, compare
from api.exercises.protocol import from_document
from api.exercises.service_languages import Spoken
from api.exercises.service_publishing import load_library
from api.exercises.tables import Exercise, ExerciseVersion
from api.foundation.errors import NotFound

__all__ = [
    "card_of",
    "compiled",
    "compiled_at_hand",
    "compiled_many",
    "difference_between",
    "is_material",
    "latest_of",
    "latest_version",
    "load_library",
    "schema_of",
    "version_at",
    "version_for",
]

_KEPT = CompiledVersions()


async def version_for(
    db: AsyncSession, caller: Caller, slug: str, number: int
) -> tuple[Exercise, ExerciseVersion]:
    """Return a version that the caller may read; retired and old ones stay readable."""
    exercise = await queries.exercise_for(db, caller, slug)
    return exercise, await queries.version_of(db, exercise, number)


async def card_of(db: AsyncSession, practice_id: UUID, spoken: Spoken) -> str:
    """Write the plain-text card of a version, in the language it is spoken in."""
    protocol = from_document(spoken.document)
    easier = await queries.titles(db, practice_id, protocol.easier, spoken.locale)
    return card(protocol, easier)


def schema_of(spoken: Spoken, *, whole: bool) -> Mapping[str, Any]:
    """Build the JSON Schema of the answers, titled in the language it is spoken in."""
    return answers_schema(from_document(spoken.document), whole=whole)


async def difference_between(
    db: AsyncSession, exercise: Exercise, before: int, after: int
) -> Difference:
    """Compare two versions of an exercise, the older one first.

    Wording counts as fixed where every version between was published as a wording fix.
    """
    old = await queries.version_of(db, exercise, before)
    new = await queries.version_of(db, exercise, after)
    fixed = await queries.wording_fixed(db, exercise, before, after)
    return compare(old.document, new.document, wording_fix=fixed)


async def version_at(
    db: AsyncSession, practice_id: UUID, slug: str, number: int
) -> ExerciseVersion | None:
    """Return a published version by name and number, for the rooms above."""
    exercise = await queries.find(db, practice_id, slug)
    if exercise is None or not 1 <= number <= exercise.latest_number:
        return None
    return await queries.version_of(db, exercise, number)


async def is_material(
    db: AsyncSession, practice_id: UUID, slug: str, before: int, after: int
) -> bool:
    """Tell whether going from one version to another changes what was agreed."""
    exercise = await queries.find(db, practice_id, slug)
    if exercise is None:
        return True
    low, high = sorted((before, after))
    difference = await difference_between(db, exercise, low, high)
    return difference.weight is Weight.MATERIAL


def compiled_at_hand(practice_id: UUID, version_id: UUID) -> CompiledExercise | None:
    """Return a version that is in memory already; for paths that open no session."""
    return _KEPT.get(practice_id, version_id)


async def compiled(
    db: AsyncSession, practice_id: UUID, version_id: UUID
) -> CompiledExercise:
    """Return a version ready to check answers, or raise NotFound; read at most once."""
    found = _KEPT.get(practice_id, version_id)
    if found is not None:
        return found
    query = select(ExerciseVersion).where(
        col(ExerciseVersion.practice_id) == practice_id,
        col(ExerciseVersion.id) == version_id,
    )
    version = (await db.exec(query)).first()
    if version is None:
        raise NotFound
    return _KEPT.keep(practice_id, version_id, version.document)


async def compiled_many(
    db: AsyncSession, practice_id: UUID, version_ids: Sequence[UUID]
) -> dict[UUID, CompiledExercise]:
    """Return several versions, those not at hand read in one statement."""
    found = {one: _KEPT.get(practice_id, one) for one in version_ids}
    missing = [one for one, compiled in found.items() if compiled is None]
    ready = {one: compiled for one, compiled in found.items() if compiled is not None}
    if missing:
        query = select(ExerciseVersion).where(
            col(ExerciseVersion.practice_id) == practice_id,
            col(ExerciseVersion.id).in_(missing),
        )
        for row in (await db.exec(query)).all():
            ready[row.id] = _KEPT.keep(practice_id, row.id, row.document)
    return ready


async def latest_of(
    db: AsyncSession, practice_id: UUID, slugs: Sequence[str]
) -> dict[str, CompiledExercise]:
    """Return the latest versions of those that are on the shelf, by slug."""
    query = (
        select(Exercise.slug, ExerciseVersion.id)
        .join(
            ExerciseVersion,
            and_(
                col(ExerciseVersion.practice_id) == col(Exercise.practice_id),
                col(ExerciseVersion.exercise_id) == col(Exercise.id),
                col(ExerciseVersion.number) == col(Exercise.latest_number),
            ),
        )
        .where(
            col(Exercise.practice_id) == practice_id,
            col(Exercise.slug).in_(slugs),
            col(Exercise.retired_at).is_(None),
        )
    )
    found: dict[str, UUID] = dict((await db.exec(query)).all())
    ready = await compiled_many(db, practice_id, list(found.values()))
    return {slug: ready[ident] for slug, ident in found.items()}


async def latest_version(
    db: AsyncSession, practice_id: UUID, slug: str
) -> ExerciseVersion | None:
    """Return the latest published version of an exercise that is on the shelf."""
    exercise = await queries.find(db, practice_id, slug)
    if exercise is None or exercise.retired_at or not exercise.latest_number:
        return None
    return await queries.version_of(db, exercise, exercise.latest_number)
