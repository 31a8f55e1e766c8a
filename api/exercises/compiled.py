"""Keeps compiled versions at hand: a version never changes, so it is compiled once.

The least recently used one goes when there are too many. Keys begin with the practice, so
that one practice can never be handed the version of another.
"""

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from api.exercises.answers import CompiledExercise, compile_exercise

Key = tuple[UUID, UUID]


class CompiledVersions:
    """Compiled versions by (practice, version)."""

    def __init__(self, most: int = 1_000) -> None:
        self._most = most
        self._kept: OrderedDict[Key, CompiledExercise] = OrderedDict()

    def get(self, practice_id: UUID, version_id: UUID) -> CompiledExercise | None:
        """Return a compiled version that is at hand."""
        key = (practice_id, version_id)
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    def keep(
        self, practice_id: UUID, version_id: UUID, document: Mapping[str, Any]
    ) -> CompiledExercise:
        """Compile a version's document and keep it."""
        compiled = compile_exercise(document)
        self._kept[(practice_id, version_id)] = compiled
        if len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return compiled
