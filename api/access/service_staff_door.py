"""How staff come in: password and one-time code, with one answer to every refusal.

Three steps, because hashing must not happen inside a write transaction: `prove` reads
and hashes, `enter` writes. An unknown practice, an unknown login, a wrong password and
a wrong code do the same work and get the same bytes.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.access import service_sign_ins as sign_ins
from api.access import service_throttle as throttle
from api.access import totp
from api.access.hashing import Passwords
from api.access.logins import folded
from api.access.service_sign_ins import Opened
from api.access.service_throttle import Ticket
from api.access.tables import Credential, Membership
from api.foundation import clock
from api.foundation.crypto import Keys
from api.foundation.database import Database
from api.foundation.errors import ApiError
from api.foundation.settings import Settings

_SEAL = "totp"
_DECOY_SECRET = totp.make_secret()
_NOWHERE = UUID(int=0)


class SignInRefused(ApiError):
    """Whatever was wrong, this is all that is said."""

    status = 401
    code = "sign-in-refused"
    title = "That combination does not sign in here"


@dataclass(frozen=True)
class Attempt:
    """What someone typed at the door, and from where."""

    practice_id: UUID | None
    login: str
    password: str
    code: str
    place: str


@dataclass(frozen=True)
class Proof:
    """Somebody proved who they are; the step of their code is not yet spent."""

    practice_id: UUID
    staff_id: UUID
    step: int
    new_hash: str | None
    tickets: tuple[Ticket, ...]


@dataclass(frozen=True)
class Door:
    """What proving needs of the running app."""

    database: Database
    keys: Keys
    passwords: Passwords
    settings: Settings


def seal_secret(keys: Keys, secret: str, practice_id: UUID, staff_id: UUID) -> bytes:
    """Seal a second factor for one staff member; it opens for nobody else."""
    bound = practice_id.bytes + staff_id.bytes
    return keys.seal(_SEAL, secret.encode(), bound_to=bound)


async def prove(door: Door, attempt: Attempt) -> Proof:
    """Check password and code outside any write transaction, or raise SignInRefused."""
    bucket = f"sign-in:{attempt.place}"
    ticket = await throttle.admit(door.database, door.keys, door.settings, bucket)
    found = await _credential(door.database, attempt)
    kept = found.password_hash if found else None
    is_right = await door.passwords.is_right(kept, attempt.password)
    # Codes are guessed only by someone who has the password; their tries are counted
    # per account. Everybody else's go into a bucket that nobody reads: the same work.
    owner = found.id if found and is_right else f"none:{attempt.place}"
    second = await throttle.count(
        door.database, door.keys, door.settings, f"second-factor:{owner}"
    )
    step = _matching_step(door.keys, found, attempt.code, clock.now())
    if found is None or not is_right or step is None or not second.is_allowed:
        raise SignInRefused
    new_hash = None
    if door.passwords.is_dated(found.password_hash):
        new_hash = await door.passwords.hash(attempt.password)
    return Proof(found.practice_id, found.id, step, new_hash, (ticket, second))


async def enter(db: AsyncSession, settings: Settings, proof: Proof) -> Opened:
    """Spend the code's step and open the sign-in; a code used twice is refused."""
    is_first = (
        update(Credential)
        .where(
            col(Credential.practice_id) == proof.practice_id,
            col(Credential.id) == proof.staff_id,
            col(Credential.totp_last_step) < proof.step,
        )
        .values(totp_last_step=proof.step)
        .returning(col(Credential.id))
    )
    connection = await db.connection()
    if (await connection.execute(is_first)).first() is None:
        raise SignInRefused
    if not await _is_member(db, proof):
        raise SignInRefused
    if proof.new_hash is not None:
        credential = await db.get(Credential, (proof.practice_id, proof.staff_id))
        if credential is not None:
            credential.password_hash = proof.new_hash
    await throttle.give_back(db, *proof.tickets)
    return await sign_ins.open_for_staff(
        db, settings, proof.practice_id, proof.staff_id
    )


async def _credential(database: Database, attempt: Attempt) -> Credential | None:
    query = (
        select(Credential)
        .join(
            Membership,
            (col(Membership.practice_id) == col(Credential.practice_id))
            & (col(Membership.id) == col(Credential.id)),
        )
        .where(
            col(Credential.practice_id) == (attempt.practice_id or _NOWHERE),
            col(Credential.login) == folded(attempt.login),
            col(Membership.ended_at).is_(None),
        )
    )
    async with database.reader() as db:
        return (await db.exec(query)).first()


async def _is_member(db: AsyncSession, proof: Proof) -> bool:
    """Lock the membership, so that no sign-in slips past an access that ends."""
    query = select(Membership).where(
        col(Membership.practice_id) == proof.practice_id,
        col(Membership.id) == proof.staff_id,
        col(Membership.ended_at).is_(None),
    )
    return (await db.exec(query.with_for_update())).first() is not None


def _matching_step(
    keys: Keys, found: Credential | None, code: str, now: datetime
) -> int | None:
    if found is None:
        # The same work as for somebody: one seal, one look at every step.
        seal_secret(keys, _DECOY_SECRET, _NOWHERE, _NOWHERE)
        totp.matching_step(_DECOY_SECRET, code, now, after=0)
        return None
    bound = found.practice_id.bytes + found.id.bytes
    secret = keys.open(_SEAL, found.totp_sealed, bound_to=bound).decode()
    return totp.matching_step(secret, code, now, after=found.totp_last_step)
