"""The practice over the wire."""

from uuid import UUID

from pydantic import ConfigDict, Field

from api.foundation.schemas import In, Moment, Name, Out, Zone


class PracticeIn(In):
    """What the owner may change; the short name stays, sign-ins depend on it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"name": "Harbour Practice", "zone": "Europe/Berlin"}]
        }
    )

    name: Name
    zone: Zone = Field(description="IANA zone of the practice's rooms")


class PracticeOut(Out):
    """The practice as its staff see it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "0198c8a4-6f2e-7c31-9a51-0f7d3f0b1c2d",
                    "slug": "harbour",
                    "name": "Harbour Practice",
                    "zone": "Europe/Berlin",
                    "opened_at": "2026-01-05T09:00:00Z",
                }
            ]
        }
    )

    id: UUID
    slug: str
    name: str
    zone: str
    opened_at: Moment
