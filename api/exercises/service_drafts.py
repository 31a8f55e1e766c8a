"""Drafts of a practice's own exercises: written, checked, forked; and retiring.

A draft may have faults. Nothing here changes a published version.
"""

import re
from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError
from sqlmodel.ext.asyncio.session import AsyncSession

from api.access.caller import Caller
from api.exercises import queries
from api.exercises.check import check, publish
from api.exercises.difference import Weight, compare
from api.exercises.library import library
from api.exercises.questionnaires import is_reserved
from api.exercises.reserved import reserved_faults
from api.exercises.tables import Exercise, ExerciseVersion, Origin
from api.foundation import clock, etags, journal
from api.foundation.errors import Conflict, Fault, Invalid, NotFound
from api.foundation.schemas import Slug

_SLUG: TypeAdapter[str] = TypeAdapter(Slug)
_LANGUAGE_TAG = re.compile(r'\.[0-9a-f]{8}"\s*$')


class SlugTaken(Conflict):
    """The practice or the library has an exercise of this name."""

    code = "slug-taken"
    title = "There is already an exercise of this name"


class FromLibrary(Conflict):
    """Library exercises are the same everywhere; a practice changes its own copy."""

    code = "library-exercise"
    title = "Fork a library exercise to change it"


class Retired(Conflict):
    """A retired exercise is not written any more."""

    code = "exercise-retired"
    title = "This exercise is retired"


class StandardQuestionnaire(Conflict):
    """A standard questionnaire is asked in its own words; nobody has a copy to change."""

    code = "standard-questionnaire"
    title = "A standard questionnaire is used as it is"


class NoDraft(Conflict):
    """There is nothing to check or to publish."""

    code = "no-draft"
    title = "There is no draft"


async def write_first_draft(
    db: AsyncSession, caller: Caller, document: Mapping[str, Any]
) -> Exercise:
    """Begin an exercise of the practice with a draft; its `slug` names it for ever.

    Raises Invalid without a usable slug, SlugTaken if the name is in use.
    """
    slug = _slug_of(document)
    return await _begin(db, caller, slug, document)


async def _begin(
    db: AsyncSession,
    caller: Caller,
    slug: str,
    document: Mapping[str, Any],
    source: ExerciseVersion | None = None,
    source_slug: str | None = None,
) -> Exercise:
    taken = await queries.find(db, caller.practice_id, slug)
    if taken is not None or slug in library() or is_reserved(slug):
        raise SlugTaken
    exercise = Exercise(
        practice_id=caller.practice_id,
        slug=slug,
        origin=Origin.PRACTICE,
        forked_from=source_slug,
        forked_number=source.number if source else None,
        draft=dict(document),
        created_at=clock.now(),
    )
    db.add(exercise)
    await db.flush()
    verb = "exercise.forked" if source else "exercise.drafted"
    await journal.record(db, caller.actor, verb, ("exercise", exercise.id))
    return exercise


def _slug_of(document: Mapping[str, Any]) -> str:
    try:
        return _SLUG.validate_python(document.get("slug"), strict=True)
    except ValidationError:
        message = "An exercise needs a slug such as three-calm-breaths."
        fault = Fault("/document/slug", "bad-format", message)
        raise Invalid(faults=[fault]) from None


async def read_draft(
    db: AsyncSession, caller: Caller, slug: str
) -> tuple[Exercise, dict[str, Any]]:
    """Return an exercise with its draft, or raise NotFound."""
    exercise = await queries.exercise_for(db, caller, slug)
    if exercise.draft is None:
        raise NotFound
    return exercise, exercise.draft


async def write_draft(
    db: AsyncSession,
    caller: Caller,
    slug: str,
    document: Mapping[str, Any],
    if_match: str | None,
) -> Exercise:
    """Put a draft in place of the one before, or beside the published version.

    Raises FromLibrary, Retired, MatchRequired, Stale, or Invalid for another slug.
    """
    exercise = await own_exercise(db, caller, slug)
    require_seen(if_match, exercise.version)
    if _slug_of(document) != slug:
        raise Invalid(faults=[_other_slug("/document/slug")])
    exercise.draft = dict(document)
    exercise.version += 1
    db.add(exercise)
    await db.flush()
    await journal.record(
        db, caller.actor, "exercise.drafted", ("exercise", exercise.id)
    )
    return exercise


def require_seen(if_match: str | None, version: int) -> None:
    """Raise MatchRequired or Stale unless the caller has seen this state of an exercise.

    An exercise read in a language has that language in its ETag; a draft has none.
    """
    etags.require(if_match and _LANGUAGE_TAG.sub('"', if_match), version)


async def own_exercise(db: AsyncSession, caller: Caller, slug: str) -> Exercise:
    """Lock an exercise that the practice itself writes, or raise why it does not."""
    exercise = await queries.exercise_for(db, caller, slug, lock=True)
    if exercise.origin is Origin.LIBRARY:
        raise FromLibrary
    if exercise.retired_at is not None:
        raise Retired
    return exercise


def _other_slug(place: str) -> Fault:
    return Fault(place, "other-slug", "The slug of an exercise never changes.")


async def check_draft(
    db: AsyncSession, caller: Caller, slug: str
) -> tuple[list[Fault], Weight | None]:
    """List every fault of the draft; a sound one is weighed against the latest version."""
    exercise = await queries.exercise_for(db, caller, slug)
    if exercise.draft is None:
        raise NoDraft
    faults = await draft_faults(db, exercise, exercise.draft)
    if faults or not exercise.latest_number:
        return faults, None
    latest = await queries.version_of(db, exercise, exercise.latest_number)
    return faults, compare(latest.document, publish(exercise.draft)).weight


async def draft_faults(
    db: AsyncSession, exercise: Exercise, draft: Mapping[str, Any]
) -> list[Fault]:
    """List the faults of a draft, those too that only the practice's shelf can tell."""
    faults = check(draft)
    if draft.get("slug") != exercise.slug:
        faults.append(_other_slug("/slug"))
    faults += reserved_faults(draft)
    easier = draft.get("easier")
    if isinstance(easier, list) and all(isinstance(one, str) for one in easier):
        known = await queries.known_slugs(db, exercise.practice_id, easier)
        faults += [
            Fault(f"/easier/{at}", "unknown-exercise", "There is no such exercise.")
            for at, one in enumerate(easier)
            if one not in known
        ]
    return faults


async def fork(
    db: AsyncSession, caller: Caller, slug: str, new_slug: str, number: int | None
) -> Exercise:
    """Copy a published version into a draft of the practice's own, under a new name.

    Raises SlugTaken, and StandardQuestionnaire for words that are not ours to change.
    """
    source = await queries.exercise_for(db, caller, slug)
    version = await queries.version_of(db, source, number or source.latest_number)
    if version.document["kind"] == "questionnaire":
        raise StandardQuestionnaire
    document = {**version.document, "slug": new_slug}
    document.pop("library_id", None)
    document["easier"] = [one for one in document["easier"] if one != new_slug]
    return await _begin(db, caller, new_slug, document, version, slug)


async def retire(db: AsyncSession, caller: Caller, slug: str) -> Exercise:
    """Take an exercise off the shelf; what was agreed stays readable. Repeats are fine."""
    exercise = await queries.exercise_for(db, caller, slug, lock=True)
    if exercise.retired_at is None:
        exercise.retired_at = clock.now()
        exercise.version += 1
        db.add(exercise)
        await db.flush()
        await journal.record(
            db, caller.actor, "exercise.retired", ("exercise", exercise.id)
        )
    return exercise
