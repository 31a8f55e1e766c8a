"""Publishing: a draft, or the library, becomes versions that never change again."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.access.caller import Caller
from api.exercises import queries
from api.exercises.check import publish
from api.exercises.difference import compare
from api.exercises.documents import content_hash, filled
from api.exercises.library import library, translations
from api.exercises.questionnaires import on_by_default, switched_on
from api.exercises.service_drafts import (
    NoDraft,
    draft_faults,
    own_exercise,
    require_seen,
)
from api.exercises.service_languages import add_library_translation
from api.exercises.service_texts import begin_texts, first_texts
from api.exercises.tables import Exercise, ExerciseLabel, ExerciseVersion, Origin
from api.foundation import clock, journal
from api.foundation.errors import Conflict, Invalid
from api.foundation.ids import new_id
from api.foundation.journal import Actor
from api.instruments.registry import Registry
from api.instruments.registry import read as read_registry

_SUMMARY = (
    "title",
    "purpose",
    "kind",
    "library_id",
    "evidence",
    "settings",
    "tags",
    "minutes",
    "intensity",
    "stop_is_success",
    "instrument",
    "locale",
)


class NothingChanged(Conflict):
    """The draft says what the latest version says."""

    code = "nothing-changed"
    title = "The draft is the same as the latest version"


async def publish_draft(
    db: AsyncSession,
    caller: Caller,
    slug: str,
    *,
    wording_fix: bool = False,
    if_match: str | None = None,
) -> tuple[Exercise, ExerciseVersion]:
    """Freeze the draft as the next version.

    `if_match` is honoured where it is given. Raises FromLibrary, Retired, NoDraft,
    NothingChanged, Stale, and Invalid with every fault of the draft.
    """
    exercise = await own_exercise(db, caller, slug)
    if if_match is not None:
        require_seen(if_match, exercise.version)
    if exercise.draft is None:
        raise NoDraft
    faults = await draft_faults(db, exercise, exercise.draft)
    if faults:
        raise Invalid(faults=faults)
    version = await _add_version(
        db,
        caller.actor,
        exercise,
        publish(exercise.draft),
        wording_fix=wording_fix,
    )
    if version is None:
        raise NothingChanged
    exercise.draft = None
    exercise.version += 1
    await db.flush()
    return exercise, version


async def _add_version(
    db: AsyncSession,
    actor: Actor,
    exercise: Exercise,
    document: dict[str, Any],
    *,
    wording_fix: bool,
) -> ExerciseVersion | None:
    """Append a version and make the exercise's row tell of it; None if it is no news."""
    change = None
    if exercise.latest_number:
        latest = await queries.version_of(db, exercise, exercise.latest_number)
        before = filled(latest.document)
        change = compare(before, document, wording_fix=wording_fix).weight
        if change is None:
            return None
    version = _next_version(actor, exercise, document)
    version.change, version.wording_fix = change, wording_fix
    db.add_all((exercise, version))
    await db.flush()
    await _relabel(db, exercise, document)
    await begin_texts(db, exercise, document)
    await journal.record_each(db, [_published(actor, version)])
    return version


def _next_version(
    actor: Actor, exercise: Exercise, document: dict[str, Any]
) -> ExerciseVersion:
    """Make the row of the next version, and let the exercise's own row tell of it."""
    exercise.latest_number += 1
    _summarise(exercise, document)
    return ExerciseVersion(
        practice_id=exercise.practice_id,
        id=new_id(),
        exercise_id=exercise.id,
        number=exercise.latest_number,
        document=document,
        content_hash=content_hash(document),
        published_at=clock.now(),
        published_by=actor.id,
    )


def _published(actor: Actor, version: ExerciseVersion) -> dict[str, Any]:
    return journal.entry(actor, "exercise.published", ("exercise_version", version.id))


def _summarise(exercise: Exercise, document: Mapping[str, Any]) -> None:
    """Repeat on the exercise's row what lists show and filter by."""
    exercise.kind, exercise.evidence = document["kind"], document["evidence"]
    exercise.modality, exercise.phase = document["modality"], document["phase"]
    exercise.minutes_least = document["minutes"]["least"]
    exercise.minutes_most = document["minutes"]["most"]
    summary = {key: document.get(key) for key in _SUMMARY}
    exercise.summary = summary | {"steps": _step_types(document)}


