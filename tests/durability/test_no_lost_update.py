"""Read-modify-write by many writers at once: nothing is lost, on both engines."""

import asyncio
from uuid import UUID

from sqlmodel import col, select

from api.access.caller import Caller
from api.access.permissions import Right, Role
from api.foundation.database import Database
from api.foundation.settings import Settings
from api.people import service as people
from api.people.tables import Client
from tests.cast import Cast

WRITERS = 8
EACH = 60


async def write(settings: Settings, caller: Caller, client_id: UUID) -> None:
    """Raise a number the careful way, through a connection of one's own."""
    own = Database(settings)
    try:
        for _ in range(EACH):
            async with own.writer() as db:
                client = await people.client_for(
                    db, caller, client_id, right=Right.READ_CLIENTS, lock=True
                )
                seen = client.version
                await asyncio.sleep(0)
                client.version = seen + 1
                db.add(client)
                await db.commit()
    finally:
        await own.close()


async def test_eight_writers_lose_none_of_480_updates(
    cast: Cast, settings: Settings
) -> None:
    therapist = cast.therapist
    caller = Caller(
        cast.practice_id,
        therapist.id,
        frozenset({Role.THERAPIST}),
        therapist.sign_in_id,
    )
    client_id = cast.client.id
    await asyncio.gather(*(write(settings, caller, client_id) for _ in range(WRITERS)))
    async with cast.store.reader() as db:
        version = await db.exec(
            select(Client.version).where(col(Client.id) == client_id)
        )
        assert version.one() == 1 + WRITERS * EACH
