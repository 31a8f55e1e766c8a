"""Bases and shared types of what goes over the wire.

Tables and schemas share types, never base classes. Input refuses unknown fields
and does not turn text into numbers; output has no defaults, so that generated
clients see every field as present.
"""

import re
import unicodedata
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID
from zoneinfo import available_timezones

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Strict,
)
from pydantic_core import to_json as write_json

ZONES = frozenset(available_timezones())


class In(BaseModel):
    """A request body."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Out(BaseModel):
    """A response body; reads from rows as well as from dicts."""

    model_config = ConfigDict(from_attributes=True, frozen=True)


def _known_zone(value: str) -> str:
    if value not in ZONES:
        msg = "is no IANA time zone"
        raise ValueError(msg)
    return value


_BLANK_LETTERS = frozenset("\u115f\u1160\u3164\uffa0")
_TURNS_AROUND = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def _has_ink(value: str) -> str:
    """Return the text without blanks around it; refuse one that nobody can see."""
    if not any(
        unicodedata.category(letter)[0] not in "ZC" and letter not in _BLANK_LETTERS
        for letter in value
    ):
        msg = "is empty"
        raise ValueError(msg)
    return value.strip()


def on_one_line(value: str) -> str:
    """Refuse line breaks, controls, and what turns the text around it (UTS 55)."""
    if any(
        unicodedata.category(letter) in ("Cc", "Zl", "Zp") or letter in _TURNS_AROUND
        for letter in value
    ):
        msg = "is not one plain line"
        raise ValueError(msg)
    return value


Name = Annotated[
    str,
    Field(min_length=1, max_length=120),
    AfterValidator(_has_ink),
    AfterValidator(on_one_line),
]
Note = Annotated[str, Field(min_length=1, max_length=2_000), AfterValidator(_has_ink)]
Slug = Annotated[
    str, Field(min_length=2, max_length=60, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
]
Zone = Annotated[str, Field(max_length=64), AfterValidator(_known_zone)]
Whole = Annotated[int, Strict()]
Flag = Annotated[bool, Strict()]
_FIRST = datetime(1900, 1, 1, tzinfo=UTC)
_LAST = datetime(2200, 1, 1, tzinfo=UTC)


def _in_calendar(value: datetime) -> datetime:
    """Leave out the ends of the calendar, where zones and sums of days overflow."""
    if not _FIRST <= value < _LAST:
        msg = "lies outside of 1900 to 2199"
        raise ValueError(msg)
    return value


_RFC_3339 = re.compile(
    r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII
)


def _written_out(value: Any) -> Any:
    """Refuse counts of seconds and half-written moments, which pydantic would guess."""
    if isinstance(value, datetime):
        return value
    if not isinstance(value, str) or not _RFC_3339.fullmatch(value):
        msg = "is not an RFC 3339 moment"
        raise ValueError(msg)
    return value


Moment = Annotated[
    AwareDatetime, BeforeValidator(_written_out), AfterValidator(_in_calendar)
]


def _version_7(value: UUID) -> UUID:
    if value.version != 7:
        msg = "is no UUIDv7"
        raise ValueError(msg)
    return value


Id7 = Annotated[UUID, AfterValidator(_version_7)]
"""An id that the sender makes, in order of time (RFC 9562 §5.7)."""


class Problem(BaseModel):
    """RFC 9457: what went wrong, in stable words, never with your input in it."""

    type: str = Field(examples=["urn:attune:problem:not-found"])
    title: str = Field(examples=["There is nothing here for you"])
    status: int = Field(examples=[404])
    code: str = Field(examples=["not-found"])
    detail: str | None = None
    errors: list["Place"] | None = None


class Place(BaseModel):
    """One fault and where it is, as a JSON Pointer into the body."""

    pointer: str = Field(examples=["/nickname"])
    code: str = Field(examples=["string-too-long"])
    message: str = Field(examples=["String should have at most 120 characters"])


def to_json(value: Any) -> bytes:
    """Return compact JSON of plain data, moments and ids; for the hot paths."""
    return write_json(value)
