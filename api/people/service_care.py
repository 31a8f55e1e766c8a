"""Who cares for whom, and who must never meet.

Nobody cares for both of two separated clients. Whether that is the reason why
somebody can't join a care team is told to nobody.
"""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import and_, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.access import service_members as members
from api.access.caller import Caller
from api.access.permissions import Right, Role
from api.foundation import clock, journal
from api.foundation.errors import Conflict, Fault, Invalid, NotFound
from api.people.service import client_for
from api.people.tables import CareTie, ClientState, Separation, Staff


class CantJoin(Conflict):
    """Left, not a therapist, unknown, or kept apart: the same answer."""

    code = "cant-join-care-team"
    title = "This person can't join this care team"


class LastCarer(Conflict):
    """A client in care has somebody who cares."""

    code = "last-carer"
    title = "A client in care needs somebody who cares; add another person first"


class SharedStaff(Conflict):
    """Somebody cares for both; that has to end before the two can be kept apart."""

    code = "shared-staff"
    title = "Somebody cares for both of them; change a care team first"


class Carer(NamedTuple):
    """Somebody who cares for a client."""

    tie: CareTie
    name: str


async def team(db: AsyncSession, caller: Caller, client_id: UUID) -> list[Carer]:
    """Return who cares for a client now, in the order they came."""
    await client_for(db, caller, client_id, right=Right.READ_CLIENTS)
    query = (
        select(CareTie, Staff.name)
        .join(
            Staff,
            and_(
                col(Staff.practice_id) == col(CareTie.practice_id),
                col(Staff.id) == col(CareTie.staff_id),
            ),
        )
        .where(
            col(CareTie.practice_id) == caller.practice_id,
            col(CareTie.client_id) == client_id,
            col(CareTie.ended_at).is_(None),
        )
        .order_by(col(CareTie.id))
    )
    return [Carer(tie, name) for tie, name in (await db.exec(query)).all()]


async def add(
    db: AsyncSession, caller: Caller, client_id: UUID, staff_id: UUID
) -> None:
    """Add a therapist to a care team; adding them again changes nothing.

    Locks the client and then the membership: a separation of this client, and a tie
    of the same person to a client kept apart, both wait for this one.
    """
    await client_for(db, caller, client_id, right=Right.MANAGE_CARE_TEAM, lock=True)
    membership = await members.open_membership(db, caller.practice_id, staff_id)
    if membership is None or Role.THERAPIST not in membership.roles:
        raise CantJoin
    present = await _carers(db, caller.practice_id, client_id)
    if staff_id in {tie.staff_id for tie in present}:
        return
    partners = await _kept_apart_from(db, caller.practice_id, client_id)
    if await _cares_for_any(db, caller.practice_id, staff_id, partners):
        raise CantJoin
    tie = CareTie(
        practice_id=caller.practice_id,
        client_id=client_id,
        staff_id=staff_id,
        began_at=clock.now(),
    )
    db.add(tie)
    await db.flush()
    await journal.record(
        db, caller.actor, "care.began", ("staff", staff_id), client_id=client_id
    )


async def end(
    db: AsyncSession, caller: Caller, client_id: UUID, staff_id: UUID
) -> None:
    """End somebody's care of a client; the last one stays unless discharged."""
    client = await client_for(
        db, caller, client_id, right=Right.MANAGE_CARE_TEAM, lock=True
    )
    present = await _carers(db, caller.practice_id, client_id)
    ties = [tie for tie in present if tie.staff_id == staff_id]
    if not ties:
        raise NotFound
    if len(present) == 1 and client.state is ClientState.ACTIVE:
        raise LastCarer
    await _close(db, caller, ties)


async def leave_everyone(db: AsyncSession, caller: Caller, staff_id: UUID) -> None:
    """End every tie of somebody whose access has ended."""
    query = select(CareTie).where(
        col(CareTie.practice_id) == caller.practice_id,
        col(CareTie.staff_id) == staff_id,
        col(CareTie.ended_at).is_(None),
    )
    await _close(db, caller, list((await db.exec(query)).all()))


