"""The persons of a client's life, by nicknames that only they choose to share."""

from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.access.caller import Caller
from api.access.permissions import Right
from api.foundation import clock, etags, journal
from api.foundation.errors import Conflict, NotFound
from api.foundation.ids import new_id
from api.people.schemas import PersonChangeIn, PersonIn
from api.people.service import client_for, next_change
from api.people.tables import PersonAlias


class OtherPerson(Conflict):
    """The id belongs to a person who is described otherwise."""

    code = "id-in-use"
    title = "This id was used before, with other words"


async def add(db: AsyncSession, caller: Caller, wanted: PersonIn) -> PersonAlias:
    """Add a person; the same request again gives the same person."""
    await client_for(db, caller, caller.id, right=Right.MANAGE_OWN_PEOPLE, lock=True)
    person_id = wanted.id or new_id()
    present = await db.get(PersonAlias, (caller.practice_id, person_id))
    if present is not None:
        if present.client_id != caller.id or not _is_same(present, wanted):
            raise OtherPerson
        return present
    person = PersonAlias(
        practice_id=caller.practice_id,
        id=person_id,
        client_id=caller.id,
        nickname=wanted.nickname,
        standing=wanted.standing,
        is_shared=wanted.is_shared,
        changed_seq=await next_change(db, caller.practice_id, caller.id),
        made_at=clock.now(),
    )
    db.add(person)
    await db.flush()
    await _tell(db, caller, person, "person.added")
    return person


def _is_same(person: PersonAlias, wanted: PersonIn) -> bool:
    return (person.nickname, person.standing, person.is_shared) == (
        wanted.nickname,
        wanted.standing,
        wanted.is_shared,
    )


async def one(
    db: AsyncSession, caller: Caller, person_id: UUID, *, lock: bool = False
) -> PersonAlias:
    """Return one of the client's own persons."""
    query = select(PersonAlias).where(
        col(PersonAlias.practice_id) == caller.practice_id,
        col(PersonAlias.client_id) == caller.id,
        col(PersonAlias.id) == person_id,
    )
    if lock:
        query = query.with_for_update()
    person = (await db.exec(query)).first()
    if person is None:
        raise NotFound
    return person


async def change(
    db: AsyncSession,
    caller: Caller,
    person_id: UUID,
    wanted: PersonChangeIn,
    *,
    if_match: str | None,
) -> PersonAlias:
    """Change nickname, standing or sharing; taking sharing back holds at once."""
    await client_for(db, caller, caller.id, right=Right.MANAGE_OWN_PEOPLE, lock=True)
    person = await one(db, caller, person_id, lock=True)
    etags.require(if_match, person.version)
    person.nickname = wanted.nickname
    person.standing = wanted.standing
    person.is_shared = wanted.is_shared
    person.version += 1
    person.changed_seq = await next_change(db, caller.practice_id, caller.id)
    await db.flush()
    await _tell(db, caller, person, "person.changed")
    return person


async def _tell(
    db: AsyncSession, caller: Caller, person: PersonAlias, verb: str
) -> None:
    subject = ("person", person.id)
    await journal.record(db, caller.actor, verb, subject, client_id=caller.id)
