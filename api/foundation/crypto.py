"""Hashes of tokens, signatures of short texts, secrets sealed at rest.

Only well-known building blocks: SHA-256, HMAC-SHA-256, HKDF, AES-256-GCM.
"""

import base64
import hashlib
import hmac
import os
import re

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_BASE64URL = re.compile(r"[A-Za-z0-9_-]*")
_NONCE = 12
_TAG = 16


def digest(value: bytes) -> bytes:
    """Return SHA-256 of a value: how high-entropy secrets are kept (32 bytes)."""
    return hashlib.sha256(value).digest()


def b64encode(value: bytes) -> str:
    """Return base64url without padding."""
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def b64decode(text: str) -> bytes:
    """Read base64url without padding; raise ValueError for anything else."""
    if not _BASE64URL.fullmatch(text):
        msg = "not base64url"
        raise ValueError(msg)
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Keys:
    """Keys derived from the one secret of the installation, one per purpose."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()

    def key(self, purpose: str) -> bytes:
        """Derive the 32-byte key of a purpose (HKDF-SHA-256, RFC 5869)."""
        derived = HKDF(SHA256(), 32, salt=None, info=purpose.encode())
        return derived.derive(self._secret)

    def sign(self, purpose: str, value: bytes) -> bytes:
        """Return the first 16 bytes of HMAC-SHA-256 over a value."""
        return hmac.digest(self.key(purpose), value, "sha256")[:_TAG]

    def is_signed(self, purpose: str, value: bytes, tag: bytes) -> bool:
        """Compare in constant time."""
        return hmac.compare_digest(self.sign(purpose, value), tag)

    def seal(self, purpose: str, value: bytes, *, bound_to: bytes) -> bytes:
        """Encrypt with AES-256-GCM; `bound_to` must be the same when opening."""
        nonce = os.urandom(_NONCE)
        return nonce + AESGCM(self.key(purpose)).encrypt(nonce, value, bound_to)

    def open(self, purpose: str, sealed: bytes, *, bound_to: bytes) -> bytes:
        """Decrypt what `seal` made; raise InvalidTag if anything was changed."""
        nonce, body = sealed[:_NONCE], sealed[_NONCE:]
        return AESGCM(self.key(purpose)).decrypt(nonce, body, bound_to)
