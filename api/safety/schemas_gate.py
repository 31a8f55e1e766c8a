"""The reviewed youth set over the wire."""

from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field

from api.foundation.schemas import In, Moment, Out, Slug

_AT = "2026-03-02T08:00:00Z"


class YouthSetIn(In):
    """Every exercise that the practice has reviewed for clients who are minors."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"exercises": ["orient-and-ground"]}]}
    )

    exercises: Annotated[frozenset[Slug], Field(max_length=300)]


class YouthSetOut(Out):
    """What may be offered to minors here; empty until somebody has reviewed anything."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "exercises": ["orient-and-ground"],
                    "changed_by": "0198c8a4-6f2e-7c31-9a51-0f7d3f0b1c2d",
                    "changed_at": _AT,
                }
            ]
        }
    )

    exercises: list[str]
    changed_by: UUID | None
    changed_at: Moment | None
