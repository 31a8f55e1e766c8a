"""Devices: enrolled by a one-time code, known by their key, listed for ever.

Nothing here removes a device row: the list is how a client sees who ever had access.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.access import assertions, device_keys, tokens
from api.access import service_sign_ins as sign_ins
from api.access.assertions import Assertion, BadAssertion
from api.access.caller import Caller
from api.access.service_members import CodeRefused, NewCode
from api.access.service_sign_ins import Opened
from api.access.tables import Device, EnrolmentCode, UsedAssertion
from api.foundation import clock, journal
from api.foundation.crypto import digest
from api.foundation.database import Database
from api.foundation.errors import BadRequest, Fault, Invalid, NotFound
from api.foundation.journal import Actor
from api.foundation.settings import Settings


class TokenRefused(BadRequest):
    """The token request is not good; `error` is RFC 6749's word for it."""

    code = "token-refused"
    title = "No token for this request"

    def __init__(self, error: str) -> None:
        super().__init__(error=error)


async def issue_code(
    db: AsyncSession, settings: Settings, actor: Actor, client_id: UUID
) -> NewCode:
    """Make a code to show in session; unused older codes of the client die."""
    await kill_codes(db, actor.practice_id, client_id)
    text = tokens.make_code()
    code = EnrolmentCode(
        practice_id=actor.practice_id,
        client_id=client_id,
        code_hash=tokens.code_hash(text),
        expires_at=clock.now() + timedelta(hours=settings.enrolment_code_hours),
    )
    db.add(code)
    await db.flush()
    subject = ("enrolment_code", code.id)
    await journal.record(db, actor, "device.code_issued", subject, client_id=client_id)
    return NewCode(text, code.expires_at)


async def kill_codes(db: AsyncSession, practice_id: UUID, client_id: UUID) -> None:
    """End every unused code of a client."""
    now = clock.now()
    connection = await db.connection()
    await connection.execute(
        update(EnrolmentCode)
        .where(
            col(EnrolmentCode.practice_id) == practice_id,
            col(EnrolmentCode.client_id) == client_id,
            col(EnrolmentCode.used_at).is_(None),
            col(EnrolmentCode.expires_at) > now,
        )
        .values(expires_at=now)
    )


async def enrol(db: AsyncSession, code: str, name: str, jwk: dict[str, Any]) -> Device:
    """Bind a device's public key to the client the code was shown to; once."""
    try:
        public_key = device_keys.checked(jwk)
    except device_keys.BadKey as error:
        fault = Fault("/public_key", "bad-key", str(error))
        raise Invalid(faults=[fault]) from None
    now = clock.now()
    redeem = (
        update(EnrolmentCode)
        .where(
            col(EnrolmentCode.code_hash) == tokens.code_hash(code),
            col(EnrolmentCode.used_at).is_(None),
            col(EnrolmentCode.expires_at) > now,
        )
        .values(used_at=now)
        .returning(col(EnrolmentCode.practice_id), col(EnrolmentCode.client_id))
    )
    connection = await db.connection()
    bound = (await connection.execute(redeem)).first()
    if bound is None:
        raise CodeRefused
    device = Device(
        practice_id=bound.practice_id,
        client_id=bound.client_id,
        name=name,
        public_key=public_key,
        first_day=now.date(),
        last_day=now.date(),
    )
    db.add(device)
    await db.flush()
    actor = Actor(device.practice_id, "client", device.client_id, device.id)
    await journal.record(
        db,
        actor,
        "device.enrolled",
        ("device", device.id),
        client_id=device.client_id,
    )
    return device


async def check_assertion(
    database: Database, text: str, *, audience: str
) -> tuple[Device, Assertion]:
    """Check a signed token request before any write; raise TokenRefused."""
    try:
        practice_id, device_id = assertions.claimed_device(text)
        async with database.reader() as db:
            device = await db.get(Device, (practice_id, device_id))
        if device is None or device.revoked_at is not None:
            raise TokenRefused("invalid_grant")
        issuer = assertions.issuer_of(practice_id, device_id)
        proved = assertions.verify(
            text, device.public_key, issuer=issuer, audience=audience, now=clock.now()
        )
    except BadAssertion:
        raise TokenRefused("invalid_grant") from None
    return device, proved


