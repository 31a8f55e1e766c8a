"""The doors of occurrences: what is planned, and what the client says about one."""

from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import Path, Query

from api.access.caller import MayAnswerOffers, MayReadAssignments
from api.assignments import service_occurrences
from api.assignments.schemas import AnswerIn, AnswerOut, OccurrencesOut
from api.foundation import clock
from api.foundation.database import Db
from api.foundation.errors import Fault, Invalid
from api.foundation.routing import room
from api.foundation.schemas import Moment

router = room("/v1/assignments/{assignment_id}", "assignments")

_LONGEST = timedelta(days=400)
_AROUND = timedelta(days=14)
From = Annotated[
    Moment | None, Query(alias="from", description="Two weeks ago if not said")
]
To = Annotated[Moment | None, Query(description="Two weeks ahead if not said")]
Key = Annotated[
    str, Path(pattern=r"^[1-9][0-9]{0,5}\.[1-9][0-9]{0,2}$", examples=["1.3"])
]


@router.get(
    "/occurrences", operation_id="list_occurrences", response_model=OccurrencesOut
)
async def list_occurrences(
    assignment_id: UUID,
    caller: MayReadAssignments,
    db: Db,
    from_: From = None,
    to: To = None,
) -> Any:
    """List planned occurrences between two moments, in the client's wall time.

    Their keys never change: no journey, clock change or late message renames one.
    """
    begins, ends = from_ or clock.now() - _AROUND, to or clock.now() + _AROUND
    if ends - begins > _LONGEST or ends < begins:
        raise Invalid(faults=[Fault("/to", "out-of-range", "query: at most 400 days")])
    found = await service_occurrences.list_occurrences(
        db, caller, assignment_id, from_=begins, to=ends
    )
    return {"items": found}


@router.put(
    "/occurrences/{key}/answer",
    operation_id="answer_occurrence",
    response_model=AnswerOut,
)
async def answer_occurrence(
    assignment_id: UUID, key: Key, body: AnswerIn, caller: MayAnswerOffers, db: Db
) -> Any:
    """Say about one occurrence: not today, not safe to, another reason, or done.

    `done` is only a note; what was done is a completion. Answers of several devices
    that did not know of each other come to the most protective one.
    """
    row = await service_occurrences.answer_occurrence(
        db, caller, assignment_id, key, body
    )
    return {
        "key": row.occurrence,
        "answer": row.answer,
        "answers": row.recorded,
        "at": row.at,
    }
