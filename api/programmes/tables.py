"""Programmes, their published versions, plans with a client, and what was said of them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from api.assignments.standing import Actor
from api.foundation.database import Document, Moment, PracticeRow, TextEnum
from api.programmes.words import Kind, Origin, PlanVerb


class Programme(PracticeRow, table=True):
    """A programme of a practice: one mutable draft at most, and its versions.

    `version` counts every change of this row and guards the draft; `title` and the
    rest repeat what a list shows of the latest version.
    """

    __table_args__ = (
        ForeignKeyConstraint(["practice_id"], ["practice.id"]),
        UniqueConstraint("practice_id", "slug"),
    )

    slug: str = Field(max_length=60)
    origin: Origin = Field(sa_type=TextEnum(Origin))
    kind: Kind | None = Field(default=None, sa_type=TextEnum(Kind))
    summary: dict[str, Any] | None = Field(default=None, sa_type=Document)
    draft: dict[str, Any] | None = Field(default=None, sa_type=Document)
    latest_number: int = 0
    version: int = 1
    created_at: datetime = Field(sa_type=Moment)


class ProgrammeVersion(PracticeRow, table=True):
    """A published version. Rows are added and never changed (law 3)."""

    __tablename__ = "programme_version"
    __table_args__ = (
        ForeignKeyConstraint(
            ["practice_id", "programme_id"], ["programme.practice_id", "programme.id"]
        ),
        UniqueConstraint("practice_id", "programme_id", "number"),
    )

    programme_id: UUID
    number: int
    document: dict[str, Any] = Field(sa_type=Document)
    content_hash: str = Field(max_length=64)
    published_at: datetime = Field(sa_type=Moment)
    published_by: UUID | None = None


class ProgrammePlan(PracticeRow, table=True):
    """A programme between a client and a therapist.

    Where it stands is made of its parts, which are ordinary assignments. The row keeps
    which order of parts was agreed or is offered; `version` counts the moves and
    guards changes, `changed_seq` is the client's change number.
    """

    __tablename__ = "programme_plan"
    __table_args__ = (
        ForeignKeyConstraint(
            ["practice_id", "client_id"], ["client.practice_id", "client.id"]
        ),
        ForeignKeyConstraint(
            ["practice_id", "programme_version_id"],
            ["programme_version.practice_id", "programme_version.id"],
        ),
        Index("ix_programme_plan_client", "practice_id", "client_id", "id"),
    )

    client_id: UUID
    programme_version_id: UUID
    offered_by: UUID
    agreed_revision: int | None = None
    offered_revision: int | None = None
    latest_revision: int = 1
    version: int = 1
    changed_seq: int = 0
    offered_at: datetime = Field(sa_type=Moment)
    changed_at: datetime = Field(sa_type=Moment)


class PlanRevision(SQLModel, table=True):
    """One numbered order of a plan's parts. Rows are added and never changed (law 3)."""

    __tablename__ = "plan_revision"
    __table_args__ = (
        ForeignKeyConstraint(
            ["practice_id", "plan_id"],
            ["programme_plan.practice_id", "programme_plan.id"],
        ),
    )

    practice_id: UUID = Field(primary_key=True)
    plan_id: UUID = Field(primary_key=True)
    number: int = Field(primary_key=True)
    client_id: UUID
    made_by: UUID
    made_at: datetime = Field(sa_type=Moment)
    parts: list[dict[str, Any]] = Field(sa_type=Document)


class PlanPart(SQLModel, table=True):
    """Which assignment is which part of a plan. Rows are added and never changed."""

    __tablename__ = "plan_part"
    __table_args__ = (
        ForeignKeyConstraint(
            ["practice_id", "plan_id"],
            ["programme_plan.practice_id", "programme_plan.id"],
        ),
        ForeignKeyConstraint(
            ["practice_id", "assignment_id"],
            ["assignment.practice_id", "assignment.id"],
        ),
        Index("ix_plan_part_plan", "practice_id", "plan_id"),
    )

    practice_id: UUID = Field(primary_key=True)
    assignment_id: UUID = Field(primary_key=True)
    plan_id: UUID
    client_id: UUID
    part: str = Field(max_length=40)
    since_revision: int


class PlanMove(SQLModel, table=True):
    """One thing somebody did with a plan; rows are only ever added.

    The client may make the id. `at` is the maker's clock, `seen` the version they knew,
    `recorded` the version it made. `part` is where a step leads (null: off the ladder),
    `said` repeats the rest of the request, so that a retry is known for one.
    """

    __tablename__ = "plan_move"
    __table_args__ = (
        ForeignKeyConstraint(
            ["practice_id", "plan_id"],
            ["programme_plan.practice_id", "programme_plan.id"],
        ),
    )

    practice_id: UUID = Field(primary_key=True)
    plan_id: UUID = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    client_id: UUID
    verb: PlanVerb = Field(sa_type=TextEnum(PlanVerb))
    actor: Actor = Field(sa_type=TextEnum(Actor))
    actor_id: UUID
    device_id: UUID | None = None
    at: datetime = Field(sa_type=Moment)
    received_at: datetime = Field(sa_type=Moment)
    seen: int
    recorded: int
    revision: int | None = None
    part: str | None = Field(default=None, max_length=40)
    said: dict[str, Any] = Field(default_factory=dict, sa_type=Document)
    reason: str | None = Field(default=None, max_length=2_000)
    reason_shared: bool = False
