"""Exercises of a practice, their versions, translations, and what lists filter by."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import DDL, ForeignKeyConstraint, Index, UniqueConstraint, event
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
    kind: str | None = Field(default=None, max_length=16)
    modality: str | None = Field(default=None, max_length=40)
    phase: str | None = Field(default=None, max_length=16)
    evidence: str | None = Field(default=None, max_length=1)
    minutes_least: float | None = None
    minutes_most: float | None = None
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
    """A setting, tag or step type of the latest version, for lists to filter by."""

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


class ExerciseTranslation(PracticeRow, table=True):
    """A version in another language. Rows are added and never changed; the newest holds."""

    __tablename__ = "exercise_translation"
    __table_args__ = (
        ForeignKeyConstraint(
            ["practice_id", "version_id"],
            ["exercise_version.practice_id", "exercise_version.id"],
        ),
        UniqueConstraint("practice_id", "version_id", "locale", "revision"),
    )

    version_id: UUID
    locale: str = Field(max_length=16)
    revision: int
    origin: Origin = Field(sa_type=TextEnum(Origin))
    document: dict[str, Any] = Field(sa_type=Document)
    content_hash: str = Field(max_length=64)
    made_at: datetime = Field(sa_type=Moment)
    made_by: UUID | None = None


class ExerciseText(SQLModel, table=True):
    """What the latest version is called in one language, and its words for finding it.

    `service_texts` is the only writer; it keeps SQLite's full-text table in step.
    """

    __tablename__ = "exercise_text"
    __table_args__ = (
        ForeignKeyConstraint(
            ["practice_id", "exercise_id"], ["exercise.practice_id", "exercise.id"]
        ),
    )

    practice_id: UUID = Field(primary_key=True)
    exercise_id: UUID = Field(primary_key=True)
    locale: str = Field(primary_key=True, max_length=16)
    title: str = Field(max_length=160)
    purpose: str = Field(max_length=1200)
    words: str


# Engines differ in how they find words, so these two are made by DDL of their own.
# Migration 0003 says the same; `tools.migration drift` compares them.
SEARCH_SQLITE = (
    "CREATE VIRTUAL TABLE exercise_search USING fts5(words, practice_id UNINDEXED, "
    "exercise_id UNINDEXED, locale UNINDEXED, tokenize = 'ascii')"
)
SEARCH_POSTGRES = (
    "CREATE INDEX ix_exercise_text_words ON exercise_text "
    "USING gin (array_to_tsvector(string_to_array(words, ' ')))"
)
for _engine, _made in (("sqlite", SEARCH_SQLITE), ("postgresql", SEARCH_POSTGRES)):
    event.listen(
        ExerciseText.__table__,  # type: ignore[attr-defined]
        "after_create",
        DDL(_made).execute_if(dialect=_engine),  # type: ignore[no-untyped-call]
    )
