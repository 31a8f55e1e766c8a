"""That a therapist has taken note of a withdrawal."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index
from sqlmodel import Field, SQLModel

from api.foundation.database import Moment


class WithdrawalNote(SQLModel, table=True):
    """The first acknowledgement of a withdrawal; later ones change nothing."""

    __tablename__ = "withdrawal_note"
    __table_args__ = (
        ForeignKeyConstraint(
            ["practice_id", "assignment_id"],
            ["assignment.practice_id", "assignment.id"],
        ),
        Index("ix_withdrawal_note_client", "practice_id", "client_id"),
    )

    practice_id: UUID = Field(primary_key=True)
    assignment_id: UUID = Field(primary_key=True)
    client_id: UUID
    staff_id: UUID
    noted_at: datetime = Field(sa_type=Moment)
