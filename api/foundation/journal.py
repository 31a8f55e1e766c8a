"""The journal: what happened, one append-only row a fact, in the same transaction.

Rows hold ids and verbs, never clinical text. Upper rooms and windows to the outside
read it; nobody changes it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, insert
from sqlmodel import Field
from sqlmodel.ext.asyncio.session import AsyncSession

from api.foundation import clock
from api.foundation.database import Moment, PracticeRow
from api.foundation.ids import new_id


@dataclass(frozen=True)
class Actor:
    """Who did something: a person of a practice, or the system itself."""

    practice_id: UUID
    kind: str
    id: UUID | None = None
    device_id: UUID | None = None


class Entry(PracticeRow, table=True):
    """One fact: who did what to which thing, and when we heard of it."""

    __tablename__ = "journal_entry"
    __table_args__ = (
        Index("ix_journal_entry_client", "practice_id", "client_id", "id"),
    )

    at: datetime = Field(sa_type=Moment)
    actor_kind: str = Field(max_length=16)
    actor_id: UUID | None = None
    device_id: UUID | None = None
    verb: str = Field(max_length=48)
    subject_kind: str = Field(max_length=32)
    subject_id: UUID
    client_id: UUID | None = None


def entry(
    actor: Actor, verb: str, subject: tuple[str, UUID], *, client_id: UUID | None = None
) -> dict[str, Any]:
    """Return the column values of a row, for statements that write several tables."""
    return {
        "practice_id": actor.practice_id,
        "id": new_id(),
        "at": clock.now(),
        "actor_kind": actor.kind,
        "actor_id": actor.id,
        "device_id": actor.device_id,
        "verb": verb,
        "subject_kind": subject[0],
        "subject_id": subject[1],
        "client_id": client_id,
    }


_INSERT = insert(Entry)


async def record(
    db: AsyncSession,
    actor: Actor,
    verb: str,
    subject: tuple[str, UUID],
    *,
    client_id: UUID | None = None,
) -> None:
    """Append one row: `verb` as `assignment.accepted`, subject as (kind, id)."""
    await record_each(db, [entry(actor, verb, subject, client_id=client_id)])


async def record_each(db: AsyncSession, entries: Sequence[dict[str, Any]]) -> None:
    """Append rows made by `entry`, in their order; none is fine."""
    if entries:
        connection = await db.connection()
        await connection.execute(_INSERT, list(entries))
