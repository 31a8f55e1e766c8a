"""Overrides with their reasons, what the titration brake saw, the reviewed youth set."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from api.foundation.database import Document, Moment, PracticeRow, TextEnum
from api.safety.brake import Event, Side


class GateOverride(PracticeRow, table=True):
    """That a therapist offered, or agreed, past a caution, and why.

    It belongs to one revision of the terms; the reason is the care team's own. Rows are
    only ever added.
    """

    __tablename__ = "gate_override"
    __table_args__ = (
        ForeignKeyConstraint(
            ["practice_id", "assignment_id", "revision"],
            [
                "terms_revision.practice_id",
                "terms_revision.assignment_id",
                "terms_revision.number",
            ],
        ),
        Index("ix_gate_override_terms", "practice_id", "assignment_id", "revision"),
    )

    client_id: UUID
    assignment_id: UUID
    revision: int
    code: str = Field(max_length=32)
    rule: str = Field(max_length=16)
    reason: str = Field(max_length=2_000)
    by_id: UUID
    at: datetime = Field(sa_type=Moment)


class BrakeEvent(PracticeRow, table=True):
    """A worsening, or one side's wish to lift the hold; rows are only ever added.

    `number` is the order in which the service heard of a client's events; `source_id` is
    what a worsening came from, a completion or a report, and counts once.
    """

    __tablename__ = "brake_event"
    __table_args__ = (
        ForeignKeyConstraint(
            ["practice_id", "client_id"], ["client.practice_id", "client.id"]
        ),
        UniqueConstraint("practice_id", "client_id", "number"),
        UniqueConstraint("practice_id", "client_id", "source_id"),
    )

    client_id: UUID
    number: int
    kind: Event = Field(sa_type=TextEnum(Event))
    source_id: UUID | None = None
    exercise: str | None = Field(default=None, max_length=60)
    grade: int | None = None
    side: Side | None = Field(default=None, sa_type=TextEnum(Side))
    by_id: UUID | None = None
    at: datetime = Field(sa_type=Moment)
    received_at: datetime = Field(sa_type=Moment)


class YouthSet(SQLModel, table=True):
    """The exercises that a practice reviewed for clients who are minors (rule R7)."""

    __tablename__ = "youth_set"
    __table_args__ = (ForeignKeyConstraint(["practice_id"], ["practice.id"]),)

    practice_id: UUID = Field(primary_key=True)
    exercises: list[str] = Field(sa_type=Document)
    version: int = 1
    changed_by: UUID
    changed_at: datetime = Field(sa_type=Moment)
