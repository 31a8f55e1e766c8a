"""The practice: opened by the operator, renamed by its owner."""

from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.access.caller import Caller
from api.foundation import clock, etags, journal
from api.foundation.errors import Conflict, NotFound
from api.foundation.journal import Actor
from api.practices.tables import Practice


class OnePracticePerFile(Conflict):
    """SQLite holds one practice; the file is the wall around it."""

    code = "one-practice-per-file"
    title = (
        "An SQLite database holds one practice, so that the file itself is the wall "
        "around it. Give the second practice a database of its own, or use PostgreSQL."
    )


class SlugTaken(Conflict):
    """Another practice here has this short name."""

    code = "slug-taken"
    title = "Another practice here has this short name"


async def create(
    db: AsyncSession, *, slug: str, name: str, zone: str, is_sqlite: bool
) -> tuple[Practice, Actor]:
    """Open a practice and return it with the actor its first facts are told by."""
    practices = (await db.exec(select(Practice))).all()
    if practices and is_sqlite:
        raise OnePracticePerFile
    if any(practice.slug == slug for practice in practices):
        raise SlugTaken
    practice = Practice(slug=slug, name=name, zone=zone, opened_at=clock.now())
    db.add(practice)
    await db.flush()
    actor = Actor(practice.id, "system")
    await journal.record(db, actor, "practice.opened", ("practice", practice.id))
    return practice, actor


async def named(db: AsyncSession, slug: str) -> UUID | None:
    """Return the id of the practice with a short name, or None."""
    query = select(Practice.id).where(col(Practice.slug) == slug)
    return (await db.exec(query)).first()


async def every_id(db: AsyncSession) -> list[UUID]:
    """Return the ids of all practices here; for operator commands only."""
    return list(await db.exec(select(Practice.id).order_by(col(Practice.id))))


async def one(db: AsyncSession, practice_id: UUID, *, lock: bool = False) -> Practice:
    """Return a practice; whoever asks belongs to it."""
    query = select(Practice).where(col(Practice.id) == practice_id)
    if lock:
        query = query.with_for_update()
    practice = (await db.exec(query)).first()
    if practice is None:
        raise NotFound
    return practice


async def change(
    db: AsyncSession, caller: Caller, *, name: str, zone: str, if_match: str | None
) -> Practice:
    """Rename the practice or move its zone."""
    practice = await one(db, caller.practice_id, lock=True)
    etags.require(if_match, practice.version)
    practice.name, practice.zone = name, zone
    practice.version += 1
    await db.flush()
    subject = ("practice", practice.id)
    await journal.record(db, caller.actor, "practice.changed", subject)
    return practice
