"""The doors of progress: series, adherence and the summary of an assignment."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Response

from api.access.caller import MayReadProgress
from api.foundation.database import Db, Store
from api.foundation.routing import ready, room
from api.progress import service, service_adherence
from api.progress.schemas import ProgressOut, SummaryOut
from api.progress.schemas_adherence import AdherenceOut
from api.progress.schemas_charts import First, Last, Numbers
from api.progress.service_adherence import Days

router = room("/v1", "progress")

ExerciseSlug = Annotated[
    str | None,
    Query(
        max_length=60,
        description="Only series of this exercise.",
        examples=["paced-breath"],
    ),
]
MeasureId = Annotated[
    str | None,
    Query(
        max_length=40, description="Only series of this measure.", examples=["distress"]
    ),
]
Percentages = Annotated[
    bool,
    Query(description="For the client: show the two ratios too. Off unless asked for."),
]


@router.get(
    "/clients/{client_id}/progress",
    operation_id="read_progress",
    response_model=ProgressOut,
)
async def read_progress(
    caller: MayReadProgress,
    store: Store,
    client_id: UUID,
    exercise: ExerciseSlug = None,
    measure: MeasureId = None,
    first: First = None,
    last: Last = None,
    numbers: Numbers = None,
) -> Response:
    """Read every series you may see: points first, then figures, trend and words.

    The client sees all of their own. Others see runs shared at `scores` or `full`.
    Runs ended by choice are in `points` and change no median, share or slope. `sides`
    groups the series that show protection or connection; `choices` lists the choices
    made; `setbacks` are ordinary notes, each with the plan that was made for it.
    """
    return ready(
        await service.progress(
            store,
            caller,
            client_id,
            exercise=exercise,
            measure=measure,
            first=first,
            last=last,
            hidden=numbers is not None,
        )
    )


@router.get(
    "/clients/{client_id}/adherence",
    operation_id="read_adherence",
    response_model=AdherenceOut,
)
async def read_adherence(
    caller: MayReadProgress,
    db: Db,
    client_id: UUID,
    first: First = None,
    last: Last = None,
    show_percentages: Percentages = False,
    numbers: Numbers = None,
) -> Any:
    """Read what was done of what was agreed. The answer's `view` says for whom.

    Declines, stops, pauses, holds and unsafe days are outside every ratio. Therapists
    read shared occurrences only; the client reads what they did and chose.
    """
    days = Days(first, last)
    return await service_adherence.of_client(
        db,
        caller,
        client_id,
        days,
        percentages=show_percentages,
        hidden=numbers is not None,
    )


@router.get(
    "/assignments/{assignment_id}/summary",
    operation_id="summarise_assignment",
    response_model=SummaryOut,
)
async def summarise_assignment(
    caller: MayReadProgress,
    db: Db,
    store: Store,
    assignment_id: UUID,
    show_percentages: Percentages = False,
    numbers: Numbers = None,
) -> Any:
    """Read one assignment at a glance: what was done, choices, dose, its series."""
    return await service.summary(
        db,
        store,
        caller,
        assignment_id,
        percentages=show_percentages,
        hidden=numbers is not None,
    )
