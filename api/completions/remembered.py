"""Terms that were read before: they never change, so they are read once. Pure.

The least recently used go when there are too many. Keys begin with practice and
client, so that nobody is ever handed the terms of another.
"""

from collections import OrderedDict
from dataclasses import dataclass
from uuid import UUID

from api.completions.sharing import Level

Key = tuple[UUID, UUID, UUID, int]
"""Practice, client, assignment, revision."""


@dataclass(frozen=True, slots=True)
class FixedTerms:
    """What a revision of the terms fixes for ever."""

    exercise_id: UUID
    exercise_version_id: UUID
    setting: str
    level: Level


class RememberedTerms:
    """At most `most` revisions."""

    def __init__(self, most: int = 20_000) -> None:
        self._most = most
        self._kept: OrderedDict[Key, FixedTerms] = OrderedDict()

    def get(self, key: Key) -> FixedTerms | None:
        """Return terms that are remembered."""
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    def keep(self, key: Key, terms: FixedTerms) -> FixedTerms:
        """Remember terms."""
        self._kept[key] = terms
        if len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return terms
