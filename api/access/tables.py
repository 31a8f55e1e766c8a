"""Credentials, memberships, sign-ins, tokens, devices and one-time codes."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from api.foundation.database import Document, Moment, PracticeRow


class Membership(PracticeRow, table=True):
    """The roles that a staff member holds; `id` is the staff member's id."""

    __table_args__ = (
        ForeignKeyConstraint(["practice_id", "id"], ["staff.practice_id", "staff.id"]),
    )

    roles: list[str] = Field(sa_type=Document)
    version: int = 1
    ended_at: datetime | None = Field(default=None, sa_type=Moment)


class Credential(PracticeRow, table=True):
    """How a staff member signs in; `id` is the staff member's id."""

    __table_args__ = (
        ForeignKeyConstraint(["practice_id", "id"], ["staff.practice_id", "staff.id"]),
        UniqueConstraint("practice_id", "login"),
    )

    login: str = Field(max_length=120)
    password_hash: str = Field(max_length=200)
    totp_sealed: bytes = Field(sa_type=LargeBinary)
    totp_last_step: int = 0


class Invitation(PracticeRow, table=True):
    """A one-time code that lets a new staff member in."""

    __table_args__ = (UniqueConstraint("code_hash"),)

    code_hash: bytes = Field(sa_type=LargeBinary)
    roles: list[str] = Field(sa_type=Document)
    expires_at: datetime = Field(sa_type=Moment)
    used_at: datetime | None = Field(default=None, sa_type=Moment)


class SignIn(PracticeRow, table=True):
    """One opened door: a staff member's password and code, or a device's signature.

    `generation` and `current_refresh` hold the state of refresh rotation.
    """

    __tablename__ = "sign_in"
    __table_args__ = (
        Index("ix_sign_in_person", "practice_id", "person_id"),
        Index("ix_sign_in_device", "practice_id", "device_id"),
    )

    kind: str = Field(max_length=8)
    person_id: UUID
    device_id: UUID | None = None
    started_at: datetime = Field(sa_type=Moment)
    expires_at: datetime = Field(sa_type=Moment)
    ended_at: datetime | None = Field(default=None, sa_type=Moment)
    generation: int = 0
    current_refresh: bytes | None = Field(default=None, sa_type=LargeBinary)


class AccessToken(SQLModel, table=True):
    """A short-lived token, kept as its hash."""

    __tablename__ = "access_token"
    __table_args__ = (
        ForeignKeyConstraint(
            ["practice_id", "sign_in_id"], ["sign_in.practice_id", "sign_in.id"]
        ),
        Index("ix_access_token_sign_in", "practice_id", "sign_in_id"),
        Index("ix_access_token_expires", "expires_at"),
    )

    practice_id: UUID = Field(primary_key=True)
    hash: bytes = Field(primary_key=True, sa_type=LargeBinary)
    sign_in_id: UUID
    expires_at: datetime = Field(sa_type=Moment)


class RefreshToken(SQLModel, table=True):
    """A link in the chain of a staff sign-in, kept as its hash."""

    __tablename__ = "refresh_token"
    __table_args__ = (
        ForeignKeyConstraint(
            ["practice_id", "sign_in_id"], ["sign_in.practice_id", "sign_in.id"]
        ),
        Index("ix_refresh_token_sign_in", "practice_id", "sign_in_id"),
    )

    practice_id: UUID = Field(primary_key=True)
    hash: bytes = Field(primary_key=True, sa_type=LargeBinary)
    sign_in_id: UUID
    generation: int
    parent: bytes | None = Field(default=None, sa_type=LargeBinary)


class Device(PracticeRow, table=True):
    """A client's device, known by its public key; rows are never removed."""

    __table_args__ = (
        ForeignKeyConstraint(
            ["practice_id", "client_id"], ["client.practice_id", "client.id"]
        ),
        Index("ix_device_client", "practice_id", "client_id"),
    )

    client_id: UUID
    name: str = Field(max_length=120)
    public_key: dict[str, Any] = Field(sa_type=Document)
    first_day: date
    last_day: date
    revoked_at: datetime | None = Field(default=None, sa_type=Moment)


class EnrolmentCode(PracticeRow, table=True):
    """A one-time code shown in session, which binds one device to a client."""

    __tablename__ = "enrolment_code"
    __table_args__ = (
        ForeignKeyConstraint(
            ["practice_id", "client_id"], ["client.practice_id", "client.id"]
        ),
        UniqueConstraint("code_hash"),
    )

    client_id: UUID
    code_hash: bytes = Field(sa_type=LargeBinary)
    expires_at: datetime = Field(sa_type=Moment)
    used_at: datetime | None = Field(default=None, sa_type=Moment)


class UsedAssertion(SQLModel, table=True):
    """A device's signed request that was taken once and never will be again."""

    __tablename__ = "used_assertion"

    practice_id: UUID = Field(primary_key=True)
    device_id: UUID = Field(primary_key=True)
    jti_hash: bytes = Field(primary_key=True, sa_type=LargeBinary)
    expires_at: datetime = Field(sa_type=Moment, index=True)


class Throttle(SQLModel, table=True):
    """Wrong tries from one place in one window; it survives a restart."""

    bucket: bytes = Field(primary_key=True, sa_type=LargeBinary)
    window_ends_at: datetime = Field(sa_type=Moment)
    tries: int
