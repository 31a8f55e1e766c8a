"""Forged, confused and stretched assertions: not one of them gets a token."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from joserfc.jwk import OctKey, RSAKey
from sqlmodel import select

from api.access.tables import Device, UsedAssertion
from tests.access.doors import (
    AUDIENCE,
    Key,
    ask_token,
    claims_of,
    enrol,
    new_key,
    public,
    signed,
)
from tests.cast import Cast


@dataclass(frozen=True)
class Scene:
    """A device with its key, another device of the same client, and its claims."""

    key: Key
    issuer: str
    other_key: Key
    other_issuer: str

    def claims(self, **changes: Any) -> dict[str, Any]:
        return claims_of(self.issuer, **changes)


def segment(value: bytes | dict[str, Any]) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def raw_signed(scene: Scene, header: bytes, payload: bytes) -> str:
    """Sign exactly these bytes with the device's own key."""
    text = f"{segment(header)}.{segment(payload)}"
    private = scene.key.raw_value
    signature = private.sign(text.encode())  # type: ignore[union-attr,call-arg]
    return f"{text}.{segment(signature)}"


def hmac_signed(scene: Scene, secret: bytes) -> str:
    head = segment({"alg": "HS256", "typ": "JWT"})
    text = f"{head}.{segment(scene.claims())}"
    tag = hmac.digest(secret, text.encode(), hashlib.sha256)
    return f"{text}.{segment(tag)}"


HEADER = b'{"alg":"Ed25519","typ":"JWT"}'


def replaced(text: str, index: int, new: str) -> str:
    parts = text.split(".")
    parts[index] = new
    return ".".join(parts)


def at(seconds: int) -> int:
    return int(time.time()) + seconds


def twice(scene: Scene) -> bytes:
    body = json.dumps(scene.claims()).encode()
    return body[:-1] + f',"sub":"{scene.issuer}"'.encode() + b"}"


FORGERIES: dict[str, Callable[[Scene], str]] = {
    "nothing": lambda s: "",
    "no jws": lambda s: "not a token",
    "two parts": lambda s: "a.b",
    "four parts": lambda s: signed(s.key, s.claims()) + ".x",
    "huge": lambda s: "a" * 5_000 + ".b.c",
    "alg none": lambda s: (
        f"{segment({'alg': 'none', 'typ': 'JWT'})}.{segment(s.claims())}."
    ),
    "alg None in capitals": lambda s: (
        f"{segment({'alg': 'NONE', 'typ': 'JWT'})}.{segment(s.claims())}."
    ),
    "no alg": lambda s: raw_signed(
        s, b'{"typ":"JWT"}', json.dumps(s.claims()).encode()
    ),
    "alg of the other curve": lambda s: raw_signed(
        s, b'{"alg":"ES256","typ":"JWT"}', json.dumps(s.claims()).encode()
    ),
    "hmac with the public key": lambda s: hmac_signed(
        s, base64.urlsafe_b64decode(public(s.key)["x"] + "=")
    ),
    "hmac with the empty key": lambda s: hmac_signed(s, b""),
    "hmac by the library": lambda s: signed(
        OctKey.import_key("k" * 64), s.claims(), alg="HS256"
    ),
    "rsa": lambda s: signed(RSAKey.generate_key(2048), s.claims(), alg="RS256"),
    "another p-256 key": lambda s: signed(new_key("p256"), s.claims()),
    "another ed25519 key": lambda s: signed(new_key(), s.claims()),
    "the key of the other device": lambda s: signed(s.other_key, s.claims()),
    "own key, other device's name": lambda s: signed(s.key, claims_of(s.other_issuer)),
    "own name, other subject": lambda s: signed(s.key, s.claims(sub=s.other_issuer)),
    "jwk in the header": lambda s: signed(
        (own := new_key()), s.claims(), jwk=public(own)
    ),
    "jku in the header": lambda s: signed(
        s.key, s.claims(), jku="https://evil.example/keys"
    ),
    "x5u in the header": lambda s: signed(
        s.key, s.claims(), x5u="https://evil.example"
    ),
    "x5c in the header": lambda s: signed(s.key, s.claims(), x5c=["MIIB"]),
    "crit": lambda s: raw_signed(
        s,
        b'{"alg":"Ed25519","typ":"JWT","crit":["exp"],"exp":1}',
        json.dumps(s.claims()).encode(),
    ),
    "b64 false": lambda s: raw_signed(
        s,
        b'{"alg":"Ed25519","typ":"JWT","crit":["b64"],"b64":false}',
        json.dumps(s.claims()).encode(),
    ),
    "b64 without crit": lambda s: raw_signed(
        s, b'{"alg":"Ed25519","b64":true}', json.dumps(s.claims()).encode()
    ),
    "alg twice": lambda s: raw_signed(
        s, b'{"alg":"none","alg":"Ed25519"}', json.dumps(s.claims()).encode()
    ),
    "another type": lambda s: signed(s.key, s.claims(), typ="at+jwt"),
    "dpop type": lambda s: signed(s.key, s.claims(), typ="dpop+jwt"),
    "sub twice": lambda s: raw_signed(s, HEADER, twice(s)),
    "claims are a list": lambda s: raw_signed(s, HEADER, b"[]"),
    "claims are NaN": lambda s: raw_signed(s, HEADER, b"NaN"),
    "claims in utf-16": lambda s: raw_signed(
        s, HEADER, json.dumps(s.claims()).encode("utf-16")
    ),
    "changed after signing": lambda s: replaced(
        signed(s.key, s.claims()), 1, segment(s.claims(jti="other"))
    ),
    "signature of zeros": lambda s: replaced(
        signed(s.key, s.claims()), 2, segment(bytes(64))
    ),
    "no signature": lambda s: replaced(signed(s.key, s.claims()), 2, ""),
    "signature cut short": lambda s: signed(s.key, s.claims())[:-4],
    "another audience": lambda s: signed(
        s.key, s.claims(aud="https://other.example/oauth/token")
    ),
    "audience with a slash": lambda s: signed(s.key, s.claims(aud=AUDIENCE + "/")),
    "audience without path": lambda s: signed(
        s.key, s.claims(aud="http://127.0.0.1:8000")
    ),
    "audience as a list": lambda s: signed(s.key, s.claims(aud=[AUDIENCE])),
    "no audience": lambda s: signed(s.key, s.claims(aud=...)),
    "no iss": lambda s: signed(s.key, s.claims(iss=...)),
    "iss is a number": lambda s: signed(s.key, s.claims(iss=1)),
    "iss in capitals": lambda s: signed(s.key, s.claims(iss=s.issuer.upper())),
    "no sub": lambda s: signed(s.key, s.claims(sub=...)),
    "no exp": lambda s: signed(s.key, s.claims(exp=...)),
    "no iat": lambda s: signed(s.key, s.claims(iat=...)),
    "exp as text": lambda s: signed(s.key, s.claims(exp=str(at(60)))),
    "exp is true": lambda s: signed(s.key, s.claims(exp=True)),
    "exp beyond every calendar": lambda s: signed(s.key, s.claims(exp=10**18)),
    "expired": lambda s: signed(s.key, s.claims(iat=at(-300), exp=at(-61))),
    "from the future": lambda s: signed(s.key, s.claims(iat=at(75), exp=at(120))),
    "lives six minutes": lambda s: signed(s.key, s.claims(exp=at(360))),
    "ends before it begins": lambda s: signed(s.key, s.claims(exp=at(-1))),
    "not before later": lambda s: signed(s.key, s.claims(nbf=at(90))),
    "no jti": lambda s: signed(s.key, s.claims(jti=...)),
    "empty jti": lambda s: signed(s.key, s.claims(jti="")),
    "long jti": lambda s: signed(s.key, s.claims(jti="j" * 129)),
    "jti is a number": lambda s: signed(s.key, s.claims(jti=7)),
    "a device that does not exist": lambda s: signed(
        s.key, claims_of(f"device:{uuid4()}:{uuid4()}")
    ),
    "the device under another practice": lambda s: signed(
        s.key, claims_of(f"device:{uuid4()}:{s.issuer.split(':')[2]}")
    ),
    "a member of staff": lambda s: signed(
        s.key, claims_of(s.issuer.replace("device", "staff"))
    ),
}


