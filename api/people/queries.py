"""Who a token speaks for, put together for the first screen of an app."""

from typing import NamedTuple
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.access.caller import Caller
from api.access.permissions import Right
from api.foundation.errors import NotFound
from api.people.queries_care import care_of
from api.people.tables import Client, PrecautionCode, Staff
from api.practices import service as practices


class Me(NamedTuple):
    """The caller with their name; `version` is the ETag of a client's profile.

    `may_keep` is false where others may look at the client's device.
    """

    name: str
    zone: str | None
    practice_name: str | None
    version: int | None
    may_keep: bool = True


async def me(db: AsyncSession, caller: Caller) -> Me:
    """Return who is calling; a client's device is not told the practice's name."""
    key: tuple[UUID, UUID] = (caller.practice_id, caller.id)
    if caller.is_client:
        client = await db.get(Client, key)
        if client is None:
            raise NotFound
        care = await care_of(db, *key)
        seen = PrecautionCode.DEVICE in care.held
        return Me(client.nickname, client.zone, None, client.version, not seen)
    staff = await db.get(Staff, key)
    if staff is None:
        raise NotFound
    practice = await practices.one(db, caller.practice_id)
    return Me(staff.name, None, practice.name, None)


def rights_of(caller: Caller) -> dict[str, str]:
    """Return every right of the caller with its reach, as the table has it."""
    return {
        right.value: reach.name.lower()
        for right in Right
        if (reach := caller.reach(right)) is not None
    }
