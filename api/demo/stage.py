"""Where the demo's scenes are played: the people, and what was made so far."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.demo.cast import Cast
from api.demo.story import Calendar
from api.exercises import service as exercises


@dataclass
class Thread:
    """One assignment of the story, and what was answered in its runs."""

    id: UUID
    slug: str
    runs: dict[int, tuple[UUID, dict[str, Any]]] = field(default_factory=dict)


@dataclass
class Stage:
    """Where scenes are played."""

    db: AsyncSession
    people: Cast
    calendar: Calendar
    seed: int
    threads: dict[str, Thread] = field(default_factory=dict)
    plans: dict[str, UUID] = field(default_factory=dict)
    documents: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    async def document(self, slug: str) -> Mapping[str, Any]:
        """Return the first version of an exercise, as published."""
        if slug not in self.documents:
            practice_id = self.people.client.practice_id
            version = await exercises.version_at(self.db, practice_id, slug, 1)
            assert version is not None  # noqa: S101 - the story's own rule
            self.documents[slug] = version.document
        return self.documents[slug]
