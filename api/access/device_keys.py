"""Public keys of devices: P-256 or Ed25519, public members only, a real point.

Pure. Refuses other curves, private members, points off the curve, and the points of
small order under which anybody's signature would hold (RFC 8032 §5.1.3, RFC 7748 §7).
"""

from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePublicNumbers,
)
from joserfc.jwk import ECKey, OKPKey

from api.foundation.crypto import b64decode, b64encode

_SIZE = 32
_P = 2**255 - 19
_D = (-121665 * pow(121666, -1, _P)) % _P
_ROOT_OF_MINUS_ONE = pow(2, (_P - 1) // 4, _P)
_MEMBERS = {
    "EC": frozenset({"kty", "crv", "x", "y"}),
    "OKP": frozenset({"kty", "crv", "x"}),
}
_CURVES = {"EC": "P-256", "OKP": "Ed25519"}
_TOLERATED = frozenset({"kid", "use", "alg", "key_ops", "ext"})


class BadKey(ValueError):
    """Not a public key that a device may sign with."""


def checked(jwk: dict[str, Any]) -> dict[str, str]:
    """Return the key with only the members it needs; raise BadKey saying why not."""
    kty = jwk.get("kty")
    if not isinstance(kty, str) or kty not in _CURVES or jwk.get("crv") != _CURVES[kty]:
        msg = "Only EC P-256 and OKP Ed25519 keys are taken."
        raise BadKey(msg)
    wanted = _MEMBERS[kty]
    if not set(jwk) <= wanted | _TOLERATED:
        msg = "Send the public members only."
        raise BadKey(msg)
    key = {name: _text(jwk, name) for name in sorted(wanted)}
    point = [_coordinate(key[name]) for name in ("x", "y") if name in wanted]
    is_point = _is_on_p256(*point) if kty == "EC" else _is_sound_ed25519(point[0])
    if not is_point:
        msg = "This is no usable point of the curve."
        raise BadKey(msg)
    return key


def verifier(jwk: dict[str, Any]) -> tuple[ECKey | OKPKey, tuple[str, ...]]:
    """Return a stored key as the verifier takes it, and the only algorithms for it."""
    if jwk["kty"] == "EC":
        return ECKey.import_key(jwk), ("ES256",)
    return OKPKey.import_key(jwk), ("EdDSA", "Ed25519")


def _text(jwk: dict[str, Any], name: str) -> str:
    value = jwk.get(name)
    if not isinstance(value, str):
        msg = "A member is missing or is no text."
        raise BadKey(msg)
    return value


def _coordinate(text: str) -> bytes:
    try:
        raw = b64decode(text)
    except ValueError:
        raw = b""
    if len(raw) != _SIZE or b64encode(raw) != text:
        msg = "A coordinate is not 32 bytes in base64url."
        raise BadKey(msg)
    return raw


def _is_on_p256(x: bytes, y: bytes) -> bool:
    numbers = EllipticCurvePublicNumbers(
        int.from_bytes(x, "big"), int.from_bytes(y, "big"), SECP256R1()
    )
    try:
        numbers.public_key()
    except ValueError:
        return False
    return True


def _is_sound_ed25519(raw: bytes) -> bool:
    """Decompress the point (RFC 8032 §5.1.3) and refuse orders 1, 2, 4 and 8."""
    y = int.from_bytes(raw, "little") & (2**255 - 1)
    if y >= _P:
        return False
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * _ROOT_OF_MINUS_ONE % _P
    if (x * x - square) % _P:
        return False
    for _ in range(3):
        x, y = _doubled(x, y)
    return (x, y) != (0, 1)


def _doubled(x: int, y: int) -> tuple[int, int]:
    """Double a point of the twisted Edwards curve -x² + y² = 1 + d·x²·y²."""
    t = _D * x * x * y * y
    return (
        2 * x * y * pow(1 + t, -1, _P) % _P,
        (y * y + x * x) * pow(1 - t, -1, _P) % _P,
    )
