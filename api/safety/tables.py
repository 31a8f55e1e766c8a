"""Alerts, what people did about them, and the numbered safety settings of a practice.

All four only ever grow: the database refuses to update a row.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from api.foundation.database import Document, Moment, PracticeRow, TextEnum
from api.safety.alerts import Audience, Outcome, Priority, Rule, SourceKind


class Alert(PracticeRow, table=True):
    """What one rule made of one version of one source: codes and numbers, no words.

    `finding` is a digest of what was found, so that the same is told once. `made_of`
    names the completions and the steps it rests on, for taking it back; it never goes
    out. `settings_number` are the safety settings whose thresholds it was found with.
    """

    __table_args__ = (
        ForeignKeyConstraint(
            ["practice_id", "client_id"], ["client.practice_id", "client.id"]
        ),
        UniqueConstraint("practice_id", "source_id", "source_part", "rule", "finding"),
        Index("ix_alert_client", "practice_id", "client_id", "id"),
        Index("ix_alert_rule", "rule", "raised_at"),
    )

    client_id: UUID
    rule: Rule = Field(sa_type=TextEnum(Rule))
    rule_version: int
    settings_number: int
    priority: Priority = Field(sa_type=TextEnum(Priority))
    audience: Audience = Field(sa_type=TextEnum(Audience))
    source_kind: SourceKind = Field(sa_type=TextEnum(SourceKind))
    source_id: UUID
    source_part: str = Field(default="", max_length=60)
    source_version: int
    finding: str = Field(max_length=64)
    payload: dict[str, Any] = Field(sa_type=Document)
    made_of: dict[str, Any] = Field(sa_type=Document)
    occurred_at: datetime = Field(sa_type=Moment)
    raised_at: datetime = Field(sa_type=Moment)


class AlertAcknowledgement(PracticeRow, table=True):
    """That somebody saw an alert, when, and what came of it."""

    __tablename__ = "alert_acknowledgement"
    __table_args__ = (
        ForeignKeyConstraint(
            ["practice_id", "alert_id"], ["alert.practice_id", "alert.id"]
        ),
        UniqueConstraint("practice_id", "alert_id", "staff_id", "outcome"),
    )

    alert_id: UUID
    client_id: UUID
    staff_id: UUID
    outcome: Outcome = Field(sa_type=TextEnum(Outcome))
    at: datetime = Field(sa_type=Moment)


class AlertShare(SQLModel, table=True):
    """That an alert was shown to the care team, or taken back; the last number holds."""

    __tablename__ = "alert_share"
    __table_args__ = (
        ForeignKeyConstraint(
            ["practice_id", "alert_id"], ["alert.practice_id", "alert.id"]
        ),
    )

    practice_id: UUID = Field(primary_key=True)
    alert_id: UUID = Field(primary_key=True)
    number: int = Field(primary_key=True)
    client_id: UUID
    shown: bool
    device_id: UUID | None = None
    at: datetime = Field(sa_type=Moment)


class SafetySettings(SQLModel, table=True):
    """Who reads alerts, how soon, and the practice's safety texts; the last number holds."""

    __tablename__ = "safety_settings"
    __table_args__ = (ForeignKeyConstraint(["practice_id"], ["practice.id"]),)

    practice_id: UUID = Field(primary_key=True)
    number: int = Field(primary_key=True)
    settings: dict[str, Any] = Field(sa_type=Document)
    made_by: UUID
    made_at: datetime = Field(sa_type=Moment)
