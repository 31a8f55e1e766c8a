"""Reading how what was expected met what came, as far as the caller may see it."""

from datetime import date
from typing import Any
from uuid import UUID

from api.access.caller import Caller
from api.foundation.database import Database
from api.progress import hiding, queries, service, views_reads
from api.progress.reads import alarms_of, reads_of
from api.progress.views import PARAMETER_SET


async def calibration(
    store: Database,
    caller: Caller,
    client_id: UUID,
    *,
    first: date | None = None,
    last: date | None = None,
    hidden: bool = False,
) -> dict[str, Any]:
    """Return a client's reads (CalibrationOut). NotFound out of reach."""
    wanted = service.between(first, last)
    found = await queries.runs_of(store, caller, client_id, wanted)
    every = await service.runs_from(store, caller, found.rows)
    runs = service.within(every, first, last)
    reads, alarms = reads_of(runs), alarms_of(runs)
    reader = service.reader_of(caller)
    view = {
        "view": reader,
        "client_id": client_id,
        "parameter_set": PARAMETER_SET,
        "complete": found.complete,
        "reads": [views_reads.reads_view(one, reader) for one in reads],
        "alarms": views_reads.alarms_view(alarms),
        "safety_options": views_reads.safety_options(reads, alarms),
        "words": list(views_reads.ALWAYS),
    }
    return hiding.hide(view) if service.hides(caller, found, asked=hidden) else view
