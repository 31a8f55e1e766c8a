"""Completions, their follow-up parts, and the client's choices about sharing them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, LargeBinary
from sqlmodel import Field, SQLModel

from api.completions.merge import State
from api.completions.sharing import Level
from api.foundation.database import Document, Moment, PracticeRow, TextEnum


class Completion(PracticeRow, table=True):
    """One run of a client through an exercise; the client's device made its id.

    `save` counts the sendings that a device made, `digest` is of the one that holds,
    `document` holds the answers behind a format byte, `points` their readings.
    `level` and `kept_back` are what the client's choices come to (`choices` names all
    that have arrived), `default_level` what holds without any. `shared_until` is for
    sharing for a time. `by_person` holds, by person id, the readings that are about that
    person alone; `hides_persons` says that the client kept back who it was.
    """

    __table_args__ = (
        ForeignKeyConstraint(
            ["practice_id", "assignment_id"],
            ["assignment.practice_id", "assignment.id"],
        ),
        Index("ix_completion_assignment", "practice_id", "assignment_id", "id"),
        Index(
            "ix_completion_progress",
            "practice_id",
            "client_id",
            "exercise_id",
            "ended_at",
        ),
        Index("ix_completion_list", "practice_id", "client_id", "id"),
        Index("ix_completion_change", "practice_id", "client_id", "changed_seq"),
    )

    client_id: UUID
    assignment_id: UUID
    terms_revision: int
    occurrence: str | None = Field(default=None, max_length=64)
    exercise_id: UUID
    exercise_version_id: UUID
    state: State = Field(sa_type=TextEnum(State))
    ended_by_choice: bool = False
    started_at: datetime = Field(sa_type=Moment)
    ended_at: datetime | None = Field(default=None, sa_type=Moment)
    zone: str = Field(max_length=64)
    received_at: datetime = Field(sa_type=Moment)
    device_id: UUID | None = None
    save: int = 1
    digest: bytes = Field(sa_type=LargeBinary)
    document: bytes = Field(sa_type=LargeBinary)
    points: dict[str, Any] = Field(sa_type=Document)
    by_person: dict[str, Any] = Field(default_factory=dict, sa_type=Document)
    fraction_done: float = 0.0
    required_count: int = 0
    default_level: Level = Field(sa_type=TextEnum(Level))
    level: Level = Field(sa_type=TextEnum(Level))
    kept_back: list[str] = Field(default_factory=list, sa_type=Document)
    hidden_points: list[str] = Field(default_factory=list, sa_type=Document)
    hides_persons: bool = False
    choices: list[str] = Field(default_factory=list, sa_type=Document)
    shared_until: datetime | None = Field(default=None, sa_type=Moment)
    changed_seq: int = 0
    version: int = 1


class CompletionPart(SQLModel, table=True):
    """A follow-up part of a completion, which may arrive before the completion itself.

    Hence no foreign key to it. The client stands in the key, so that nobody can take
    the place of another client's part.
    """

    __tablename__ = "completion_part"

    practice_id: UUID = Field(primary_key=True)
    client_id: UUID = Field(primary_key=True)
    completion_id: UUID = Field(primary_key=True)
    part: str = Field(primary_key=True, max_length=40)
    assignment_id: UUID
    terms_revision: int
    exercise_version_id: UUID
    done_at: datetime = Field(sa_type=Moment)
    zone: str = Field(max_length=64)
    received_at: datetime = Field(sa_type=Moment)
    device_id: UUID | None = None
    digest: bytes = Field(sa_type=LargeBinary)
    document: bytes = Field(sa_type=LargeBinary)


class SharingChange(SQLModel, table=True):
    """A choice of the client about one completion; rows are only ever added.

    It may arrive before the completion itself.
    """

    __tablename__ = "sharing_change"

    practice_id: UUID = Field(primary_key=True)
    client_id: UUID = Field(primary_key=True)
    completion_id: UUID = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    device_id: UUID | None = None
    at: datetime = Field(sa_type=Moment)
    received_at: datetime = Field(sa_type=Moment)
    seen: list[str] = Field(default_factory=list, sa_type=Document)
    level: Level = Field(sa_type=TextEnum(Level))
    kept_back: list[str] = Field(default_factory=list, sa_type=Document)
