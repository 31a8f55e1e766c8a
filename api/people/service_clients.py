"""Clients: taken into care, renamed, moved between zones, discharged."""

from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.access import service_devices as devices
from api.access.caller import Caller
from api.access.permissions import Right
from api.access.service_members import NewCode
from api.foundation import clock, etags, journal
from api.foundation.errors import Conflict
from api.foundation.settings import Settings
from api.people.schemas import ClientIn
from api.people.service import client_for, within_reach
from api.people.tables import CareTie, Client, ClientState, ZoneChange
from api.practices import service as practices


class Discharged(Conflict):
    """The client is not in care any more."""

    code = "discharged"
    title = "This client has been discharged"


async def add(db: AsyncSession, caller: Caller, wanted: ClientIn) -> Client:
    """Take a client into the caller's care: client, tie and first zone together."""
    zone = wanted.zone or (await practices.one(db, caller.practice_id)).zone
    now = clock.now()
    client = Client(
        practice_id=caller.practice_id,
        nickname=wanted.nickname,
        zone=zone,
        locale=wanted.locale,
        created_at=now,
    )
    db.add(client)
    await db.flush()
    db.add(
        CareTie(
            practice_id=caller.practice_id,
            client_id=client.id,
            staff_id=caller.id,
            began_at=now,
        )
    )
    _begin_zone(db, client)
    await db.flush()
    await journal.record(
        db, caller.actor, "client.added", ("client", client.id), client_id=client.id
    )
    return client


async def page(
    db: AsyncSession, caller: Caller, *, after: UUID | None, limit: int
) -> list[Client]:
    """Return the clients within reach, in the order they came."""
    query = select(Client).where(
        within_reach(caller, Right.READ_CLIENTS, col(Client.id))
    )
    if after is not None:
        query = query.where(col(Client.id) > after)
    return list((await db.exec(query.order_by(col(Client.id)).limit(limit))).all())


async def change(
    db: AsyncSession,
    caller: Caller,
    client_id: UUID,
    *,
    right: Right,
    nickname: str,
    zone: str,
    locale: str | None = None,
    if_match: str | None,
) -> Client:
    """Change what is known of a client; a new zone holds from now on, not before.

    `right` is MANAGE_CLIENTS for staff, MANAGE_OWN_PROFILE for the client.
    """
    client = await client_for(db, caller, client_id, right=right, lock=True)
    etags.require(if_match, client.version)
    has_moved = zone != client.zone
    client.nickname, client.zone = nickname, zone
    client.locale = locale or client.locale
    client.version += 1
    client.change_seq += 1
    if has_moved:
        _begin_zone(db, client)
    await db.flush()
    await journal.record(
        db, caller.actor, "client.changed", ("client", client.id), client_id=client.id
    )
    return client


async def prefer(db: AsyncSession, caller: Caller, *, hides_numbers: bool) -> Client:
    """Keep how the client wants to read; the same wish again changes nothing."""
    client = await client_for(
        db, caller, caller.id, right=Right.MANAGE_OWN_PROFILE, lock=True
    )
    if client.hides_numbers == hides_numbers:
        return client
    client.hides_numbers = hides_numbers
    client.change_seq += 1
    await db.flush()
    await journal.record(
        db,
        caller.actor,
        "client.preferences_changed",
        ("client", client.id),
        client_id=client.id,
    )
    return client


def _begin_zone(db: AsyncSession, client: Client) -> None:
    db.add(
        ZoneChange(
            practice_id=client.practice_id,
            client_id=client.id,
            zone=client.zone,
            from_at=clock.now(),
        )
    )


async def issue_code(
    db: AsyncSession, settings: Settings, caller: Caller, client_id: UUID
) -> NewCode:
    """Make an enrolment code for a client in care."""
    client = await client_for(
        db, caller, client_id, right=Right.MANAGE_CLIENTS, lock=True
    )
    if client.state is ClientState.DISCHARGED:
        raise Discharged
    return await devices.issue_code(db, settings, caller.actor, client_id)


async def discharge(db: AsyncSession, caller: Caller, client_id: UUID) -> Client:
    """End a client's care: their codes, devices and sign-ins end; the record stays."""
    client = await client_for(
        db, caller, client_id, right=Right.MANAGE_CLIENTS, lock=True
    )
    if client.state is ClientState.DISCHARGED:
        return client
    client.state = ClientState.DISCHARGED
    client.version += 1
    await db.flush()
    await devices.close_client(db, caller.actor, client_id)
    await journal.record(
        db,
        caller.actor,
        "client.discharged",
        ("client", client_id),
        client_id=client_id,
    )
    return client
