"""Translations: written, read, and chosen for whoever reads.

What is answered, measured and listened for comes from the version itself, whatever the
language it is read in; nothing here touches that.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from api.access.caller import Caller
from api.access.permissions import Right
from api.exercises import queries
from api.exercises.documents import content_hash, filled
from api.exercises.languages import Wish, best, names_a_language, read_wish
from api.exercises.reserved import reserved_faults
from api.exercises.service_texts import add_text
from api.exercises.tables import (
    Exercise,
    ExerciseTranslation,
    ExerciseVersion,
    Origin,
)
from api.exercises.translations import UnsoundTranslation, translate
from api.foundation import clock, etags, journal
from api.foundation.errors import Fault, Invalid, Stale
from api.foundation.journal import Actor
from api.people import service as people


@dataclass(frozen=True, slots=True)
class Spoken:
    """A version in one language. `revision` is null where that is its own."""

    document: Mapping[str, Any]
    locale: str
    locales: list[str]
    revision: int | None


async def wish_of(db: AsyncSession, caller: Caller, header: str | None) -> Wish:
    """Return the languages a caller wants: what was sent, or a client's own language."""
    wish = read_wish(header or "")
    if caller.is_client and not names_a_language(wish):
        right = Right.MANAGE_OWN_PROFILE
        client = await people.client_for(db, caller, caller.id, right=right)
        return read_wish(client.locale)
    return wish


async def spoken(db: AsyncSession, version: ExerciseVersion, wish: Wish) -> Spoken:
    """Return a version in the best language there is for a wish."""
    source = version.document["locale"]
    translated = await queries.translated_locales(db, version)
    locales = [source, *translated]
    locale = best(wish, source, locales)
    if locale == source:
        return Spoken(version.document, source, locales, None)
    row = await queries.translation_of(db, version, locale, None)
    return Spoken(row.document, locale, locales, row.revision)


async def write_translation(
    db: AsyncSession,
    caller: Caller,
    slug: str,
    number: int,
    locale: str,
    written: Mapping[str, Any],
    if_match: str | None,
) -> ExerciseTranslation:
    """Add a translation of a version; the same one again adds nothing.

    Raises Invalid with every fault, and MatchRequired or Stale where there is one already
    that was not read.
    """
    exercise = await queries.exercise_for(db, caller, slug, lock=True)
    version = await queries.version_of(db, exercise, number)
    if claimed := list(reserved_faults({"title": written.get("title")})):
        raise Invalid(faults=[_in_body(fault) for fault in claimed])
    try:
        document = translate(filled(version.document), locale, written)
    except UnsoundTranslation as unsound:
        raise Invalid(faults=[_in_body(fault) for fault in unsound.faults]) from None
    newest = await queries.newest_translation(db, version, locale)
    if newest is not None and newest.content_hash == content_hash(document):
        return newest
    if newest is not None:
        etags.require(if_match, newest.revision)
    elif if_match is not None:
        raise Stale
    actor = caller.actor
    return await _add(db, actor, exercise, version, newest, document, Origin.PRACTICE)


def _in_body(fault: Fault) -> Fault:
    return Fault(f"/document{fault.pointer}", fault.code, fault.message)


async def add_library_translation(
    db: AsyncSession, actor: Actor, exercise: Exercise, document: Mapping[str, Any]
) -> bool:
    """Give the latest version the library's words in a language; tell if that is news.

    A practice that wrote its own words in that language keeps them.
    """
    version = await queries.version_of(db, exercise, exercise.latest_number)
    newest = await queries.newest_translation(db, version, document["locale"])
    if newest is not None and (
        newest.origin is Origin.PRACTICE
        or newest.content_hash == content_hash(document)
    ):
        return False
    await _add(db, actor, exercise, version, newest, document, Origin.LIBRARY)
    return True


async def _add(
    db: AsyncSession,
    actor: Actor,
    exercise: Exercise,
    version: ExerciseVersion,
    newest: ExerciseTranslation | None,
    document: Mapping[str, Any],
    origin: Origin,
) -> ExerciseTranslation:
    row = ExerciseTranslation(
        practice_id=exercise.practice_id,
        version_id=version.id,
        locale=document["locale"],
        revision=newest.revision + 1 if newest else 1,
        origin=origin,
        document=dict(document),
        content_hash=content_hash(document),
        made_at=clock.now(),
        made_by=actor.id,
    )
    db.add(row)
    await db.flush()
    if version.number == exercise.latest_number:
        await add_text(db, exercise, document)
    await journal.record(
        db, actor, "exercise.translated", ("exercise_translation", row.id)
    )
    return row
