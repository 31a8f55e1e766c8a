"""Sign-ins: opened, carried on, listed, ended; ending one holds on the next request."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.access import rotation, tokens
from api.access.caller import Caller
from api.access.tables import AccessToken, RefreshToken, SignIn
from api.access.tokens import Token
from api.foundation import clock, journal
from api.foundation.errors import ApiError, NotFound
from api.foundation.journal import Actor
from api.foundation.settings import Settings


class RefreshRefused(ApiError):
    """Unknown, expired, ended or used by two: the same answer."""

    status = 401
    code = "refresh-refused"
    title = "Sign in again"


@dataclass(frozen=True)
class Opened:
    """A sign-in with the tokens its holder needs; the texts exist only here."""

    sign_in: SignIn
    access: Token
    access_expires_at: datetime
    refresh: Token | None = None


async def open_for_staff(
    db: AsyncSession, settings: Settings, practice_id: UUID, staff_id: UUID
) -> Opened:
    """Open a staff sign-in with its first refresh token."""
    now = clock.now()
    refresh = tokens.make(practice_id)
    sign_in = SignIn(
        practice_id=practice_id,
        kind="staff",
        person_id=staff_id,
        started_at=now,
        expires_at=now + timedelta(days=settings.refresh_token_days),
        current_refresh=refresh.hash,
    )
    db.add(sign_in)
    await db.flush()
    first = rotation.Link(refresh.hash, generation=0, parent=None)
    _keep(db, sign_in, first)
    actor = Actor(practice_id, "staff", staff_id)
    await journal.record(db, actor, "sign_in.opened", ("sign_in", sign_in.id))
    access, expires_at = await issue_access(db, settings, sign_in)
    return Opened(sign_in, access, expires_at, refresh)


async def open_for_device(
    db: AsyncSession,
    settings: Settings,
    practice_id: UUID,
    client_id: UUID,
    device_id: UUID,
) -> Opened:
    """Carry on the device's sign-in, or open one; the device's row is locked."""
    now = clock.now()
    query = select(SignIn).where(
        col(SignIn.practice_id) == practice_id,
        col(SignIn.device_id) == device_id,
        col(SignIn.ended_at).is_(None),
        col(SignIn.expires_at) > now + timedelta(minutes=settings.access_token_minutes),
    )
    sign_in = (await db.exec(query)).first()
    if sign_in is None:
        sign_in = SignIn(
            practice_id=practice_id,
            kind="client",
            person_id=client_id,
            device_id=device_id,
            started_at=now,
            expires_at=now + timedelta(days=settings.refresh_token_days),
        )
        db.add(sign_in)
        await db.flush()
        actor = Actor(practice_id, "client", client_id, device_id)
        await journal.record(
            db, actor, "sign_in.opened", ("sign_in", sign_in.id), client_id=client_id
        )
    access, expires_at = await issue_access(db, settings, sign_in)
    return Opened(sign_in, access, expires_at)


async def issue_access(
    db: AsyncSession, settings: Settings, sign_in: SignIn
) -> tuple[Token, datetime]:
    """Make a short-lived token of a sign-in, never longer than the sign-in itself."""
    token = tokens.make(sign_in.practice_id)
    life = timedelta(minutes=settings.access_token_minutes)
    expires_at = min(clock.now() + life, sign_in.expires_at)
    db.add(
        AccessToken(
            practice_id=sign_in.practice_id,
            hash=token.hash,
            sign_in_id=sign_in.id,
            expires_at=expires_at,
        )
    )
    await db.flush()
    return token, expires_at


async def refresh(db: AsyncSession, settings: Settings, text: str) -> Opened | None:
    """Carry a staff sign-in on; None when the token is not good (any more).

    A replay ends the family; the caller must let that commit and then refuse.
    """
    token = tokens.read(text)
    found = await _locked_family(db, token) if token else None
    if found is None:
        return None
    sign_in, kept = found
    if sign_in.ended_at is not None or sign_in.expires_at <= clock.now():
        return None
    family = rotation.use(
        rotation.Family(sign_in.generation, sign_in.current_refresh or b""),
        rotation.Link(kept.hash, kept.generation, kept.parent),
    )
    if family is None:
        await _end(db, sign_in, verb="sign_in.replayed")
        return None
    sign_in.generation, sign_in.current_refresh = family.generation, family.current
    following = tokens.make(sign_in.practice_id)
    _keep(db, sign_in, rotation.child(family, following.hash))
    access, expires_at = await issue_access(db, settings, sign_in)
    return Opened(sign_in, access, expires_at, following)


async def _locked_family(
    db: AsyncSession, token: Token
) -> tuple[SignIn, RefreshToken] | None:
    kept = await db.get(RefreshToken, (token.practice_id, token.hash))
    if kept is None:
        return None
    query = select(SignIn).where(
        col(SignIn.practice_id) == kept.practice_id, col(SignIn.id) == kept.sign_in_id
    )
    return (await db.exec(query.with_for_update())).one(), kept


def _keep(db: AsyncSession, sign_in: SignIn, link: rotation.Link) -> None:
    db.add(
        RefreshToken(
            practice_id=sign_in.practice_id,
            hash=link.hash,
            sign_in_id=sign_in.id,
            generation=link.generation,
            parent=link.parent,
        )
    )


async def page_of_own(
    db: AsyncSession, caller: Caller, *, after: UUID | None, limit: int
) -> list[SignIn]:
    """Return the caller's sign-ins, ended ones too, newest first."""
    query = select(SignIn).where(
        col(SignIn.practice_id) == caller.practice_id,
        col(SignIn.person_id) == caller.id,
    )
    if after is not None:
        query = query.where(col(SignIn.id) < after)
    return list(await db.exec(query.order_by(col(SignIn.id).desc()).limit(limit)))


async def end_own(db: AsyncSession, caller: Caller, sign_in_id: UUID) -> None:
    """End one of the caller's own sign-ins; ending it again changes nothing."""
    query = select(SignIn).where(
        col(SignIn.practice_id) == caller.practice_id,
        col(SignIn.person_id) == caller.id,
        col(SignIn.id) == sign_in_id,
    )
    sign_in = (await db.exec(query.with_for_update())).first()
    if sign_in is None:
        raise NotFound
    if sign_in.ended_at is None:
        await _end(db, sign_in, verb="sign_in.ended")


async def _end(db: AsyncSession, sign_in: SignIn, *, verb: str) -> None:
    sign_in.ended_at = clock.now()
    is_client = sign_in.kind == "client"
    actor = Actor(
        sign_in.practice_id, sign_in.kind, sign_in.person_id, sign_in.device_id
    )
    await db.flush()
    await journal.record(
        db,
        actor,
        verb,
        ("sign_in", sign_in.id),
        client_id=sign_in.person_id if is_client else None,
    )


async def end_all_of_person(
    db: AsyncSession, practice_id: UUID, person_id: UUID
) -> None:
    """End every sign-in of a staff member or a client."""
    await _end_where(db, practice_id, col(SignIn.person_id) == person_id)


async def end_all_of_devices(
    db: AsyncSession, practice_id: UUID, device_ids: list[UUID]
) -> None:
    """End every sign-in of some devices."""
    await _end_where(db, practice_id, col(SignIn.device_id).in_(device_ids))


async def _end_where(
    db: AsyncSession, practice_id: UUID, condition: ColumnElement[bool]
) -> None:
    connection = await db.connection()
    await connection.execute(
        update(SignIn)
        .where(
            col(SignIn.practice_id) == practice_id,
            col(SignIn.ended_at).is_(None),
            condition,
        )
        .values(ended_at=clock.now())
    )
