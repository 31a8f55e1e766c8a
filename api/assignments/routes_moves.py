"""The doors of moves: one a verb, all made the same way.

A move that is already so answers 200 and changes nothing; one that does not fit answers
409 `move-refused` with the present state. A device that may be offline sends `id`, `at`
and `seen`, and may repeat itself as often as it likes.
"""

from typing import Any
from uuid import UUID

from fastapi import Response
from sqlmodel.ext.asyncio.session import AsyncSession

from api.access.caller import MayAnswerOffers, MayOffer, MayPace
from api.assignments import service, service_reading
from api.assignments.schemas import (
    AcceptIn,
    AgreeIn,
    AnswerCounterIn,
    AssignmentOut,
    CounterIn,
    DeclineIn,
    GrantsPutIn,
    MoveIn,
    NotNowIn,
    OfferedOut,
    ReviseIn,
    TakeBackIn,
)
from api.assignments.schemas_care import reasons
from api.assignments.service_moves import Stamp
from api.assignments.standing import Grants
from api.assignments.tables import Assignment
from api.foundation.database import Db
from api.foundation.etags import IfMatch, etag
from api.foundation.routing import room

router = room("/v1/assignments/{assignment_id}", "assignments")


def _stamp(body: MoveIn, if_match: str | None) -> Stamp:
    return Stamp(
        id=body.id,
        at=body.at,
        seen=body.seen,
        reason=body.reason,
        reason_shared=body.reason_shared,
        if_match=if_match,
    )


async def _told(db: AsyncSession, response: Response, row: Assignment) -> Any:
    response.headers["ETag"] = etag(row.version)
    return await service_reading.shown(db, row)


@router.post("/accept", operation_id="accept_assignment", response_model=AssignmentOut)
async def accept_assignment(
    assignment_id: UUID,
    body: AcceptIn,
    caller: MayAnswerOffers,
    db: Db,
    response: Response,
    if_match: IfMatch = None,
) -> Any:
    """Say yes to the terms of one revision.

    Three grants, each for itself: to do it (needed), to be reminded, to share it. 409
    `move-refused` says where things stand, for instance when there is a newer offer;
    409 `held-back` that something has to be talked about first: `cautions` say what."""
    moved = await service.accept(
        db,
        caller,
        assignment_id,
        revision=body.revision,
        grants=Grants(**body.grants.model_dump()),
        stamp=_stamp(body, if_match),
    )
    return await _told(db, response, moved)


@router.post(
    "/decline", operation_id="decline_assignment", response_model=AssignmentOut
)
async def decline_assignment(
    assignment_id: UUID,
    body: DeclineIn,
    caller: MayAnswerOffers,
    db: Db,
    response: Response,
    if_match: IfMatch = None,
) -> Any:
    """Say no. No reason is asked for, and a no is never counted against you.

    Beside agreed terms this answers the new offer alone; to end those, withdraw."""
    moved = await service.decline(
        db, caller, assignment_id, revision=body.revision, stamp=_stamp(body, if_match)
    )
    return await _told(db, response, moved)


@router.post(
    "/not-now", operation_id="not_now_assignment", response_model=AssignmentOut
)
async def not_now_assignment(
    assignment_id: UUID,
    body: NotNowIn,
    caller: MayAnswerOffers,
    db: Db,
    response: Response,
    if_match: IfMatch = None,
) -> Any:
    """Ask for time. The offer stays open and does not lapse until then."""
    moved = await service.not_now(
        db, caller, assignment_id, until=body.until, stamp=_stamp(body, if_match)
    )
    return await _told(db, response, moved)


@router.post(
    "/counter", operation_id="counter_assignment", response_model=AssignmentOut
)
async def counter_assignment(
    assignment_id: UUID,
    body: CounterIn,
    caller: MayAnswerOffers,
    db: Db,
    response: Response,
    if_match: IfMatch = None,
) -> Any:
    """Propose other terms: a smaller dose, another time, setting, exercise or sharing.

    What is agreed stays in force meanwhile. The grants hold once the therapist agrees."""
    moved = await service.counter(
        db,
        caller,
        assignment_id,
        body.terms,
        grants=Grants(**body.grants.model_dump()),
        stamp=_stamp(body, if_match),
    )
    return await _told(db, response, moved)


@router.post(
    "/take-back", operation_id="take_back_counter", response_model=AssignmentOut
)
async def take_back_counter(
    assignment_id: UUID,
    body: TakeBackIn,
    caller: MayAnswerOffers,
    db: Db,
    response: Response,
    if_match: IfMatch = None,
) -> Any:
    """Take your counter-proposal back; the offer stands as before."""
    moved = await service.take_back(
        db, caller, assignment_id, revision=body.revision, stamp=_stamp(body, if_match)
    )
    return await _told(db, response, moved)


@router.post("/agree", operation_id="agree_assignment", response_model=OfferedOut)
async def agree_assignment(
    assignment_id: UUID,
    body: AgreeIn,
    caller: MayOffer,
    db: Db,
    response: Response,
    if_match: IfMatch = None,
) -> Any:
    """Agree to the client's terms; they hold from now on. Needs `If-Match`.

    409 `held-back` as for an offer; `overrides` give reasons where that is possible."""
    moved = await service.agree(
        db,
        caller,
        assignment_id,
        revision=body.revision,
        overrides=reasons(body.overrides),
        stamp=_stamp(body, if_match),
    )
    response.headers["ETag"] = etag(moved.version)
    return await service_reading.offered(db, caller, moved)


