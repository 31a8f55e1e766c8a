"""Opaque tokens and codes: made here, kept only as SHA-256.

A token is 16 bytes of practice id and 32 random bytes: the practice is known before
the first look into the database, and knowing it gives nothing.
"""

import secrets
from dataclasses import dataclass
from uuid import UUID

from api.foundation.crypto import b64decode, b64encode, digest

_SECRET_BYTES = 32
_LENGTH = 16 + _SECRET_BYTES
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODE_LENGTH = 16
_ALIKE = str.maketrans("OIL", "011")


@dataclass(frozen=True)
class Token:
    """A token as its holder has it, and as it is kept."""

    text: str
    hash: bytes
    practice_id: UUID


def make(practice_id: UUID) -> Token:
    """Make a token of 256 random bits for a practice."""
    raw = practice_id.bytes + secrets.token_bytes(_SECRET_BYTES)
    return Token(b64encode(raw), digest(raw), practice_id)


def read(text: str) -> Token | None:
    """Read a token; None for anything that could not be one."""
    try:
        raw = b64decode(text)
    except ValueError:
        return None
    if len(raw) != _LENGTH:
        return None
    return Token(text, digest(raw), UUID(bytes=raw[:16]))


def make_code() -> str:
    """Make a code to read out in a session: 16 letters of 5 bits, 80 bits in all.

    Crockford's base 32, in four groups; I, L, O and U are left out.
    """
    letters = [secrets.choice(_ALPHABET) for _ in range(_CODE_LENGTH)]
    return "-".join("".join(letters[i : i + 4]) for i in range(0, _CODE_LENGTH, 4))


def code_hash(code: str) -> bytes:
    """Return how a code is kept; case, spaces, hyphens and look-alikes don't matter."""
    plain = "".join(code.upper().replace("-", " ").split()).translate(_ALIKE)
    return digest(plain.encode())