async def issue_token(
    db: AsyncSession, settings: Settings, device: Device, proved: Assertion
) -> Opened:
    """Give a token for a checked assertion; each assertion is taken once."""
    query = select(Device).where(
        col(Device.practice_id) == device.practice_id,
        col(Device.id) == device.id,
        col(Device.revoked_at).is_(None),
    )
    present = (await db.exec(query.with_for_update())).first()
    if present is None or not await _is_first_use(db, device, proved):
        raise TokenRefused("invalid_grant")
    today = clock.now().date()
    if present.last_day < today:
        present.last_day = today
    return await sign_ins.open_for_device(
        db, settings, present.practice_id, present.client_id, present.id
    )


async def _is_first_use(db: AsyncSession, device: Device, proved: Assertion) -> bool:
    connection = await db.connection()
    insert: Any = (
        sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    )
    statement = (
        insert(UsedAssertion)
        .values(
            practice_id=device.practice_id,
            device_id=device.id,
            jti_hash=digest(proved.jti.encode()),
            expires_at=proved.expires_at,
        )
        .on_conflict_do_nothing()
        .returning(col(UsedAssertion.device_id))
    )
    return (await connection.execute(statement)).first() is not None


async def page_of_own(
    db: AsyncSession, caller: Caller, *, after: UUID | None, limit: int
) -> list[Device]:
    """Return every device the client ever had, oldest first."""
    query = select(Device).where(
        col(Device.practice_id) == caller.practice_id,
        col(Device.client_id) == caller.id,
    )
    if after is not None:
        query = query.where(col(Device.id) > after)
    return list((await db.exec(query.order_by(col(Device.id)).limit(limit))).all())


async def revoke(db: AsyncSession, caller: Caller, device_id: UUID) -> Device:
    """End one of the client's devices; it stays in the list."""
    query = select(Device).where(
        col(Device.practice_id) == caller.practice_id,
        col(Device.client_id) == caller.id,
        col(Device.id) == device_id,
    )
    device = (await db.exec(query.with_for_update())).first()
    if device is None:
        raise NotFound
    if device.revoked_at is None:
        await _revoke(db, caller.actor, [device])
    return device


async def revoke_others(db: AsyncSession, caller: Caller) -> int:
    """End every device of the client but the calling one; return how many."""
    devices = await _live_devices(db, caller.practice_id, caller.id)
    others = [device for device in devices if device.id != caller.device_id]
    await _revoke(db, caller.actor, others)
    return len(others)


async def close_client(db: AsyncSession, actor: Actor, client_id: UUID) -> None:
    """End every code, device and sign-in of a client who leaves care."""
    # Codes first: a redemption that waits on the code's row then finds it dead, and
    # one that won has committed its device before the devices are read.
    await kill_codes(db, actor.practice_id, client_id)
    devices = await _live_devices(db, actor.practice_id, client_id)
    await _revoke(db, actor, devices)
    await sign_ins.end_all_of_person(db, actor.practice_id, client_id)


async def _live_devices(
    db: AsyncSession, practice_id: UUID, client_id: UUID
) -> list[Device]:
    query = (
        select(Device)
        .where(
            col(Device.practice_id) == practice_id,
            col(Device.client_id) == client_id,
            col(Device.revoked_at).is_(None),
        )
        .order_by(col(Device.id))
        .with_for_update()
    )
    return list((await db.exec(query)).all())


async def _revoke(db: AsyncSession, actor: Actor, devices: list[Device]) -> None:
    for device in devices:
        device.revoked_at = clock.now()
    await db.flush()
    ids = [device.id for device in devices]
    await sign_ins.end_all_of_devices(db, actor.practice_id, ids)
    for device in devices:
        await journal.record(
            db,
            actor,
            "device.revoked",
            ("device", device.id),
            client_id=device.client_id,
        )
