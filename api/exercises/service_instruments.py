"""Which instruments a practice asks: what is on its shelf, switched on and off.

An instrument is on where its exercise is published and not retired; there is no other
state. What was agreed stays readable when it is switched off.
"""

from collections.abc import Mapping

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.access.caller import Caller
from api.exercises import queries, service_drafts
from api.exercises.questionnaires import document_of, slug_of
from api.exercises.service_drafts import SlugTaken
from api.exercises.service_publishing import shelve
from api.exercises.tables import Exercise, Origin
from api.foundation import journal
from api.foundation.errors import Conflict, NotFound
from api.instruments.names import EXCLUDED, Exclusion
from api.instruments.registry import Registry
from api.instruments.shape import Instrument


class InstrumentExcluded(Conflict):
    """This instrument must not be asked through this service."""

    code = "excluded-instrument"
    title = "This instrument can't be used here"


class TextNeeded(Conflict):
    """The operator has not supplied the words of this instrument."""

    code = "text-needed"
    title = "The operator of this server must supply its words first"


async def shelf(db: AsyncSession, caller: Caller) -> Mapping[str, Exercise]:
    """Return the exercises of instruments that are switched on, by slug."""
    query = select(Exercise).where(
        col(Exercise.practice_id) == caller.practice_id,
        col(Exercise.origin) == Origin.LIBRARY,
        col(Exercise.modality) == "questionnaire",
        col(Exercise.retired_at).is_(None),
    )
    return {row.slug: row for row in (await db.exec(query)).all()}


def find(registry: Registry, instrument_id: str) -> Instrument | Exclusion:
    """Return an instrument, or what is excluded under this id; raise NotFound."""
    found = registry.instruments.get(instrument_id)
    if found is not None:
        return found
    for barred in EXCLUDED:
        if barred.id == instrument_id:
            return barred
    raise NotFound


async def enable(
    db: AsyncSession, caller: Caller, registry: Registry, instrument_id: str
) -> Instrument:
    """Put an instrument on the practice's shelf, or back on it. Repeats are fine.

    Raises NotFound, InstrumentExcluded, TextNeeded, and SlugTaken where the practice has
    an exercise of its own of that name.
    """
    one = find(registry, instrument_id)
    if isinstance(one, Exclusion):
        raise InstrumentExcluded(f"It can't be: {one.reason}.")
    if not one.has_text:
        raise TextNeeded
    slug = slug_of(one.id)
    exercise = await queries.find(db, caller.practice_id, slug, lock=True)
    if exercise is not None and exercise.origin is not Origin.LIBRARY:
        raise SlugTaken
    await shelve(db, caller.actor, slug, document_of(one), exercise)
    if exercise is not None and exercise.retired_at is not None:
        exercise.retired_at = None
        exercise.version += 1
        db.add(exercise)
        await db.flush()
        subject = ("exercise", exercise.id)
        await journal.record(db, caller.actor, "exercise.restored", subject)
    return one


async def disable(
    db: AsyncSession, caller: Caller, registry: Registry, instrument_id: str
) -> Instrument | Exclusion:
    """Take an instrument off the practice's shelf. Repeats are fine; raises NotFound."""
    one = find(registry, instrument_id)
    slug = slug_of(one.id)
    exercise = await queries.find(db, caller.practice_id, slug)
    if exercise is not None and exercise.origin is Origin.LIBRARY:
        await service_drafts.retire(db, caller, slug)
    return one
