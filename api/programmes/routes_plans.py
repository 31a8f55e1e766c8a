"""The doors of plans: offer, answer as a whole, revise, step on and back, read."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Path, Query, Response
from sqlmodel.ext.asyncio.session import AsyncSession

from api.access.caller import Caller, MayAnswerOffers, MayOffer, MayReadAssignments
from api.foundation.database import Db
from api.foundation.etags import IfMatch, etag
from api.foundation.pagination import Page, Paging
from api.foundation.routing import room
from api.programmes import (
    service,
    service_answers,
    service_reading,
    service_revising,
    service_steps,
)
from api.programmes.bundle import Bundle
from api.programmes.schemas_plans import (
    PlanAcceptIn,
    PlanHistoryOut,
    PlanIn,
    PlanMoveIn,
    PlanNotNowIn,
    PlanOut,
    PlanReviseIn,
    PlanRevisionOut,
    StepIn,
)

router = room("/v1/programme-plans", "programmes")

OfClient = Annotated[UUID | None, Query(description="Only of this client")]
Number = Annotated[int, Path(ge=1, le=100_000, description="Which order of parts")]


async def _told(
    db: AsyncSession, caller: Caller, response: Response, bundle: Bundle
) -> Any:
    (shown,) = await service_reading.shown(db, caller, [bundle])
    response.headers["ETag"] = etag(shown["version"])
    return shown


@router.post(
    "", operation_id="offer_programme", status_code=201, response_model=PlanOut
)
async def offer_programme(
    body: PlanIn, caller: MayOffer, db: Db, response: Response
) -> Any:
    """Offer a programme to a client of yours, whole.

    Each part becomes an ordinary assignment under the terms that the programme suggests
    or that you choose, and everything that holds for an offer holds for it. 422 lists
    the faults of every part, a 409 names the `part` it is about: one part that is
    `held-back` holds the whole back, until you give reasons in its `overrides` (where
    its cautions allow that) or leave it out. Parts may be left out,
    unless others wait for them (a part with a trusted person needs that person). With
    an `id` of your own (UUIDv7) a retry is the same offer.
    """
    made = await service.offer(db, caller, body)
    response.headers["Location"] = f"/v1/programme-plans/{made.plan.id}"
    return await _told(db, caller, response, made)


@router.get("", operation_id="list_programme_plans", response_model=Page[PlanOut])
async def list_programme_plans(
    caller: MayReadAssignments, db: Db, paging: Paging, client_id: OfClient = None
) -> Any:
    """List plans, oldest first: a client's own, or those of clients cared for."""
    found = await service_reading.page(
        db, caller, client_id=client_id, after=paging.after, limit=paging.limit + 1
    )
    items, following = paging.cut(found, key=lambda one: one.plan.id)
    return {
        "items": await service_reading.shown(db, caller, items),
        "next": following,
    }


@router.get("/{plan_id}", operation_id="read_programme_plan", response_model=PlanOut)
async def read_programme_plan(
    plan_id: UUID, caller: MayReadAssignments, db: Db, response: Response
) -> Any:
    """Read a plan: its parts, what each waits for, and what its runs showed.

    Gates and evidence are worked out of what you may know. To a therapist a part is
    open only if the runs that opened it are shared; where the client stands is
    `not_shared` unless every part that waits for a go is.
    """
    bundle = await service_reading.one(db, caller, plan_id)
    return await _told(db, caller, response, bundle)


@router.get(
    "/{plan_id}/history",
    operation_id="read_programme_plan_history",
    response_model=PlanHistoryOut,
)
async def read_programme_plan_history(
    plan_id: UUID, caller: MayReadAssignments, db: Db
) -> Any:
    """Read every move of the plan that you may know of, first to last.

    Moves of one part alone are in that assignment's own history.
    """
    return {"items": await service_reading.history(db, caller, plan_id)}


@router.get(
    "/{plan_id}/revisions/{number}",
    operation_id="read_programme_plan_revision",
    response_model=PlanRevisionOut,
)
async def read_programme_plan_revision(
    plan_id: UUID, number: Number, caller: MayReadAssignments, db: Db
) -> Any:
    """Read one numbered order of parts: in force, offered, or of long ago."""
    return await service_reading.revision(db, caller, plan_id, number)


