"""Progress pages that were made before, kept small, and never trusted without asking.

A page depends on the client's completions and sharing choices, and each change of those
raises the client's change number. So a page may be given out again while the database
names the same number, in a question that also asks anew whether the caller may see it.
"""

import zlib
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime

from api.progress.remembered import Remembered

MOST_PAGES = 8_000
"""About 3 kB each: 24 MB at most."""


@dataclass(frozen=True, slots=True)
class _Page:
    change: int
    until: datetime
    packed: bytes


class Pages:
    """Pages by who asked for what; the key names practice, client and kind of reader."""

    def __init__(self, most: int = MOST_PAGES) -> None:
        self._kept: Remembered[Hashable, _Page] = Remembered(most)

    def knows(self, key: Hashable, now: datetime) -> bool:
        """Whether asking for the client's change number may save making the page."""
        return key in self._kept and self._kept[key].until > now

    def get(self, key: Hashable, change: int, now: datetime) -> bytes | None:
        """Return the page made at this change number, while it holds."""
        if not self.knows(key, now) or self._kept[key].change != change:
            return None
        return zlib.decompress(self._kept[key].packed)

    def keep(self, key: Hashable, change: int, until: datetime, page: bytes) -> None:
        """Keep a page; `until` is when time alone may change it."""
        self._kept.keep(key, _Page(change, until, zlib.compress(page, 1)))