def _step_types(document: Mapping[str, Any]) -> list[str]:
    steps = (step for part in document["parts"] for step in part["steps"])
    return sorted({step["type"] for step in steps})


async def _relabel(
    db: AsyncSession, exercise: Exercise, document: Mapping[str, Any]
) -> None:
    await db.exec(
        delete(ExerciseLabel).where(
            col(ExerciseLabel.practice_id) == exercise.practice_id,
            col(ExerciseLabel.exercise_id) == exercise.id,
        )
    )
    db.add_all(_labels(exercise, document))
    await db.flush()


def _labels(exercise: Exercise, document: Mapping[str, Any]) -> list[ExerciseLabel]:
    labels = [("setting", value) for value in document["settings"]]
    labels += [("tag", value) for value in document["tags"]]
    labels += [("step", value) for value in _step_types(document)]
    return [
        ExerciseLabel(
            practice_id=exercise.practice_id,
            exercise_id=exercise.id,
            kind=kind,
            value=value,
        )
        for kind, value in labels
    ]


async def load_library(
    db: AsyncSession, practice_id: UUID, instruments: Registry | None = None
) -> int:
    """Give a practice its copy of the library; return how many versions were added.

    `instruments` are those of this server; without them, those that ship. Doing it again
    adds nothing, unless the library has changed since. A practice's own exercise that
    took a name before the library did keeps it, and so do its own words in a language
    that the library learnt later; what was retired stays retired.
    """
    actor, added = Actor(practice_id, "system"), 0
    query = select(Exercise).where(col(Exercise.practice_id) == practice_id)
    known = {row.slug: row for row in (await db.exec(query)).all()}
    registry = instruments or read_registry(None)
    documents = {
        **library(),
        **on_by_default(registry),
        **switched_on(registry, known),
    }
    fresh = {slug: one for slug, one in documents.items() if slug not in known}
    for slug, document in documents.items():
        exercise = known.get(slug)
        if exercise is not None and exercise.origin is Origin.LIBRARY:
            shelved = await shelve(db, actor, slug, document, exercise)
            added += shelved is not None
    await _shelve_fresh(db, actor, fresh)
    return added + len(fresh)


async def _shelve_fresh(
    db: AsyncSession, actor: Actor, documents: Mapping[str, Mapping[str, Any]]
) -> None:
    """Put what a practice never had on its shelf, all at once.

    The rows are those of `shelve` one by one, in a handful of statements: a practice's
    first library is a hundred items.
    """
    if not documents:
        return
    shelved = [(_begun(actor, slug), dict(one)) for slug, one in documents.items()]
    versions = [_next_version(actor, exercise, one) for exercise, one in shelved]
    db.add_all(exercise for exercise, _ in shelved)
    await db.flush()
    db.add_all(versions)
    db.add_all(label for exercise, one in shelved for label in _labels(exercise, one))
    await db.flush()
    await first_texts(db, shelved)
    await journal.record_each(db, [_published(actor, one) for one in versions])
    for exercise, _ in shelved:
        await _translate(db, actor, exercise)


def _begun(actor: Actor, slug: str) -> Exercise:
    return Exercise(
        practice_id=actor.practice_id,
        slug=slug,
        origin=Origin.LIBRARY,
        created_at=clock.now(),
    )


async def _translate(db: AsyncSession, actor: Actor, exercise: Exercise) -> None:
    for translation in translations().get(exercise.slug, {}).values():
        await add_library_translation(db, actor, exercise, translation)


async def shelve(
    db: AsyncSession,
    actor: Actor,
    slug: str,
    document: Mapping[str, Any],
    exercise: Exercise | None,
) -> ExerciseVersion | None:
    """Put a document of the library on a practice's shelf; None if it is no news."""
    if exercise is None:
        exercise = _begun(actor, slug)
        db.add(exercise)
        await db.flush()
    version = await _add_version(db, actor, exercise, dict(document), wording_fix=False)
    if version is not None and version.number > 1:
        exercise.version += 1
    await _translate(db, actor, exercise)
    return version
