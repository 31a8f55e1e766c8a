"""What a device signs to get a token: an RFC 7523 assertion, read without trust.

Pure: no database, no clock. Refuses every algorithm but the key's own, header members
that bring a key or rules of their own, other types, other audiences, long lives.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Never
from uuid import UUID

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jws import JWSRegistry

from api.access import device_keys
from api.foundation import strict_json
from api.foundation.crypto import b64decode
from api.foundation.errors import ApiError

GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer"
LONGEST_LIFE = timedelta(minutes=5)
SKEW = timedelta(seconds=60)
_LONGEST = 4_096
_LONGEST_JTI = 128
_HEADER = frozenset({"alg", "typ", "kid"})
_DEPTH = 8


class _OnlyOurs(JWSRegistry):
    """The two algorithms that devices sign with; nothing else can be looked up.

    `EdDSA` is the old name of `Ed25519` (RFC 9864), which most libraries still write.
    """

    algorithms = {  # noqa: RUF012 - the library's own shape
        "ES256": JWSRegistry.algorithms["ES256"],
        "Ed25519": JWSRegistry.algorithms["Ed25519"],
        "EdDSA": JWSRegistry.algorithms["Ed25519"],
    }


_REGISTRY = _OnlyOurs(algorithms=list(_OnlyOurs.algorithms))


class BadAssertion(ValueError):
    """Not an assertion to be taken; why is for the tests, never for the sender."""


@dataclass(frozen=True)
class Assertion:
    """What was proved: which request this is, and until when it could come again."""

    jti: str
    expires_at: datetime


def issuer_of(practice_id: UUID, device_id: UUID) -> str:
    """Return the name under which a device signs."""
    return f"device:{practice_id}:{device_id}"


def claimed_device(text: str) -> tuple[UUID, UUID]:
    """Return practice and device that an assertion claims; nothing is proved yet."""
    claims = _read(_segments(text)[1])
    issuer = claims.get("iss")
    if not isinstance(issuer, str):
        _refuse("no issuer")
    try:
        kind, practice, device = issuer.split(":")
        ids = UUID(practice), UUID(device)
    except ValueError:
        _refuse("odd issuer")
    if kind != "device" or issuer != issuer_of(*ids):
        _refuse("odd issuer")
    return ids


def verify(
    text: str, jwk: dict[str, Any], *, issuer: str, audience: str, now: datetime
) -> Assertion:
    """Check header, signature and claims; raise BadAssertion for any doubt."""
    header = _read(_segments(text)[0])
    key, algorithms = device_keys.verifier(jwk)
    if not set(header) <= _HEADER or header.get("typ", "JWT") != "JWT":
        _refuse("odd header")
    if header.get("alg") not in algorithms:
        _refuse("odd algorithm")
    try:
        signed = jws.deserialize_compact(
            text, key, algorithms=list(algorithms), registry=_REGISTRY
        )
    except (JoseError, ValueError):
        _refuse("bad signature")
    claims = _read(signed.payload or b"")
    if (claims.get("iss"), claims.get("sub")) != (issuer, issuer):
        _refuse("iss and sub are not the device")
    if claims.get("aud") != audience:
        _refuse("another audience")
    return Assertion(_jti(claims), _expiry(claims, now))


def _expiry(claims: dict[str, Any], now: datetime) -> datetime:
    issued_at, expires_at = _moment(claims, "iat"), _moment(claims, "exp")
    if not timedelta(0) < expires_at - issued_at <= LONGEST_LIFE:
        _refuse("lives too long")
    if issued_at > now + SKEW or expires_at <= now - SKEW:
        _refuse("not now")
    if "nbf" in claims and _moment(claims, "nbf") > now + SKEW:
        _refuse("not yet")
    return expires_at + SKEW


def _jti(claims: dict[str, Any]) -> str:
    jti = claims.get("jti")
    if not isinstance(jti, str) or not 1 <= len(jti) <= _LONGEST_JTI:
        _refuse("odd jti")
    return jti


def _moment(claims: dict[str, Any], name: str) -> datetime:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        _refuse("a moment is missing")
    try:
        return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError):
        _refuse("no moment")


def _segments(text: str) -> tuple[bytes, bytes]:
    if len(text) > _LONGEST or text.count(".") != 2:
        _refuse("no compact JWS")
    header, payload, _ = text.split(".")
    try:
        return b64decode(header), b64decode(payload)
    except ValueError:
        _refuse("no base64url")


def _read(raw: bytes) -> dict[str, Any]:
    try:
        value = strict_json.read(raw, max_depth=_DEPTH)
    except ApiError:
        _refuse("no plain JSON")
    if not isinstance(value, dict):
        _refuse("no object")
    return value


def _refuse(why: str) -> Never:
    raise BadAssertion(why)