@router.post("/keep", operation_id="keep_offer", response_model=AssignmentOut)
async def keep_offer(
    assignment_id: UUID,
    body: AnswerCounterIn,
    caller: MayOffer,
    db: Db,
    response: Response,
    if_match: IfMatch = None,
) -> Any:
    """Keep to the offer, or to what is agreed, instead of a counter-proposal.

    Needs `If-Match`."""
    moved = await service.keep(
        db, caller, assignment_id, revision=body.revision, stamp=_stamp(body, if_match)
    )
    return await _told(db, response, moved)


@router.post("/revise", operation_id="revise_assignment", response_model=OfferedOut)
async def revise_assignment(
    assignment_id: UUID,
    body: ReviseIn,
    caller: MayOffer,
    db: Db,
    response: Response,
    if_match: IfMatch = None,
) -> Any:
    """Give new terms. Needs `If-Match`.

    A material change (dose, time, setting, person, more sharing, another exercise) is a
    new offer beside what is agreed; only new wording takes effect at once. After a
    decline this is a new offer. 409 `held-back` as for an offer; `overrides` give
    reasons where that is possible."""
    moved = await service.revise(
        db,
        caller,
        assignment_id,
        body.terms,
        overrides=reasons(body.overrides),
        stamp=_stamp(body, if_match),
    )
    response.headers["ETag"] = etag(moved.version)
    return await service_reading.offered(db, caller, moved)


@router.post("/pause", operation_id="pause_assignment", response_model=AssignmentOut)
async def pause_assignment(
    assignment_id: UUID,
    body: MoveIn,
    caller: MayPace,
    db: Db,
    response: Response,
    if_match: IfMatch = None,
) -> Any:
    """Pause. Either may, and whoever paused takes their own pause away again."""
    moved = await service.pause(db, caller, assignment_id, stamp=_stamp(body, if_match))
    return await _told(db, response, moved)


@router.post("/resume", operation_id="resume_assignment", response_model=AssignmentOut)
async def resume_assignment(
    assignment_id: UUID,
    body: MoveIn,
    caller: MayPace,
    db: Db,
    response: Response,
    if_match: IfMatch = None,
) -> Any:
    """Take your own pause away; the other's stays.

    A therapist's resume lifts a safety hold as well; a client's never does."""
    moved = await service.resume(
        db, caller, assignment_id, stamp=_stamp(body, if_match)
    )
    return await _told(db, response, moved)


@router.post("/hold", operation_id="hold_assignment", response_model=AssignmentOut)
async def hold_assignment(
    assignment_id: UUID,
    body: MoveIn,
    caller: MayOffer,
    db: Db,
    response: Response,
    if_match: IfMatch = None,
) -> Any:
    """Lay a safety hold: nothing is asked until you resume."""
    moved = await service.hold(db, caller, assignment_id, stamp=_stamp(body, if_match))
    return await _told(db, response, moved)


@router.post(
    "/withdraw", operation_id="withdraw_assignment", response_model=AssignmentOut
)
async def withdraw_assignment(
    assignment_id: UUID,
    body: MoveIn,
    caller: MayAnswerOffers,
    db: Db,
    response: Response,
    if_match: IfMatch = None,
) -> Any:
    """End it for good, at any time, without a reason. All grants end with it."""
    moved = await service.withdraw(
        db, caller, assignment_id, stamp=_stamp(body, if_match)
    )
    return await _told(db, response, moved)


@router.post("/cancel", operation_id="cancel_assignment", response_model=AssignmentOut)
async def cancel_assignment(
    assignment_id: UUID,
    body: MoveIn,
    caller: MayOffer,
    db: Db,
    response: Response,
    if_match: IfMatch = None,
) -> Any:
    """Take the assignment back, whatever state it is in."""
    moved = await service.cancel(
        db, caller, assignment_id, stamp=_stamp(body, if_match)
    )
    return await _told(db, response, moved)


@router.post("/finish", operation_id="finish_assignment", response_model=AssignmentOut)
async def finish_assignment(
    assignment_id: UUID,
    body: MoveIn,
    caller: MayOffer,
    db: Db,
    response: Response,
    if_match: IfMatch = None,
) -> Any:
    """End an active assignment because it is done."""
    moved = await service.finish(
        db, caller, assignment_id, stamp=_stamp(body, if_match)
    )
    return await _told(db, response, moved)


@router.put("/grants", operation_id="change_grants", response_model=AssignmentOut)
async def change_grants(
    assignment_id: UUID,
    body: GrantsPutIn,
    caller: MayAnswerOffers,
    db: Db,
    response: Response,
    if_match: IfMatch = None,
) -> Any:
    """Give or take back each grant alone, at any time after a yes.

    Without `do` the assignment ends: that is a withdrawal."""
    wanted = Grants(**body.grants.model_dump())
    moved = await service.set_grants(
        db, caller, assignment_id, wanted, stamp=_stamp(body, if_match)
    )
    return await _told(db, response, moved)