@router.post(
    "/{plan_id}/accept", operation_id="accept_programme", response_model=PlanOut
)
async def accept_programme(
    plan_id: UUID,
    body: PlanAcceptIn,
    caller: MayAnswerOffers,
    db: Db,
    response: Response,
) -> Any:
    """Say yes to the whole, or to the parts you like.

    `revision` is the order you read, and each part names the revision of its terms that
    you read: nobody agrees to what they have not seen. What you leave out is a no like
    any other, and holds nothing up. All of it is done, or none. 409 `plan-refused` or
    `move-refused` if something was changed since you read it.
    """
    bundle = await service_answers.accept(db, caller, plan_id, body)
    return await _told(db, caller, response, bundle)


@router.post(
    "/{plan_id}/decline", operation_id="decline_programme", response_model=PlanOut
)
async def decline_programme(
    plan_id: UUID,
    body: PlanMoveIn,
    caller: MayAnswerOffers,
    db: Db,
    response: Response,
) -> Any:
    """Say no to all that is offered. No reason is asked for; nothing counts it.

    What was agreed before stays as it is; to end that as well, withdraw.
    """
    bundle = await service_answers.decline(db, caller, plan_id, body)
    return await _told(db, caller, response, bundle)


@router.post(
    "/{plan_id}/not-now", operation_id="not_now_programme", response_model=PlanOut
)
async def not_now_programme(
    plan_id: UUID,
    body: PlanNotNowIn,
    caller: MayAnswerOffers,
    db: Db,
    response: Response,
) -> Any:
    """Ask for time with all that is offered; nothing lapses until then."""
    bundle = await service_answers.not_now(db, caller, plan_id, body)
    return await _told(db, caller, response, bundle)


@router.post(
    "/{plan_id}/withdraw", operation_id="withdraw_programme", response_model=PlanOut
)
async def withdraw_programme(
    plan_id: UUID,
    body: PlanMoveIn,
    caller: MayAnswerOffers,
    db: Db,
    response: Response,
) -> Any:
    """End the whole, at any time: every part that is agreed or offered.

    What was done stays yours. To end one part, withdraw from its assignment.
    """
    bundle = await service_answers.withdraw(db, caller, plan_id, body)
    return await _told(db, caller, response, bundle)


@router.post(
    "/{plan_id}/cancel", operation_id="cancel_programme", response_model=PlanOut
)
async def cancel_programme(
    plan_id: UUID, body: PlanMoveIn, caller: MayOffer, db: Db, response: Response
) -> Any:
    """Take the whole back: every part that is agreed or offered ends."""
    bundle = await service_answers.cancel(db, caller, plan_id, body)
    return await _told(db, caller, response, bundle)


@router.post(
    "/{plan_id}/revise", operation_id="revise_programme", response_model=PlanOut
)
async def revise_programme(
    plan_id: UUID,
    body: PlanReviseIn,
    caller: MayOffer,
    db: Db,
    response: Response,
    if_match: IfMatch = None,
) -> Any:
    """Offer a new order: parts added, left out, moved, or behind another gate.

    What was agreed stays in force until the client answers; what nobody has answered
    yet is replaced. Send the plan's ETag: 428 without, 412 if somebody moved since. To
    change the terms of one part, revise its assignment. 409 `held-back` as for an offer;
    `overrides` give reasons by part.
    """
    bundle = await service_revising.revise(db, caller, plan_id, body, if_match=if_match)
    return await _told(db, caller, response, bundle)


@router.post("/{plan_id}/go", operation_id="go_on", response_model=PlanOut)
async def go_on(
    plan_id: UUID,
    body: StepIn,
    caller: MayAnswerOffers,
    db: Db,
    response: Response,
) -> Any:
    """Go on, in your own time: to the next part that waits for your go, or to one named.

    On a ladder that is one rung at a time. Only the client can, and no time that passes
    does it for them. With an `id` a retry is the same step. 409 `plan-refused` says why
    a step leads nowhere.
    """
    bundle = await service_steps.go(db, caller, plan_id, body)
    return await _told(db, caller, response, bundle)


@router.post("/{plan_id}/down", operation_id="step_back", response_model=PlanOut)
async def step_back(
    plan_id: UUID,
    body: StepIn,
    caller: MayAnswerOffers,
    db: Db,
    response: Response,
) -> Any:
    """Step back: to the rung below, to one named, or off the ladder.

    Nothing is lost by it: what was done and what it showed stay with each rung. Where
    two devices stepped without knowing of each other, the lower rung holds. In a course
    it closes the part named, and nothing is asked there until you go on.
    """
    bundle = await service_steps.down(db, caller, plan_id, body)
    return await _told(db, caller, response, bundle)
