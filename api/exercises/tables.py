"""Exercises of a practice, their published versions, and the labels lists filter by."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from api.exercises.difference import Weight
from api.foundation.database import Document, Moment, PracticeRow, TextEnum


class Origin(StrEnum):
    """Where an exercise comes from."""

    LIBRARY = "library"
    PRACTICE = "practice"


class Exercise(PracticeRow, table=True):
    """An exercise of a practice: one mutable draft at most, and its versions.

    `version` counts every change of this row and guards the draft; `summary` repeats
    what a list shows of the latest version.
    """

    __table_args__ = (
        ForeignKeyConstraint(["practice_id"], ["practice.id"]),
        UniqueConstraint("practice_id", "slug"),
    )

    slug: str = Field(max_length=60)
    origin: Origin = Field(sa_type=TextEnum(Origin))
    forked_from: str | None = Field(default=None, max_length=60)
    forked_number: int | None = None
    modality: str | None = Field(default=None, max_length=40)
    phase: str | None = Field(default=None, max_length=16)
    summary: dict[str, Any] | None = Field(default=None, sa_type=Document)
    draft: dict[str, Any] | None = Field(default=None, sa_type=Document)
    latest_number: int = 0
    version: int = 1
    created_at: datetime = Field(sa_type=Moment)
    retired_at: datetime | None = Field(default=None, sa_type=Moment)


class ExerciseVersion(PracticeRow, table=True):
    """A published version. Rows are added and never changed (law 3).

    `change` is its weight against the version before, null for the first.
    """

    __tablename__ = "exercise_version"
    __table_args__ = (
        ForeignKeyConstraint(
            ["practice_id", "exercise_id"], ["exercise.practice_id", "exercise.id"]
        ),
        UniqueConstraint("practice_id", "exercise_id", "number"),
    )

    exercise_id: UUID
    number: int
    document: dict[str, Any] = Field(sa_type=Document)
    content_hash: str = Field(max_length=64)
    change: Weight | None = Field(default=None, sa_type=TextEnum(Weight))
    wording_fix: bool = False
    published_at: datetime = Field(sa_type=Moment)
    published_by: UUID | None = None


class ExerciseLabel(SQLModel, table=True):
    """A setting or a tag of an exercise's latest version, for lists to filter by."""

    __tablename__ = "exercise_label"
    __table_args__ = (
        ForeignKeyConstraint(
            ["practice_id", "exercise_id"], ["exercise.practice_id", "exercise.id"]
        ),
        Index("ix_exercise_label_value", "practice_id", "kind", "value"),
    )

    practice_id: UUID = Field(primary_key=True)
    exercise_id: UUID = Field(primary_key=True)
    kind: str = Field(primary_key=True, max_length=8)
    value: str = Field(primary_key=True, max_length=40)