async def _close(db: AsyncSession, caller: Caller, ties: list[CareTie]) -> None:
    for tie in ties:
        tie.ended_at = clock.now()
    await db.flush()
    for tie in ties:
        await journal.record(
            db,
            caller.actor,
            "care.ended",
            ("staff", tie.staff_id),
            client_id=tie.client_id,
        )


async def _carers(
    db: AsyncSession, practice_id: UUID, client_id: UUID
) -> list[CareTie]:
    query = select(CareTie).where(
        col(CareTie.practice_id) == practice_id,
        col(CareTie.client_id) == client_id,
        col(CareTie.ended_at).is_(None),
    )
    return list((await db.exec(query)).all())


async def _kept_apart_from(
    db: AsyncSession, practice_id: UUID, client_id: UUID
) -> list[UUID]:
    query = select(Separation).where(
        col(Separation.practice_id) == practice_id,
        col(Separation.ended_at).is_(None),
        or_(col(Separation.one_id) == client_id, col(Separation.other_id) == client_id),
    )
    return [
        pair.other_id if pair.one_id == client_id else pair.one_id
        for pair in (await db.exec(query)).all()
    ]


async def _cares_for_any(
    db: AsyncSession, practice_id: UUID, staff_id: UUID, client_ids: list[UUID]
) -> bool:
    query = select(CareTie.id).where(
        col(CareTie.practice_id) == practice_id,
        col(CareTie.staff_id) == staff_id,
        col(CareTie.client_id).in_(client_ids),
        col(CareTie.ended_at).is_(None),
    )
    return (await db.exec(query)).first() is not None


async def separate(
    db: AsyncSession, caller: Caller, one_id: UUID, other_id: UUID
) -> Separation:
    """Keep two clients apart; keeping them apart already changes nothing."""
    if one_id == other_id:
        fault = Fault("/other_id", "same-client", "names the same client twice")
        raise Invalid(faults=[fault])
    pair = sorted([one_id, other_id])
    for client_id in pair:
        right = Right.MANAGE_SEPARATIONS
        await client_for(db, caller, client_id, right=right, lock=True)
    shared = await _shared_staff(db, caller.practice_id, pair)
    if shared:
        raise SharedStaff(staff_ids=[str(staff_id) for staff_id in shared])
    query = select(Separation).where(
        col(Separation.practice_id) == caller.practice_id,
        col(Separation.one_id) == pair[0],
        col(Separation.other_id) == pair[1],
    )
    found = (await db.exec(query)).first()
    if found is not None and found.ended_at is None:
        return found
    if found is None:
        found = Separation(
            practice_id=caller.practice_id,
            one_id=pair[0],
            other_id=pair[1],
            made_at=clock.now(),
        )
        db.add(found)
    found.made_at, found.ended_at = clock.now(), None
    await db.flush()
    subject = ("separation", found.id)
    await journal.record(db, caller.actor, "separation.made", subject)
    return found


async def _shared_staff(
    db: AsyncSession, practice_id: UUID, pair: list[UUID]
) -> list[UUID]:
    first = {tie.staff_id for tie in await _carers(db, practice_id, pair[0])}
    second = {tie.staff_id for tie in await _carers(db, practice_id, pair[1])}
    return sorted(first & second)


async def page_of_separations(
    db: AsyncSession, caller: Caller, *, after: UUID | None, limit: int
) -> list[Separation]:
    """Return the practice's separations, ended ones too."""
    query = select(Separation).where(col(Separation.practice_id) == caller.practice_id)
    if after is not None:
        query = query.where(col(Separation.id) > after)
    return list((await db.exec(query.order_by(col(Separation.id)).limit(limit))).all())


async def end_separation(
    db: AsyncSession, caller: Caller, separation_id: UUID
) -> Separation:
    """Let two clients no longer be kept apart; ending it again changes nothing."""
    query = select(Separation).where(
        col(Separation.practice_id) == caller.practice_id,
        col(Separation.id) == separation_id,
    )
    found = (await db.exec(query.with_for_update())).first()
    if found is None:
        raise NotFound
    if found.ended_at is None:
        found.ended_at = clock.now()
        await db.flush()
        subject = ("separation", found.id)
        await journal.record(db, caller.actor, "separation.ended", subject)
    return found
