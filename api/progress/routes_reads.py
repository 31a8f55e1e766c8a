"""The doors to what readings say together: reads, questionnaires, persons."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query

from api.access.caller import MayReadProgress
from api.foundation.database import Store
from api.foundation.routing import room
from api.progress import service_outcomes, service_persons, service_reads
from api.progress.outcomes import Rule
from api.progress.schemas_charts import First, Last, Numbers
from api.progress.schemas_outcomes import OutcomesOut
from api.progress.schemas_persons import PersonsOut
from api.progress.schemas_reads import CalibrationOut

router = room("/v1", "progress")

BaselineRule = Annotated[
    Rule,
    Query(
        description="What later scores are compared with: the first complete filling, or "
        "the median of the first two where they lie 14 days apart or less."
    ),
]


@router.get(
    "/clients/{client_id}/calibration",
    operation_id="read_calibration",
    response_model=CalibrationOut,
)
async def read_calibration(
    caller: MayReadProgress,
    store: Store,
    client_id: UUID,
    first: First = None,
    last: Last = None,
    numbers: Numbers = None,
) -> Any:
    """Read how what was expected met what came: experiments, promises, inner alarms.

    Change of expectation comes first, then learning, then how accurate the reads were.
    Where something feared came true, `safety_options` says what helps now; show it
    before anything else. `words` belong to every view of it.
    """
    return await service_reads.calibration(
        store, caller, client_id, first=first, last=last, hidden=numbers is not None
    )


@router.get(
    "/clients/{client_id}/outcomes",
    operation_id="read_outcomes",
    response_model=OutcomesOut,
)
async def read_outcomes(
    caller: MayReadProgress,
    store: Store,
    client_id: UUID,
    baseline: BaselineRule = "median_of_first_two",
    first: First = None,
    last: Last = None,
    numbers: Numbers = None,
) -> Any:
    """Read questionnaires over time: fillings, baseline, change by every parameter set.

    Published thresholds disagree, so each class names its set; `unchanged` means not
    distinguishable from measurement noise. `from` begins the episode. Nothing here says
    how safe somebody is: show `notes` with the scores, and the instrument's `credit`.
    """
    return await service_outcomes.outcomes(
        store,
        caller,
        client_id,
        rule=baseline,
        first=first,
        last=last,
        hidden=numbers is not None,
    )


@router.get(
    "/clients/{client_id}/progress/persons",
    operation_id="read_progress_by_person",
    response_model=PersonsOut,
)
async def read_progress_by_person(
    caller: MayReadProgress,
    store: Store,
    client_id: UUID,
    first: First = None,
    last: Last = None,
    numbers: Numbers = None,
) -> Any:
    """Read what was written down of each person: dealbreakers first, then the series.

    The client sees all of their persons. Others see only persons the client shares, in
    runs shared at `scores` or `full` where the client did not keep back who it was.
    """
    return await service_persons.by_person(
        store, caller, client_id, first=first, last=last, hidden=numbers is not None
    )
