"""Looks, comments and session markers."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index
from sqlmodel import Field, SQLModel

from api.foundation.database import Document, Moment, PracticeRow


class Look(SQLModel, table=True):
    """That a staff member has seen a completion, and which version of it."""

    __tablename__ = "look"
    __table_args__ = (
        ForeignKeyConstraint(
            ["practice_id", "completion_id"],
            ["completion.practice_id", "completion.id"],
        ),
        ForeignKeyConstraint(
            ["practice_id", "staff_id"], ["staff.practice_id", "staff.id"]
        ),
        Index("ix_look_client", "practice_id", "client_id"),
    )

    practice_id: UUID = Field(primary_key=True)
    completion_id: UUID = Field(primary_key=True)
    staff_id: UUID = Field(primary_key=True)
    client_id: UUID
    version: int
    seen_at: datetime = Field(sa_type=Moment)


class Comment(PracticeRow, table=True):
    """What a therapist said to a completion; the text goes when it is taken back."""

    __tablename__ = "comment"
    __table_args__ = (
        ForeignKeyConstraint(
            ["practice_id", "completion_id"],
            ["completion.practice_id", "completion.id"],
        ),
        ForeignKeyConstraint(
            ["practice_id", "author_id"], ["staff.practice_id", "staff.id"]
        ),
        Index("ix_comment_completion", "practice_id", "completion_id", "id"),
        Index("ix_comment_client", "practice_id", "client_id", "id"),
    )

    completion_id: UUID
    client_id: UUID
    author_id: UUID
    text: str | None = Field(default=None, max_length=2_000)
    made_at: datetime = Field(sa_type=Moment)
    taken_back_at: datetime | None = Field(default=None, sa_type=Moment)


class SessionMarker(PracticeRow, table=True):
    """That something was done in an appointment: a marker exercise, filled in once.

    `document` holds its answers, `points` their readings: codes and numbers, never the
    story. Source: reference §2.2 E17.
    """

    __tablename__ = "session_marker"
    __table_args__ = (
        ForeignKeyConstraint(
            ["practice_id", "client_id"], ["client.practice_id", "client.id"]
        ),
        ForeignKeyConstraint(
            ["practice_id", "exercise_version_id"],
            ["exercise_version.practice_id", "exercise_version.id"],
        ),
        Index("ix_session_marker_client", "practice_id", "client_id", "id"),
    )

    client_id: UUID
    recorded_by: UUID
    exercise_version_id: UUID
    document: dict[str, Any] = Field(sa_type=Document)
    points: dict[str, Any] = Field(sa_type=Document)
    recorded_at: datetime = Field(sa_type=Moment)
