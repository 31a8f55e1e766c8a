"""The small cast of every test: who is who, who cares for whom, who sees nothing.

Harbour practice: Tess is the therapist of Cleo (the client) and Omar (another
client); Colin is a colleague and cares for Sam, from whom Cleo is separated; Olga
owns the practice, Cora coordinates, Petra is the privacy officer.
Hill practice: Stan is a stranger, Ada his client.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
from sqlmodel.ext.asyncio.session import AsyncSession

from api.access import tokens
from api.access.permissions import Role
from api.access.tables import AccessToken, Device, Membership, SignIn
from api.foundation.database import Database
from api.foundation.ids import new_id
from api.people.tables import (
    CareTie,
    Client,
    Phase,
    PhaseChange,
    Separation,
    Staff,
    ZoneChange,
)
from api.practices.tables import Practice

LONG_AGO = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
PUBLIC_JWK = {
    "kty": "OKP",
    "crv": "Ed25519",
    "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
}


@dataclass
class Someone:
    """A person of the cast with a valid token; asks over HTTP in their name."""

    http: httpx.AsyncClient
    practice_id: UUID
    id: UUID
    token: str
    sign_in_id: UUID
    device_id: UUID | None = None

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    async def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        headers = self.headers | more.pop("headers", {})
        return await self.http.request(method, path, headers=headers, **more)

    async def get(self, path: str, **more: Any) -> httpx.Response:
        return await self.ask("GET", path, **more)

    async def post(self, path: str, **more: Any) -> httpx.Response:
        return await self.ask("POST", path, **more)

    async def put(self, path: str, **more: Any) -> httpx.Response:
        return await self.ask("PUT", path, **more)


@dataclass
class Cast:
    """Everyone, by the part they play."""

    store: Database
    http: httpx.AsyncClient
    practice_id: UUID
    other_practice_id: UUID
    people: dict[str, Someone] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Someone:
        try:
            return self.people[name]
        except KeyError:
            raise AttributeError(name) from None


async def _token(
    db: AsyncSession, practice_id: UUID, person_id: UUID, kind: str, device: UUID | None
) -> tuple[str, UUID]:
    now = datetime.now(UTC)
    sign_in = SignIn(
        practice_id=practice_id,
        kind=kind,
        person_id=person_id,
        device_id=device,
        started_at=now,
        expires_at=now + timedelta(days=1),
    )
    db.add(sign_in)
    await db.flush()
    token = tokens.make(practice_id)
    db.add(
        AccessToken(
            practice_id=practice_id,
            hash=token.hash,
            sign_in_id=sign_in.id,
            expires_at=now + timedelta(minutes=15),
        )
    )
    return token.text, sign_in.id


async def add_staff(
    db: AsyncSession, cast: Cast, part: str, *roles: Role, practice: UUID | None = None
) -> Someone:
    """Add a member of staff with roles and a token."""
    practice_id = practice or cast.practice_id
    staff = Staff(practice_id=practice_id, name=part.title(), joined_at=LONG_AGO)
    db.add(staff)
    await db.flush()
    db.add(Membership(practice_id=practice_id, id=staff.id, roles=sorted(roles)))
    token, sign_in = await _token(db, practice_id, staff.id, "staff", None)
    someone = Someone(cast.http, practice_id, staff.id, token, sign_in)
    cast.people[part] = someone
    return someone


async def add_client(
    db: AsyncSession, cast: Cast, part: str, *, cared_for_by: Someone
) -> Someone:
    """Add a client with a device, a token and someone who cares for them.

    The work has come to the last phase, so that every exercise can be offered.
    """
    practice_id = cared_for_by.practice_id
    client = Client(
        practice_id=practice_id,
        nickname=part.title(),
        zone="Europe/Berlin",
        created_at=LONG_AGO,
    )
    db.add(client)
    await db.flush()
    db.add(
        ZoneChange(
            practice_id=practice_id,
            client_id=client.id,
            zone=client.zone,
            from_at=LONG_AGO,
        )
    )
    db.add(
        CareTie(
            practice_id=practice_id,
            client_id=client.id,
            staff_id=cared_for_by.id,
            began_at=LONG_AGO,
        )
    )
    db.add(
        PhaseChange(
            practice_id=practice_id,
            client_id=client.id,
            number=1,
            phase=Phase.GRADED_TRUST,
            by_id=cared_for_by.id,
            at=LONG_AGO,
        )
    )
    device = await add_device(db, practice_id, client.id)
    token, sign_in = await _token(db, practice_id, client.id, "client", device)
    someone = Someone(cast.http, practice_id, client.id, token, sign_in, device)
    cast.people[part] = someone
    return someone


async def add_device(db: AsyncSession, practice_id: UUID, client_id: UUID) -> UUID:
    """Add an enrolled device of a client."""
    device = Device(
        id=new_id(),
        practice_id=practice_id,
        client_id=client_id,
        name="Phone",
        public_key=PUBLIC_JWK,
        first_day=LONG_AGO.date(),
        last_day=LONG_AGO.date(),
    )
    db.add(device)
    await db.flush()
    return device.id


async def gather(store: Database, http: httpx.AsyncClient) -> Cast:
    """Put the whole cast into an empty database."""
    async with store.writer() as db:
        harbour = Practice(
            slug="harbour",
            name="Harbour Practice",
            zone="Europe/Berlin",
            opened_at=LONG_AGO,
        )
        hill = Practice(
            slug="hill", name="Hill Practice", zone="Europe/London", opened_at=LONG_AGO
        )
        db.add_all([harbour, hill])
        await db.flush()
        cast = Cast(store, http, harbour.id, hill.id)
        therapist = await add_staff(db, cast, "therapist", Role.THERAPIST)
        colleague = await add_staff(db, cast, "colleague", Role.THERAPIST)
        await add_staff(db, cast, "owner", Role.OWNER)
        await add_staff(db, cast, "coordinator", Role.COORDINATOR)
        await add_staff(db, cast, "privacy_officer", Role.PRIVACY_OFFICER)
        stranger = await add_staff(
            db, cast, "stranger", Role.THERAPIST, practice=hill.id
        )
        client = await add_client(db, cast, "client", cared_for_by=therapist)
        await add_client(db, cast, "other_client", cared_for_by=therapist)
        separated = await add_client(db, cast, "separated", cared_for_by=colleague)
        await add_client(db, cast, "foreign_client", cared_for_by=stranger)
        one, other = sorted([client.id, separated.id])
        db.add(
            Separation(
                practice_id=harbour.id, one_id=one, other_id=other, made_at=LONG_AGO
            )
        )
        await db.commit()
    return cast
