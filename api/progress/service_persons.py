"""Reading progress by person: all of their persons to the client, shared ones to others.

Others see of a person only runs shared at `scores` or above in which the client did not
keep back who it was, and only while the client shares that person.
"""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from api.access.caller import Caller
from api.foundation import clock
from api.foundation.database import Database
from api.people import service as people
from api.progress import hiding, queries, service
from api.progress.persons import About, persons_of
from api.progress.runs import StoredRun
from api.progress.views import PARAMETER_SET
from api.progress.views_persons import WORDS, person_view


async def by_person(
    store: Database,
    caller: Caller,
    client_id: UUID,
    *,
    first: date | None = None,
    last: date | None = None,
    hidden: bool = False,
) -> dict[str, Any]:
    """Return a client's progress by person (PersonsOut). NotFound out of reach."""
    wanted = service.between(first, last)
    found = await queries.runs_of(store, caller, client_id, wanted, persons=True)
    runs = await service.runs_from(store, caller, found.rows)
    kept = set(map(id, service.within(runs, first, last)))
    abouts = [
        _about(run, row, own=caller.is_client)
        for run, row in zip(runs, found.rows, strict=True)
        if id(run) in kept
    ]
    async with store.reader() as db:
        aliases = await people.people_aliases(db, caller, client_id)
    names = {str(one.id): one.nickname for one in aliases}
    reader = service.reader_of(caller)
    view = {
        "view": reader,
        "client_id": client_id,
        "parameter_set": PARAMETER_SET,
        "complete": found.complete,
        "persons": [
            person_view(part, names[part.person], reader)
            for part in persons_of(abouts, names, clock.now())
        ],
        "words": list(WORDS),
    }
    return hiding.hide(view) if service.hides(caller, found, asked=hidden) else view


def _about(run: StoredRun, row: Sequence[Any], *, own: bool) -> About:
    """Read a row's readings by person, unless who it was is kept back from the reader."""
    by_person, hides_persons = row[12:14]
    if by_person == "{}" or (hides_persons and not own):
        return About(run, None)
    return About(run, json.loads(by_person))
