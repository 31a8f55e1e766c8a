"""Memberships and invitations: who works here, in which roles, and until when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.access import service_sign_ins as sign_ins
from api.access import tokens
from api.access.permissions import Role
from api.access.tables import Credential, Invitation, Membership
from api.foundation import clock, etags, journal
from api.foundation.database import Database
from api.foundation.errors import ApiError, Conflict, NotFound
from api.foundation.journal import Actor
from api.foundation.settings import Settings


class CodeRefused(ApiError):
    """Unknown, used or expired: the same answer."""

    status = 422
    code = "code-refused"
    title = "This code can't be used; ask for a new one"


class LoginTaken(Conflict):
    """Somebody in the practice has this login."""

    code = "login-taken"
    title = "Choose another login"


class LastOwner(Conflict):
    """A practice always has an owner."""

    code = "last-owner"
    title = "A practice needs an owner; make somebody else one first"


@dataclass(frozen=True)
class NewCode:
    """A one-time code; its text exists only here."""

    text: str
    expires_at: datetime


async def invite(
    db: AsyncSession, settings: Settings, actor: Actor, roles: Iterable[Role]
) -> NewCode:
    """Make a one-time code that lets one person join with these roles."""
    text = tokens.make_code()
    invitation = Invitation(
        practice_id=actor.practice_id,
        code_hash=tokens.code_hash(text),
        roles=sorted(set(roles)),
        expires_at=clock.now() + timedelta(days=settings.invitation_days),
    )
    db.add(invitation)
    await db.flush()
    subject = ("invitation", invitation.id)
    await journal.record(db, actor, "staff.invited", subject)
    return NewCode(text, invitation.expires_at)


async def invited_to(database: Database, code: str) -> UUID:
    """Return the practice an invitation is for, or raise CodeRefused."""
    query = select(Invitation.practice_id).where(
        col(Invitation.code_hash) == tokens.code_hash(code),
        col(Invitation.used_at).is_(None),
        col(Invitation.expires_at) > clock.now(),
    )
    async with database.reader() as db:
        practice_id = (await db.exec(query)).first()
    if practice_id is None:
        raise CodeRefused
    return practice_id


class Invited(NamedTuple):
    """Where an invitation leads, and as what."""

    practice_id: UUID
    roles: list[str]


async def redeem(db: AsyncSession, code: str) -> Invited:
    """Use up an invitation; only one caller ever can."""
    now = clock.now()
    statement = (
        update(Invitation)
        .where(
            col(Invitation.code_hash) == tokens.code_hash(code),
            col(Invitation.used_at).is_(None),
            col(Invitation.expires_at) > now,
        )
        .values(used_at=now)
        .returning(col(Invitation.practice_id), col(Invitation.roles))
    )
    connection = await db.connection()
    row = (await connection.execute(statement)).first()
    if row is None:
        raise CodeRefused
    return Invited(row.practice_id, list(row.roles))


async def join(db: AsyncSession, credential: Credential, roles: list[str]) -> None:
    """Give a new staff member their roles and their way to sign in."""
    query = select(Credential.id).where(
        col(Credential.practice_id) == credential.practice_id,
        col(Credential.login) == credential.login,
    )
    if (await db.exec(query)).first() is not None:
        raise LoginTaken
    db.add(
        Membership(
            practice_id=credential.practice_id, id=credential.id, roles=sorted(roles)
        )
    )
    db.add(credential)
    await db.flush()


async def open_membership(
    db: AsyncSession, practice_id: UUID, staff_id: UUID
) -> Membership | None:
    """Return and lock the membership of someone who works here now."""
    query = select(Membership).where(
        col(Membership.practice_id) == practice_id,
        col(Membership.id) == staff_id,
        col(Membership.ended_at).is_(None),
    )
    return (await db.exec(query.with_for_update())).first()


async def change_roles(
    db: AsyncSession,
    actor: Actor,
    staff_id: UUID,
    roles: Iterable[Role],
    *,
    if_match: str | None,
) -> Membership:
    """Change what somebody may do, from their next request on."""
    membership = await _one_of(db, actor.practice_id, staff_id)
    etags.require(if_match, membership.version)
    wanted = sorted(set(roles))
    if Role.OWNER not in wanted:
        await _keep_an_owner(db, membership)
    membership.roles = list(wanted)
    membership.version += 1
    await db.flush()
    await journal.record(db, actor, "staff.roles_changed", ("staff", staff_id))
    return membership


async def end(db: AsyncSession, actor: Actor, staff_id: UUID) -> None:
    """End somebody's access at once: membership and every sign-in."""
    membership = await _one_of(db, actor.practice_id, staff_id)
    await _keep_an_owner(db, membership)
    membership.ended_at = clock.now()
    membership.version += 1
    await db.flush()
    await sign_ins.end_all_of_person(db, actor.practice_id, staff_id)
    await journal.record(db, actor, "staff.access_ended", ("staff", staff_id))


async def _one_of(db: AsyncSession, practice_id: UUID, staff_id: UUID) -> Membership:
    """Lock every open membership of the practice, in one order, and pick one.

    Owners are counted under these locks: two owners can't end each other at once.
    """
    query = (
        select(Membership)
        .where(
            col(Membership.practice_id) == practice_id,
            col(Membership.ended_at).is_(None),
        )
        .order_by(col(Membership.id))
        .with_for_update()
    )
    for membership in (await db.exec(query)).all():
        if membership.id == staff_id:
            return membership
    raise NotFound


async def _keep_an_owner(db: AsyncSession, leaving: Membership) -> None:
    query = select(Membership).where(
        col(Membership.practice_id) == leaving.practice_id,
        col(Membership.ended_at).is_(None),
        col(Membership.id) != leaving.id,
    )
    others = (await db.exec(query)).all()
    if Role.OWNER in leaving.roles and not any(Role.OWNER in m.roles for m in others):
        raise LastOwner
