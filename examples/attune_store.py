"""What a device keeps: its key, who it is, how far it has read, what waits to be sent.

SPDX-License-Identifier: Apache-2.0

Everything lies in one folder that only its owner can read. A real app puts the key
into the platform's key store and encrypts the rest; here the files show what there is.
Every change is on the disk before anybody is told that it is.
"""

import base64
import json
import os
import secrets
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

Json = dict[str, Any]


def new_id() -> str:
    """Make a UUIDv7 (RFC 9562): 48 bits of milliseconds, the rest random."""
    milliseconds = time.time_ns() // 1_000_000
    number = milliseconds << 80 | secrets.randbits(80)
    number = number & ~(0xF << 76) | 0x7 << 76
    number = number & ~(0x3 << 62) | 0x2 << 62
    return str(UUID(int=number))


def b64url(raw: bytes) -> str:
    """Return base64url without padding, as JWT and JWK want it."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


class DeviceKey:
    """The Ed25519 key pair of this device; the private half never leaves it."""

    def __init__(self, path: Path) -> None:
        if path.exists():
            seed = bytes.fromhex(path.read_text())
            self._private = Ed25519PrivateKey.from_private_bytes(seed)
            return
        self._private = Ed25519PrivateKey.generate()
        _write(path, self._private.private_bytes_raw().hex())

    @property
    def public_jwk(self) -> Json:
        """The public half as a JWK (RFC 8037), for the enrolment."""
        x = self._private.public_key().public_bytes_raw()
        return {"kty": "OKP", "crv": "Ed25519", "x": b64url(x)}

    def assertion(self, issuer: str, audience: str) -> str:
        """Sign one token request (RFC 7523): good for a minute, and only once."""
        now = int(time.time())
        header = {"alg": "EdDSA", "typ": "JWT"}
        claims = {
            "iss": issuer,
            "sub": issuer,
            "aud": audience,
            "iat": now,
            "exp": now + 60,
            "jti": secrets.token_urlsafe(16),
        }
        signed = f"{_segment(header)}.{_segment(claims)}"
        return f"{signed}.{b64url(self._private.sign(signed.encode()))}"


class Notes:
    """A small JSON object on the disk: who the device is, and its sync cursor."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._notes: Json = json.loads(path.read_text()) if path.exists() else {}

    def __getitem__(self, name: str) -> Any:
        """Return a note, or None."""
        return self._notes.get(name)

    def update(self, **notes: Any) -> None:
        """Write notes down."""
        self._notes |= notes
        _write(self._path, json.dumps(self._notes))


class Queue:
    """Operations that wait to be sent, oldest first, one JSON line each.

    An operation has its own id, made here: sending it twice is sending it once. It
    leaves the queue only when the service has said what became of it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        lines = path.read_text().splitlines() if path.exists() else []
        self._waiting: list[Json] = [json.loads(line) for line in lines if line]

    def __len__(self) -> int:
        """How many wait."""
        return len(self._waiting)

    def add(self, operation: Json) -> None:
        """Append an operation; it is on the disk when this returns."""
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(operation) + "\n")
            file.flush()
            os.fsync(file.fileno())
        self._waiting.append(operation)

    def first(self, count: int) -> list[Json]:
        """Return the oldest operations; they stay in the queue."""
        return self._waiting[:count]

    def settle(self, ids: Iterable[str]) -> None:
        """Take out the operations that the service has answered."""
        answered = set(ids)
        self._waiting = [one for one in self._waiting if one["id"] not in answered]
        lines = (json.dumps(one) + "\n" for one in self._waiting)
        _write(self._path, "".join(lines))


def _segment(value: Json) -> str:
    return b64url(json.dumps(value, separators=(",", ":")).encode())


def _write(path: Path, text: str) -> None:
    """Replace a file whole: a crash leaves the old one or the new one, never half."""
    beside = path.with_name(f".{path.name}.new")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
