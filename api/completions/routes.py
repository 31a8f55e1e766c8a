"""The doors of completions: submit, follow up, choose what is shared, read.

The one for devices that were away is in `routes_sync`.
"""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response

from api.access.caller import Caller, MayReadCompletions, MaySubmit
from api.access.context import AppSettings
from api.completions import (
    routes_sync,
    schemas,
    service_parts,
    service_reading,
    service_sharing,
    service_straight,
    service_terms,
)
from api.completions.merge import State
from api.completions.schemas import CompletionId, PartId
from api.completions.service_parts import Part
from api.completions.service_reading import Wanted
from api.foundation.database import Database, Db, Store
from api.foundation.etags import etag
from api.foundation.pagination import Paging
from api.foundation.routing import ready, room
from api.foundation.schemas import to_json
from api.foundation.settings import Settings
from api.safety import service_resources

completions = room("/v1/completions", "completions")

_KEPT: dict[int | str, dict[str, Any]] = {
    201: {"description": "Kept for the first time.", "model": schemas.ReceiptOut}
}
_PART_KEPT: dict[int | str, dict[str, Any]] = {
    201: {"description": "Kept for the first time.", "model": schemas.PartReceiptOut}
}


@completions.put(
    "/{completion_id}",
    operation_id="submit_completion",
    response_model=schemas.ReceiptOut,
    responses=_KEPT,
)
async def submit_completion(
    completion_id: CompletionId,
    body: schemas.CompletionSave,
    caller: MaySubmit,
    store: Store,
    settings: AppSettings,
) -> Response:
    """Send a run: under way, completed or stopped; now, or days after it was done.

    Your device makes the id. The same body again gives the same answer (201, then
    200); another body under the same `save` is a 409. What was done is taken also
    when the assignment has been paused, withdrawn or ended since. A refused `consent`
    step makes it a stop, which is a good end. `support` comes back with a risk answer,
    and where distress rose by 3 of 10 or the run ended shut down; show it first.
    """
    receipt = await service_straight.submit(store, caller, completion_id, body.run())
    support = await _support(store, caller, settings) if receipt.needs_support else None
    return ready(
        to_json(schemas.receipt(receipt.row, support)),
        status=201 if receipt.is_new else 200,
        etag=etag(receipt.row["version"]),
    )


async def _support(
    store: Database, caller: Caller, settings: Settings
) -> dict[str, Any]:
    async with store.reader() as db:
        path = settings.crisis_resources
        return await service_resources.support(db, caller.practice_id, path)


@completions.get(
    "", operation_id="list_completions", response_model=schemas.CompletionPage
)
async def list_completions(
    caller: MayReadCompletions,
    db: Db,
    paging: Paging,
    client_id: Annotated[UUID | None, Query(description="Of one client")] = None,
    assignment_id: Annotated[
        UUID | None, Query(description="Of one assignment")
    ] = None,
    state: Annotated[State | None, Query(description="In one state")] = None,
) -> Response:
    """List what was done, newest first, as far as it is shared with you.

    A client sees all of their own. For others a sealed completion does not exist.
    """
    rows = await service_reading.page(
        db,
        caller,
        Wanted(client_id, assignment_id, state),
        after=paging.after,
        limit=paging.limit + 1,
    )
    items, following = paging.cut(rows, key=lambda row: row["id"])
    link = paging.response.headers.get("Link")
    answer = ready(to_json({"items": items, "next": following}))
    if link:
        answer.headers["Link"] = link
    return answer


@completions.get(
    "/{completion_id}",
    operation_id="read_completion",
    response_model=schemas.CompletionOut,
)
async def read_completion(
    completion_id: UUID, caller: MayReadCompletions, db: Db
) -> Response:
    """Read one run, as far as it is shared with you."""
    return ready(to_json(await service_reading.one(db, caller, completion_id)))


@completions.put(
    "/{completion_id}/parts/{part}",
    operation_id="submit_part",
    response_model=schemas.PartReceiptOut,
    responses=_PART_KEPT,
)
async def submit_part(
    completion_id: CompletionId,
    part: PartId,
    body: schemas.PartSave,
    caller: MaySubmit,
    db: Db,
    settings: AppSettings,
) -> Response:
    """Send a follow-up part, also before the run it belongs to has arrived.

    The same body again gives the same answer; another one is a 409. `support` comes
    back with a risk answer; show it first.
    """
    begun = await service_terms.begun(db, caller, body.assignment_id, body.revision)
    sent = Part(completion_id, part, body.done_at, body.zone, body.answers)
    receipt = await service_parts.add_part(db, caller, sent, begun)
    path, support = settings.crisis_resources, None
    if receipt.needs_support:
        support = await service_resources.support(db, caller.practice_id, path)
    shown = {
        "completion_id": completion_id,
        "part": part,
        "received_at": receipt.row["received_at"],
        "pending": receipt.pending,
        "support": support,
    }
    return ready(to_json(shown), status=201 if receipt.is_new else 200)


@completions.put(
    "/{completion_id}/sharing",
    operation_id="choose_sharing",
    response_model=schemas.SharingOut,
)
async def choose_sharing(
    completion_id: UUID, body: schemas.SharingChoice, caller: MaySubmit, db: Db
) -> Response:
    """Say how much of this completion others may read, and what stays back.

    It takes effect at once, and can be changed at any time in either direction.
    """
    row = await service_sharing.choose(db, caller, completion_id, body.wish())
    return ready(to_json(schemas.shared(row)))


@completions.get(
    "/{completion_id}/sharing",
    operation_id="read_sharing",
    response_model=schemas.SharingHistoryOut,
)
async def read_sharing(completion_id: UUID, caller: MaySubmit, db: Db) -> Response:
    """Read every choice you made about sharing this completion. Nobody else can."""
    row, default, changes = await service_sharing.history(db, caller, completion_id)
    shown = {
        "now": schemas.shared(row),
        "default": default,
        "changes": [
            {key: change[key] for key in schemas.SharingChangeOut.model_fields}
            for change in changes
        ],
    }
    return ready(to_json(shown))


router = APIRouter()
router.routes.extend([*completions.routes, *routes_sync.router.routes])
