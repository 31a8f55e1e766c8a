"""Staff: invited, joining with their own password and second factor, leaving."""

from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import and_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import Select

from api.access import logins, totp
from api.access import service_members as members
from api.access import service_staff_door as door
from api.access.caller import Caller
from api.access.password_rules import fault_of, normalise
from api.access.tables import Credential, Membership
from api.foundation import clock, journal
from api.foundation.crypto import Keys
from api.foundation.database import Database
from api.foundation.errors import Invalid, NotFound
from api.foundation.ids import new_id
from api.foundation.journal import Actor
from api.people import service_care as care
from api.people.schemas import AcceptInvitationIn
from api.people.tables import Staff
from api.practices import service as practices
from api.practices.tables import Practice


class Colleague(NamedTuple):
    """Somebody who works, or worked, here, and as what."""

    staff: Staff
    membership: Membership


@dataclass(frozen=True)
class Welcome:
    """Somebody who has just joined; the secret is shown once."""

    staff_id: UUID
    practice: str
    login: str
    totp_secret: str
    totp_uri: str


async def page(
    db: AsyncSession, caller: Caller, *, after: UUID | None, limit: int
) -> list[Colleague]:
    """Return the practice's staff in the order they came, those who left too."""
    query = _staff(caller.practice_id)
    if after is not None:
        query = query.where(col(Staff.id) > after)
    found = await db.exec(query.order_by(col(Staff.id)).limit(limit))
    return [Colleague(*row) for row in found.all()]


async def one(db: AsyncSession, caller: Caller, staff_id: UUID) -> Colleague:
    """Return one of the practice's staff."""
    query = _staff(caller.practice_id).where(col(Staff.id) == staff_id)
    row = (await db.exec(query)).first()
    if row is None:
        raise NotFound
    return Colleague(*row)


def _staff(practice_id: UUID) -> Select[Staff, Membership]:
    return (
        select(Staff, Membership)
        .join(
            Membership,
            and_(
                col(Membership.practice_id) == col(Staff.practice_id),
                col(Membership.id) == col(Staff.id),
            ),
        )
        .where(col(Staff.practice_id) == practice_id)
    )


async def check_password(
    database: Database, code: str, *, login: str, password: str
) -> None:
    """Judge a new password before it is hashed; raise CodeRefused or Invalid."""
    practice_id = await members.invited_to(database, code)
    async with database.reader() as db:
        practice = await practices.one(db, practice_id)
    context = (practice.name, practice.slug, login)
    fault = fault_of(normalise(password), context)
    if fault is not None:
        raise Invalid(faults=[fault])


async def join(
    db: AsyncSession, keys: Keys, wanted: AcceptInvitationIn, password_hash: str
) -> Welcome:
    """Use the invitation up and make staff, membership and credential together."""
    invitation = await members.redeem(db, wanted.code)
    practice = await practices.one(db, invitation.practice_id)
    staff = Staff(
        id=new_id(),
        practice_id=practice.id,
        name=wanted.name,
        joined_at=clock.now(),
    )
    db.add(staff)
    await db.flush()
    secret = totp.make_secret()
    credential = Credential(
        practice_id=practice.id,
        id=staff.id,
        login=logins.folded(wanted.login),
        password_hash=password_hash,
        totp_sealed=door.seal_secret(keys, secret, practice.id, staff.id),
    )
    await members.join(db, credential, invitation.roles)
    actor = Actor(practice.id, "staff", staff.id)
    await journal.record(db, actor, "staff.joined", ("staff", staff.id))
    return _welcome(practice, credential, secret)


def _welcome(practice: Practice, credential: Credential, secret: str) -> Welcome:
    uri = totp.uri(secret, login=credential.login, issuer="Attune")
    return Welcome(credential.id, practice.slug, credential.login, secret, uri)


async def end(db: AsyncSession, caller: Caller, staff_id: UUID) -> None:
    """End somebody's access at once, and with it every tie of care they held."""
    await members.end(db, caller.actor, staff_id)
    colleague = await one(db, caller, staff_id)
    colleague.staff.left_at = clock.now()
    await db.flush()
    await care.leave_everyone(db, caller, staff_id)
