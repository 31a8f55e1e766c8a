"""Reading questionnaires over time, as far as the caller may see them."""

from datetime import date
from typing import Any
from uuid import UUID

from api.access.caller import Caller
from api.foundation.database import Database
from api.progress import hiding, queries, service
from api.progress.outcomes import Rule, flags_of, outcomes_of
from api.progress.views import PARAMETER_SET
from api.progress.views_outcomes import flags_view, outcome_view


async def outcomes(
    store: Database,
    caller: Caller,
    client_id: UUID,
    *,
    rule: Rule,
    first: date | None = None,
    last: date | None = None,
    hidden: bool = False,
) -> dict[str, Any]:
    """Return a client's questionnaires (OutcomesOut). NotFound out of reach.

    `first` begins the episode: the baseline is looked for from there on.
    """
    found = await queries.runs_of(
        store, caller, client_id, service.between(first, last)
    )
    every = await service.runs_from(store, caller, found.rows)
    known = outcomes_of(service.within(every, first, last), rule)
    reader = service.reader_of(caller)
    view = {
        "view": reader,
        "client_id": client_id,
        "parameter_set": PARAMETER_SET,
        "complete": found.complete,
        "instruments": [outcome_view(one, reader) for one in known],
        "flags": flags_view(flags_of(known)),
    }
    return hiding.hide(view) if service.hides(caller, found, asked=hidden) else view
