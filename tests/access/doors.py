"""What a person or a device does to come in, for tests of the doors."""

import time
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import httpx
import pyotp
from joserfc import jws
from joserfc.jwk import ECKey, OKPKey

from api.foundation.schemas import to_json
from tests.cast import Cast

GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
AUDIENCE = "http://127.0.0.1:8000/oauth/token"
PASSWORD = "seven lanterns above a quiet harbour"
Key = ECKey | OKPKey


def new_key(kind: str = "ed25519") -> Key:
    if kind == "p256":
        return ECKey.generate_key("P-256")
    return OKPKey.generate_key("Ed25519")


def public(key: Key) -> dict[str, Any]:
    return dict(key.as_dict(private=False))


def claims_of(issuer: str, **changes: Any) -> dict[str, Any]:
    now = int(time.time())
    claims = {
        "iss": issuer,
        "sub": issuer,
        "aud": AUDIENCE,
        "iat": now,
        "exp": now + 120,
        "jti": uuid4().hex,
    } | changes
    return {name: value for name, value in claims.items() if value is not ...}


def signed(
    key: Any,
    claims: Mapping[str, Any],
    *,
    alg: str | None = None,
    **header: Any,
) -> str:
    own = "ES256" if isinstance(key, ECKey) else "Ed25519"
    protected = {"alg": alg or own, "typ": "JWT"} | header
    registry = jws.JWSRegistry(algorithms=[protected["alg"]], strict_check_header=False)
    return jws.serialize_compact(protected, to_json(claims), key, registry=registry)


async def ask_token(
    http: httpx.AsyncClient, assertion: str, **form: str
) -> httpx.Response:
    body = {"grant_type": GRANT, "assertion": assertion} | form
    return await http.post("/oauth/token", data=body)


async def enrol(cast: Cast, key: Key, *, part: str = "client") -> dict[str, Any]:
    """Enrol a device of a client the therapist cares for."""
    client = cast.people[part]
    code = await cast.therapist.post(f"/v1/clients/{client.id}/enrolment-codes")
    answer = await redeem(cast.http, code.json()["code"], key)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def redeem(http: httpx.AsyncClient, code: str, key: Key) -> httpx.Response:
    body = {"code": code, "device_name": "Phone", "public_key": public(key)}
    return await http.post("/v1/enrolments", json=body)


async def join(
    cast: Cast, login: str, *, password: str = PASSWORD, roles: tuple[str, ...] = ()
) -> dict[str, Any]:
    """Invite somebody and accept in their name; the answer has their secret."""
    wanted = list(roles or ("therapist",))
    invited = await cast.owner.post("/v1/invitations", json={"roles": wanted})
    body = {
        "code": invited.json()["code"],
        "name": login.title(),
        "login": login,
        "password": password,
    }
    answer = await cast.http.post("/v1/auth/accept-invitation", json=body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def code_at(secret: str, *, steps: int = 0) -> str:
    return pyotp.TOTP(secret).at(int(time.time()) + 30 * steps)


async def sign_in(http: httpx.AsyncClient, **changes: str) -> httpx.Response:
    body = {"practice": "harbour", "password": PASSWORD} | changes
    return await http.post("/v1/auth/sign-in", json=body)
