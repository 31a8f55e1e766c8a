"""Conduct over the wire: five figures about the practice, each with its n and method."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from api.foundation.schemas import Out

_WINDOW = {"from": "2026-01-01T00:00:00Z", "to": "2026-06-30T00:00:00Z"}


def _figure(value: float | None, count: int, n: int, method: str) -> dict[str, Any]:
    reason = None if value is not None else "too_few"
    return {"value": value, "count": count, "n": n, "method": method, "reason": reason}


_FIGURES: dict[str, Any] = {
    "re_offered_soon": _figure(0.25, 1, 4, "re-offers within 14 days / declines"),
    "counters_unanswered": _figure(None, 0, 2, "unanswered within 7 days / counters"),
    "raised_after_stop": _figure(0.0, 0, 5, "stronger within 30 days / stops"),
    "hours_to_acknowledge": _figure(20.5, 3, 4, "median hours"),
    "with_smaller_alternative": _figure(0.8, 8, 10, "with a smaller one / offers"),
}
_REPORT: dict[str, Any] = {
    "window": _WINDOW,
    "complete": True,
    **_FIGURES,
    "words": ["8 of 10 offers named something smaller to choose instead."],
}


class ConductFigure(Out):
    """`count` of `n` acts of the practice; `value` is null with a reason below 3."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [_FIGURES["re_offered_soon"]]}
    )

    value: float | None
    count: int
    n: int
    method: str
    reason: Literal["no_data", "too_few"] | None


class ConductWindow(Out):
    """The time that what is answered lies in."""

    first: datetime = Field(alias="from", serialization_alias="from")
    last: datetime = Field(alias="to", serialization_alias="to")


class ConductOut(Out):
    """How the practice kept to consent. No figure is about what the client did.

    `re_offered_soon`: a no was not left alone for 14 days. `counters_unanswered`: a
    counter-proposal waited longer than 7 days. `raised_after_stop`: something stronger
    was offered within 30 days of a stop. `hours_to_acknowledge`: median until somebody
    took note of a withdrawal. `with_smaller_alternative`: offers that named something
    smaller which is there.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [_REPORT]})

    window: ConductWindow
    complete: bool = Field(
        description="False if only the 2,000 assignments changed last went in."
    )
    re_offered_soon: ConductFigure
    counters_unanswered: ConductFigure
    raised_after_stop: ConductFigure
    hours_to_acknowledge: ConductFigure
    with_smaller_alternative: ConductFigure
    words: list[str]


class WithdrawalNoteOut(Out):
    """That somebody took note of a withdrawal."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "assignment_id": "01890a5d-ac96-774b-bcce-b302099a8057",
                    "noted_at": "2026-05-06T09:00:00Z",
                }
            ]
        }
    )

    assignment_id: UUID
    noted_at: datetime
