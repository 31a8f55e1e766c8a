"""The doors of assignments: offer, list, read.

Moves are in `routes_moves`, occurrences in `routes_occurrences`; a newcomer reads this
file first and finds every other room's doors made the same way.
"""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Path, Query, Response

from api.access.caller import MayOffer, MayReadAssignments
from api.assignments import (
    queries,
    routes_care,
    routes_moves,
    routes_occurrences,
    service,
    service_reading,
)
from api.assignments.schemas import (
    AssignmentOut,
    HistoryOut,
    OfferedOut,
    OfferIn,
    TermsOut,
)
from api.assignments.schemas_care import reasons
from api.assignments.standing import State
from api.foundation.database import Db, Store
from api.foundation.etags import etag
from api.foundation.pagination import Page, Paging
from api.foundation.routing import ready, room, together
from api.foundation.schemas import to_json

assignments = room("/v1/assignments", "assignments")

OfClient = Annotated[UUID | None, Query(description="Only of this client")]
Revision = Annotated[int, Path(ge=1, le=100_000, description="Which revision")]
InState = Annotated[State | None, Query(description="Only in this state")]


@assignments.post(
    "",
    operation_id="offer_assignment",
    status_code=201,
    response_model=OfferedOut,
)
async def offer_assignment(
    body: OfferIn, caller: MayOffer, db: Db, response: Response
) -> Any:
    """Offer an exercise to a client of yours.

    The client answers: accept, decline, not now, or a counter-proposal. With an `id`
    of your own (UUIDv7) a retry is the same offer. 409 `not-with-this-person` for
    joint work with somebody the client marked harmful or under review. 409 `held-back`
    where precautions, the phase or the brake hold it back: `cautions` say what, and
    which of them a reason in `overrides` sets aside. Warnings come with the answer.
    """
    made = await service.offer(
        db,
        caller,
        body.client_id,
        body.terms,
        offer_id=body.id,
        overrides=reasons(body.overrides),
    )
    response.headers["ETag"] = etag(made.version)
    response.headers["Location"] = f"/v1/assignments/{made.id}"
    return await service_reading.offered(db, caller, made)


@assignments.get(
    "", operation_id="list_assignments", response_model=Page[AssignmentOut]
)
async def list_assignments(
    caller: MayReadAssignments,
    store: Store,
    paging: Paging,
    response: Response,
    client_id: OfClient = None,
    state: InState = None,
) -> Any:
    """List assignments, oldest first: a client's own, or those of clients cared for."""
    found = await queries.page(
        store,
        caller,
        client_id=client_id,
        state=state,
        after=paging.after,
        limit=paging.limit + 1,
    )
    items, following = paging.cut(found, key=queries.id_of)
    body = b",".join(map(queries.row_json, items))
    answer = ready(b'{"items":[' + body + b'],"next":' + to_json(following) + b"}")
    if "Link" in response.headers:
        answer.headers["Link"] = response.headers["Link"]
    return answer


@assignments.get(
    "/{assignment_id}", operation_id="read_assignment", response_model=AssignmentOut
)
async def read_assignment(
    assignment_id: UUID, caller: MayReadAssignments, db: Db, response: Response
) -> Any:
    """Read one assignment; its ETag is what `If-Match` names when you revise it."""
    found = await service_reading.get(db, caller, assignment_id)
    response.headers["ETag"] = etag(found.version)
    return await service_reading.shown(db, found)


@assignments.get(
    "/{assignment_id}/terms/{revision}",
    operation_id="read_terms",
    response_model=TermsOut,
)
async def read_terms(
    assignment_id: UUID, revision: Revision, caller: MayReadAssignments, db: Db
) -> Any:
    """Read one revision of the terms: agreed, offered, proposed, or of long ago."""
    return await service_reading.terms_shown(db, caller, assignment_id, revision)


@assignments.get(
    "/{assignment_id}/history",
    operation_id="read_assignment_history",
    response_model=HistoryOut,
)
async def read_assignment_history(
    assignment_id: UUID, caller: MayReadAssignments, db: Db
) -> Any:
    """Read every move, first to last. Reasons are their makers' own unless shared."""
    return {"items": await service_reading.history(db, caller, assignment_id)}


router = together(
    assignments, routes_moves.router, routes_occurrences.router, routes_care.router
)
