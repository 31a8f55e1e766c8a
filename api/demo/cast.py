"""Who is in the demo practice, made through the services, and how they sign in.

The demo's password is printed on every start and protects nothing.
"""

from dataclasses import dataclass
from random import Random
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlmodel.ext.asyncio.session import AsyncSession

from api.access import service_devices as devices
from api.access import service_members as members
from api.access.caller import Caller
from api.access.hashing import Passwords
from api.access.permissions import Role
from api.demo.story import ZONE
from api.foundation.crypto import Keys, b64encode
from api.foundation.etags import etag
from api.foundation.ids import new_id
from api.foundation.journal import Actor
from api.foundation.settings import Settings
from api.people import service_clients as clients
from api.people import service_staff as staff
from api.people.schemas import AcceptInvitationIn, ClientIn
from api.practices import service as practices
from api.safety import service_settings as safety_settings
from api.safety.schemas import SafetySettingsIn

PRACTICE = "harbour"
THERAPIST, COLLEAGUE = "mara", "jonas"
PASSWORD = "six herons on a wet roof"  # noqa: S105 - printed on every start
THERAPIST_ONLY = frozenset({Role.THERAPIST})
SAFETY = SafetySettingsIn(
    readers_text="Mara reads this on Tuesdays to Fridays, in the morning and at noon.",
    response_hours=48,
    region="DE",
    emergency_text="When it can't wait, ring 112. Somebody answers there, day and night.",
)
_NICKNAMES = ("Lark", "Heron", "Wren", "Linnet", "Plover", "Swift", "Dunlin", "Teal")


@dataclass(frozen=True)
class Ground:
    """What making the demo needs: settings, keys, and passwords hashed beforehand."""

    settings: Settings
    keys: Keys
    password_hash: str


@dataclass(frozen=True)
class Cast:
    """The people of the demo as callers of the services."""

    therapist: Caller
    colleague: Caller
    client: Caller
    client_name: str
    totp_secrets: dict[str, str]


async def prepare(settings: Settings, keys: Keys) -> Ground:
    """Hash the demo's password; it must not happen inside a write transaction."""
    return Ground(settings, keys, await Passwords(settings).hash(PASSWORD))


async def gather(
    db: AsyncSession, ground: Ground, chance: Random, *, is_sqlite: bool
) -> Cast:
    """Open the practice with its owner, a therapist, and a client of each.

    The owner is a therapist too. The therapist sees nothing of the owner's client, and
    the owner sees that the therapist's client is there, but nothing clinical.
    """
    practice, system = await practices.create(
        db, slug=PRACTICE, name="Harbour Practice", zone=ZONE, is_sqlite=is_sqlite
    )
    owner = THERAPIST_ONLY | {Role.OWNER}
    colleague, other = await _joined(db, ground, system, COLLEAGUE, owner)
    by = colleague.actor
    therapist, secret = await _joined(db, ground, by, THERAPIST, THERAPIST_ONLY)
    mine, theirs = chance.sample(_NICKNAMES, 2)
    client = await clients.add(db, therapist, ClientIn(nickname=mine))
    await clients.add(db, colleague, ClientIn(nickname=theirs))
    await safety_settings.change(db, colleague, SAFETY, if_match=etag(0))
    device_id = await _first_phone(db, ground, therapist, client.id)
    return Cast(
        therapist,
        colleague,
        client_caller(practice.id, client.id, device_id),
        mine,
        {THERAPIST: secret, COLLEAGUE: other},
    )


def staff_caller(practice_id: UUID, staff_id: UUID, roles: frozenset[Role]) -> Caller:
    """Return a member of staff as the services see them."""
    return Caller(practice_id, staff_id, roles, sign_in_id=new_id())


def client_caller(practice_id: UUID, client_id: UUID, device_id: UUID) -> Caller:
    """Return a client on a device as the services see them."""
    role = frozenset({Role.CLIENT})
    return Caller(practice_id, client_id, role, new_id(), device_id)


async def _joined(
    db: AsyncSession, ground: Ground, by: Actor, login: str, roles: frozenset[Role]
) -> tuple[Caller, str]:
    code = await members.invite(db, ground.settings, by, roles)
    wanted = AcceptInvitationIn(
        code=code.text, name=login.title(), login=login, password=PASSWORD
    )
    welcome = await staff.join(db, ground.keys, wanted, ground.password_hash)
    caller = staff_caller(by.practice_id, welcome.staff_id, roles)
    return caller, welcome.totp_secret


async def _first_phone(
    db: AsyncSession, ground: Ground, therapist: Caller, client_id: UUID
) -> UUID:
    """Enrol the phone of these weeks; its private key is thrown away here."""
    code = await clients.issue_code(db, ground.settings, therapist, client_id)
    public = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    jwk = {"kty": "OKP", "crv": "Ed25519", "x": b64encode(public)}
    device = await devices.enrol(db, code.text, "First phone", jwk)
    return device.id