async def scene_of(cast: Cast) -> Scene:
    key, other = new_key(), new_key()
    issuer = (await enrol(cast, key))["issuer"]
    other_issuer = (await enrol(cast, other))["issuer"]
    return Scene(key, issuer, other, other_issuer)


async def test_no_forgery_gets_a_token(cast: Cast) -> None:
    scene = await scene_of(cast)
    taken, bodies = [], set()
    for name, forge in FORGERIES.items():
        answer = await ask_token(cast.http, forge(scene))
        bodies.add(answer.content)
        if answer.status_code != 400:
            taken.append(name)
    assert taken == []
    assert len(bodies) == 1
    assert len(FORGERIES) >= 60
    async with cast.store.reader() as db:
        assert (await db.exec(select(UsedAssertion))).all() == []


GENUINE: dict[str, Callable[[Scene], dict[str, Any]]] = {
    "plain": lambda s: s.claims(),
    "a slow clock": lambda s: s.claims(iat=at(-55), exp=at(100)),
    "a fast clock": lambda s: s.claims(iat=at(50), exp=at(100)),
    "just expired": lambda s: s.claims(iat=at(-200), exp=at(-50)),
    "five minutes": lambda s: s.claims(exp=at(0) + 299),
    "longest jti": lambda s: s.claims(jti="j" * 128),
    "fractions of a second": lambda s: s.claims(iat=time.time()),
    "a claim of its own": lambda s: s.claims(version="1.2"),
}


async def test_genuine_assertions_within_the_tolerances_do(cast: Cast) -> None:
    scene = await scene_of(cast)
    refused = []
    for name, claims in GENUINE.items():
        answer = await ask_token(cast.http, signed(scene.key, claims(scene)))
        if answer.status_code != 200:
            refused.append(name)
    assert refused == []


@pytest.mark.parametrize("media", ["application/json", "multipart/form-data"])
async def test_only_forms_are_read(cast: Cast, media: str) -> None:
    scene = await scene_of(cast)
    body = json.dumps({"assertion": signed(scene.key, scene.claims())})
    answer = await cast.http.post(
        "/oauth/token", content=body, headers={"Content-Type": media}
    )
    assert 400 <= answer.status_code < 500


async def test_a_changed_key_in_the_database_is_the_only_key(cast: Cast) -> None:
    scene = await scene_of(cast)
    device_id = scene.issuer.split(":")[2]
    async with cast.store.writer() as db:
        devices = (await db.exec(select(Device))).all()
        device = next(d for d in devices if str(d.id) == device_id)
        device.public_key = {
            k: v for k, v in public(scene.other_key).items() if k != "kid"
        }
        await db.commit()
    refused = await ask_token(cast.http, signed(scene.key, scene.claims()))
    assert refused.status_code == 400
    taken = await ask_token(cast.http, signed(scene.other_key, scene.claims()))
    assert taken.status_code == 200
