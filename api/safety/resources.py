"""Crisis resources as data: read, checked row by row, aged, and found by region.

Pure. A list that is wrong anywhere is refused whole, naming the row, because a wrong
number is worse than none. Source: reference §5.6.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, Any

from pydantic import (
    Field,
    ValidationError,
    model_validator,
)

from api.foundation.schemas import In

INTERNATIONAL = "INT"
UNION = "EU"
_UNION = (
    "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE"
)
STALE_AFTER = timedelta(days=180)
"""How long a row counts as checked. Source: reference §5.6."""

Region = Annotated[str, Field(pattern=r"^([A-Z]{2}|INT)$", examples=["GB"])]
"""ISO 3166 alpha-2; EU for what holds in all of it; INT for anywhere."""
Line = Annotated[str, Field(min_length=1, max_length=200)]
Number = Annotated[str, Field(pattern=r"^[0-9+][0-9 +/*#-]{1,38}$")]
Address = Annotated[str, Field(pattern=r"^https://[^\s<>\"]{1,190}$")]


class Kind(StrEnum):
    """What a line is for."""

    EMERGENCY = "emergency"
    SUICIDE = "suicide"
    DOMESTIC_ABUSE = "domestic_abuse"
    SEXUAL_VIOLENCE = "sexual_violence"
    MEN = "men"
    LGBT = "lgbt"
    TEXT = "text"


class Resource(In):
    """One place to turn to. Without `verified_on` nobody has checked it yet."""

    region: Region
    kind: Kind
    name: Line
    number: Number | None = None
    sms: Line | None = None
    url: Address | None = None
    hours: Line | None = None
    languages: tuple[Annotated[str, Field(pattern=r"^[a-z]{2,3}$")], ...] = ()
    verified_on: date | None = None
    verified_by: Line | None = None
    source_url: Address | None = None

    @model_validator(mode="after")
    def _can_be_reached(self) -> "Resource":
        if self.number is None and self.sms is None and self.url is None:
            msg = "has neither number nor sms nor url"
            raise ValueError(msg)
        if (self.verified_on is None) != (self.verified_by is None):
            msg = "verified_on and verified_by go together"
            raise ValueError(msg)
        return self


class UnsoundDirectory(ValueError):
    """The list of crisis resources can't be used; the message names the row."""


@dataclass(frozen=True, slots=True)
class Directory:
    """All rows there are; at least one holds anywhere."""

    rows: tuple[Resource, ...]

    @property
    def regions(self) -> frozenset[str]:
        """The regions that have rows of their own."""
        return frozenset(row.region for row in self.rows)


@dataclass(frozen=True, slots=True)
class Found:
    """What there is for a region; `matched` is false where only what holds anywhere is."""

    region: str
    matched: bool
    rows: tuple[Resource, ...]


def read_directory(text: str) -> Directory:
    """Read a list of resources; raises UnsoundDirectory naming the first wrong row."""
    try:
        raw = json.loads(text)
    except ValueError as error:
        msg = "crisis resources: the file is not JSON"
        raise UnsoundDirectory(msg) from error
    listed = raw.get("resources") if isinstance(raw, Mapping) else None
    if not isinstance(listed, list):
        msg = 'crisis resources: expected {"resources": [...]}'
        raise UnsoundDirectory(msg)
    rows = tuple(_row(number, one) for number, one in enumerate(listed, start=1))
    if not any(row.region == INTERNATIONAL for row in rows):
        msg = (
            f"crisis resources: no row of region {INTERNATIONAL}, which holds anywhere"
        )
        raise UnsoundDirectory(msg)
    return Directory(rows)


def _row(number: int, raw: Any) -> Resource:
    try:
        return Resource.model_validate(raw)
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        place = ".".join(map(str, fault["loc"])) or "the row"
        msg = f"crisis resources: row {number}, {place}: {fault['msg']}"
        raise UnsoundDirectory(msg) from None


def is_stale(row: Resource, today: date) -> bool:
    """Tell whether nobody has checked a row within 180 days, or ever."""
    return row.verified_on is None or today - row.verified_on > STALE_AFTER


def for_region(directory: Directory, region: str | None) -> Found:
    """Return a region's own rows, then those that hold anywhere.

    A region without rows, or none at all, gets what holds anywhere; a member of the
    European Union gets the Union's rows before that.
    """
    anywhere = _of(directory.rows, INTERNATIONAL)
    if region is None or region == INTERNATIONAL:
        return Found(INTERNATIONAL, False, anywhere)
    own = _of(directory.rows, region)
    if not own and region in _UNION:
        own = _of(directory.rows, UNION)
    return Found(region, bool(own), (*own, *anywhere))


def _of(rows: Sequence[Resource], region: str) -> tuple[Resource, ...]:
    return tuple(row for row in rows if row.region == region)
