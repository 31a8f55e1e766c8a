"""Password hashes: argon2id, in threads, a bounded number at a time.

Never call it while a write transaction is open: SQLite has one writer, and a hash
takes as long as thirty requests.
"""

import asyncio
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from api.access.password_rules import normalise
from api.foundation.settings import Settings


class Passwords:
    """Makes and checks hashes with the parameters of the settings (OWASP: t=1, p=1)."""

    def __init__(self, settings: Settings) -> None:
        self._hasher = PasswordHasher(
            time_cost=1,
            memory_cost=settings.password_hash_memory_kib,
            parallelism=1,
        )
        self._turns = asyncio.Semaphore(settings.password_hash_concurrency)
        self._decoy = self._hasher.hash(secrets.token_urlsafe())

    async def hash(self, password: str) -> str:
        """Return the hash of a password, normalised."""
        async with self._turns:
            return await asyncio.to_thread(self._hasher.hash, normalise(password))

    async def is_right(self, kept: str | None, password: str) -> bool:
        """Tell whether a password is the one kept; None costs the same work."""
        async with self._turns:
            matches = await asyncio.to_thread(
                self._verify, kept or self._decoy, normalise(password)
            )
        return matches and kept is not None

    def is_dated(self, kept: str) -> bool:
        """Tell whether a hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(kept)

    def _verify(self, kept: str, password: str) -> bool:
        try:
            return self._hasher.verify(kept, password)
        except (VerificationError, InvalidHashError):
            return False
