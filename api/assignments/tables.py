"""Assignments, their terms, the moves people made, and answers to occurrences."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index
from sqlmodel import Field, SQLModel

from api.assignments.occurrences import Answer
from api.assignments.standing import Actor, PausedBy, State, Verb
from api.foundation.database import Document, Moment, PracticeRow, TextEnum


class Assignment(PracticeRow, table=True):
    """An exercise between a client and a therapist, and where it stands.

    The standing is what `merge.replay` makes of the moves, kept here for readers.
    `version` counts the moves and guards changes; `shown_revision` are the terms a list
    shows: the agreed ones, else the ones last offered. `changed_seq` is the client's
    change number, by which devices sync.
    """

    __table_args__ = (
        ForeignKeyConstraint(
            ["practice_id", "client_id"], ["client.practice_id", "client.id"]
        ),
        Index("ix_assignment_client", "practice_id", "client_id", "id"),
        Index("ix_assignment_change", "practice_id", "client_id", "changed_seq"),
        Index("ix_assignment_lapse", "state", "lapses_at"),
    )

    client_id: UUID
    offered_by: UUID
    state: State = Field(sa_type=TextEnum(State))
    agreed_revision: int | None = None
    offered_revision: int | None = None
    counter_revision: int | None = None
    latest_revision: int = 1
    shown_revision: int = 1
    may_do: bool = False
    may_remind: bool = False
    may_share: bool = False
    counter_grants: list[bool] | None = Field(default=None, sa_type=Document)
    paused_by: PausedBy | None = Field(default=None, sa_type=TextEnum(PausedBy))
    is_held: bool = False
    not_now_until: datetime | None = Field(default=None, sa_type=Moment)
    lapses_at: datetime | None = Field(default=None, sa_type=Moment)
    version: int = 1
    changed_seq: int = 0
    offered_at: datetime = Field(sa_type=Moment)
    changed_at: datetime = Field(sa_type=Moment)


class TermsRevision(SQLModel, table=True):
    """One numbered revision of the terms. Rows are added and never changed (law 3).

    `plan` is the revision in which its schedule began: occurrences are named by it, so
    a change of anything else leaves their names alone. `hangs_on` names what an anchored
    plan comes after: an exercise's slug or another assignment's id.
    """

    __tablename__ = "terms_revision"
    __table_args__ = (
        ForeignKeyConstraint(
            ["practice_id", "assignment_id"],
            ["assignment.practice_id", "assignment.id"],
        ),
        ForeignKeyConstraint(
            ["practice_id", "exercise_version_id"],
            ["exercise_version.practice_id", "exercise_version.id"],
        ),
        Index("ix_terms_revision_version", "practice_id", "exercise_version_id"),
        Index("ix_terms_revision_hangs_on", "practice_id", "client_id", "hangs_on"),
    )

    practice_id: UUID = Field(primary_key=True)
    assignment_id: UUID = Field(primary_key=True)
    number: int = Field(primary_key=True)
    client_id: UUID
    plan: int
    proposed_by: Actor = Field(sa_type=TextEnum(Actor))
    proposer_id: UUID
    is_material: bool = True
    exercise_id: UUID
    exercise_version_id: UUID
    terms: dict[str, Any] = Field(sa_type=Document)
    hangs_on: str | None = Field(default=None, max_length=60)
    made_at: datetime = Field(sa_type=Moment)


class AssignmentMove(SQLModel, table=True):
    """One thing somebody did; rows are only ever added. The client may make the id.

    `at` is the maker's clock, `seen` the version they knew, `recorded` the version it
    made. A device's move that did not fit when it came stays: a later arrival may make
    it fit. The reason is its maker's own unless it is shared.
    """

    __tablename__ = "assignment_move"
    __table_args__ = (
        ForeignKeyConstraint(
            ["practice_id", "assignment_id"],
            ["assignment.practice_id", "assignment.id"],
        ),
    )

    practice_id: UUID = Field(primary_key=True)
    assignment_id: UUID = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    client_id: UUID
    verb: Verb = Field(sa_type=TextEnum(Verb))
    actor: Actor = Field(sa_type=TextEnum(Actor))
    actor_id: UUID | None = None
    device_id: UUID | None = None
    at: datetime = Field(sa_type=Moment)
    received_at: datetime = Field(sa_type=Moment)
    seen: int
    recorded: int
    revision: int | None = None
    replaces: int | None = None
    grants: list[bool] | None = Field(default=None, sa_type=Document)
    until: datetime | None = Field(default=None, sa_type=Moment)
    took_effect: bool = True
    reason: str | None = Field(default=None, max_length=2_000)
    reason_shared: bool = False


class OccurrenceAnswer(SQLModel, table=True):
    """What the client said about one occurrence; rows are only ever added.

    `holds` marks the one answer of an occurrence that all of them come to.
    """

    __tablename__ = "occurrence_answer"
    __table_args__ = (
        ForeignKeyConstraint(
            ["practice_id", "assignment_id"],
            ["assignment.practice_id", "assignment.id"],
        ),
        Index("ix_occurrence_answer_change", "practice_id", "client_id", "changed_seq"),
    )

    practice_id: UUID = Field(primary_key=True)
    assignment_id: UUID = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    client_id: UUID
    occurrence: str = Field(max_length=64)
    answer: Answer = Field(sa_type=TextEnum(Answer))
    device_id: UUID | None = None
    at: datetime = Field(sa_type=Moment)
    received_at: datetime = Field(sa_type=Moment)
    seen: int = 0
    recorded: int = 1
    holds: bool = True
    reason: str | None = Field(default=None, max_length=2_000)
    reason_shared: bool = False
    changed_seq: int = 0


class AnchorEvent(SQLModel, table=True):
    """A completion that an anchored plan hangs on.

    Its ordinal is given when it is told and never changes, so a completion that is
    told late renames no occurrence.
    """

    __tablename__ = "anchor_event"
    __table_args__ = (
        ForeignKeyConstraint(
            ["practice_id", "assignment_id"],
            ["assignment.practice_id", "assignment.id"],
        ),
    )

    practice_id: UUID = Field(primary_key=True)
    assignment_id: UUID = Field(primary_key=True)
    completion_id: UUID = Field(primary_key=True)
    client_id: UUID
    ordinal: int
    at: datetime = Field(sa_type=Moment)


class GateChange(SQLModel, table=True):
    """The client opened the way to an assignment by their own go, or stepped back.

    Rows are only ever added; `ordinal` counts them in the order they were told.
    """

    __tablename__ = "gate_change"
    __table_args__ = (
        ForeignKeyConstraint(
            ["practice_id", "assignment_id"],
            ["assignment.practice_id", "assignment.id"],
        ),
    )

    practice_id: UUID = Field(primary_key=True)
    assignment_id: UUID = Field(primary_key=True)
    ordinal: int = Field(primary_key=True)
    move_id: UUID
    client_id: UUID
    is_open: bool
    at: datetime = Field(sa_type=Moment)
