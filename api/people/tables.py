"""Staff, clients, care ties, separations, precautions, phases, person aliases."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint
from sqlmodel import Field

from api.foundation.database import Moment, PracticeRow, TextEnum


class ClientState(StrEnum):
    """Whether the client is in care."""

    ACTIVE = "active"
    DISCHARGED = "discharged"


class Standing(StrEnum):
    """How the client sees a person; only the client says so."""

    UNMARKED = "unmarked"
    TRUSTED = "trusted"
    UNDER_REVIEW = "under_review"
    HARMFUL = "harmful"


class PrecautionCode(StrEnum):
    """What is to be minded in one client's care. Source: clinical.md §2.1, R7."""

    DISSOC = "dissoc"
    PANIC = "panic"
    RESP = "resp"
    GAZE = "gaze"
    LIVE = "live"
    LEGAL = "legal"
    DEVICE = "device"
    ACUTE = "acute"
    GRIEF = "grief"
    MINOR = "minor"


class Phase(StrEnum):
    """Where the work stands, in the order of the phases. Source: clinical.md §2.1."""

    STEADYING = "steadying"
    SELF_TRUST = "self_trust"
    SENSE_MAKING = "sense_making"
    BOUNDARIES = "boundaries"
    GRADED_TRUST = "graded_trust"


class Staff(PracticeRow, table=True):
    """Someone who works in the practice."""

    __table_args__ = (ForeignKeyConstraint(["practice_id"], ["practice.id"]),)

    name: str = Field(max_length=120)
    joined_at: datetime = Field(sa_type=Moment)
    left_at: datetime | None = Field(default=None, sa_type=Moment)


class Client(PracticeRow, table=True):
    """Someone in therapy: a nickname and a time zone are enough.

    `change_seq` counts what changed for this client; devices sync by it. Whoever
    writes for a client raises it under the row's lock. `hides_numbers` is the client's
    own wish to read progress in words alone.
    """

    __table_args__ = (ForeignKeyConstraint(["practice_id"], ["practice.id"]),)

    nickname: str = Field(max_length=120)
    zone: str = Field(max_length=64)
    locale: str = Field(default="en", max_length=16)
    state: ClientState = Field(
        default=ClientState.ACTIVE, sa_type=TextEnum(ClientState)
    )
    version: int = 1
    change_seq: int = 0
    hides_numbers: bool = False
    created_at: datetime = Field(sa_type=Moment)


class ZoneChange(PracticeRow, table=True):
    """From when the client lived in which zone; plans that follow them read it."""

    __tablename__ = "zone_change"
    __table_args__ = (
        ForeignKeyConstraint(
            ["practice_id", "client_id"], ["client.practice_id", "client.id"]
        ),
        Index("ix_zone_change_client", "practice_id", "client_id", "from_at"),
    )

    client_id: UUID
    zone: str = Field(max_length=64)
    from_at: datetime = Field(sa_type=Moment)


class CareTie(PracticeRow, table=True):
    """That a staff member cares for a client, and since when."""

    __tablename__ = "care_tie"
    __table_args__ = (
        ForeignKeyConstraint(
            ["practice_id", "client_id"], ["client.practice_id", "client.id"]
        ),
        ForeignKeyConstraint(
            ["practice_id", "staff_id"], ["staff.practice_id", "staff.id"]
        ),
        Index("ix_care_tie_staff", "practice_id", "staff_id", "client_id"),
        Index("ix_care_tie_client", "practice_id", "client_id"),
    )

    client_id: UUID
    staff_id: UUID
    began_at: datetime = Field(sa_type=Moment)
    ended_at: datetime | None = Field(default=None, sa_type=Moment)


class Separation(PracticeRow, table=True):
    """That two clients must never meet here: no shared staff, no trace."""

    __table_args__ = (
        ForeignKeyConstraint(
            ["practice_id", "one_id"], ["client.practice_id", "client.id"]
        ),
        ForeignKeyConstraint(
            ["practice_id", "other_id"], ["client.practice_id", "client.id"]
        ),
        UniqueConstraint("practice_id", "one_id", "other_id"),
    )

    one_id: UUID
    other_id: UUID
    made_at: datetime = Field(sa_type=Moment)
    ended_at: datetime | None = Field(default=None, sa_type=Moment)


class PrecautionChange(PracticeRow, table=True):
    """That a precaution was set, or ended; rows are only ever added.

    `number` counts the changes of a client's care: rows of one change share it.
    """

    __tablename__ = "precaution_change"
    __table_args__ = (
        ForeignKeyConstraint(
            ["practice_id", "client_id"], ["client.practice_id", "client.id"]
        ),
        UniqueConstraint("practice_id", "client_id", "number", "code"),
    )

    client_id: UUID
    number: int
    code: PrecautionCode = Field(sa_type=TextEnum(PrecautionCode))
    holds: bool
    by_id: UUID
    at: datetime = Field(sa_type=Moment)


class PhaseChange(PracticeRow, table=True):
    """That the work came to a phase; rows are only ever added.

    `number` counts the changes of a client's care, together with precautions.
    """

    __tablename__ = "phase_change"
    __table_args__ = (
        ForeignKeyConstraint(
            ["practice_id", "client_id"], ["client.practice_id", "client.id"]
        ),
        UniqueConstraint("practice_id", "client_id", "number"),
    )

    client_id: UUID
    number: int
    phase: Phase = Field(sa_type=TextEnum(Phase))
    by_id: UUID
    at: datetime = Field(sa_type=Moment)


class PersonAlias(PracticeRow, table=True):
    """The client's private nickname of a person; never a contact record."""

    __tablename__ = "person_alias"
    __table_args__ = (
        ForeignKeyConstraint(
            ["practice_id", "client_id"], ["client.practice_id", "client.id"]
        ),
        Index("ix_person_alias_client", "practice_id", "client_id"),
    )

    client_id: UUID
    nickname: str = Field(max_length=120)
    standing: Standing = Field(default=Standing.UNMARKED, sa_type=TextEnum(Standing))
    is_shared: bool = False
    version: int = 1
    changed_seq: int = 0
    made_at: datetime = Field(sa_type=Moment)
