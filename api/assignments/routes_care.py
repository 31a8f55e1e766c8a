"""The doors of care: precautions and phase, what an offer would meet, the brake."""

from typing import Any
from uuid import UUID

from fastapi import Response

from api.access.caller import (
    MayManageCare,
    MayOffer,
    MayPace,
    MayReadCare,
    MaySubmit,
)
from api.assignments import service_care, service_gates
from api.assignments.schemas_care import (
    BrakeOut,
    CareOut,
    CheckIn,
    CheckOut,
    LiftIn,
    WorseningIn,
)
from api.foundation.database import Db
from api.foundation.etags import IfMatch, etag
from api.foundation.routing import room
from api.people.schemas_care import CareIn
from api.safety.gate import held_back
from api.safety.service_gate import as_shown

router = room("/v1", "care")


@router.get(
    "/clients/{client_id}/precautions",
    operation_id="read_precautions",
    response_model=CareOut,
)
async def read_precautions(
    client_id: UUID, caller: MayReadCare, db: Db, response: Response
) -> Any:
    """Read what is minded in a client's care, and since when.

    Clients read their own page, under their own id: the same as the care team sees.
    `affects` lists what stands and would be held back now; nothing was done to it.
    """
    version, page = await service_care.care(db, caller, client_id)
    response.headers["ETag"] = etag(version)
    return page


@router.put(
    "/clients/{client_id}/precautions",
    operation_id="change_precautions",
    response_model=CareOut,
)
async def change_precautions(
    client_id: UUID,
    body: CareIn,
    caller: MayManageCare,
    db: Db,
    response: Response,
    if_match: IfMatch = None,
) -> Any:
    """Say which precautions hold and which phase the work is in. Needs `If-Match`.

    What was agreed stays agreed: look at `affects` and hold what should wait. Only
    `device` acts at once, by ending reminders.
    """
    version, page = await service_care.change_care(
        db, caller, client_id, body, if_match=if_match
    )
    response.headers["ETag"] = etag(version)
    return page


@router.post(
    "/clients/{client_id}/offer-check",
    operation_id="check_offer",
    response_model=CheckOut,
)
async def check_offer(client_id: UUID, body: CheckIn, caller: MayOffer, db: Db) -> Any:
    """See what an offer of these terms would meet, without offering anything."""
    found = await service_gates.check(db, caller, client_id, body.terms)
    return {
        "goes_through": not held_back(found),
        "cautions": [as_shown(one) for one in found],
    }


@router.get(
    "/clients/{client_id}/brake", operation_id="read_brake", response_model=BrakeOut
)
async def read_brake(client_id: UUID, caller: MayReadCare, db: Db) -> Any:
    """Read what is held or resting because it made things worse.

    Clients read their own, under their own id.
    """
    return await service_care.brake(db, caller, client_id)


@router.post(
    "/clients/{client_id}/brake/lift",
    operation_id="lift_brake",
    response_model=BrakeOut,
)
async def lift_brake(client_id: UUID, body: LiftIn, caller: MayPace, db: Db) -> Any:
    """Say that the hold may end. It ends when client and therapist have both said so.

    Name the `hold` you looked at; 409 `hold-changed` if something was heard since.
    """
    return await service_care.lift(db, caller, client_id, body.hold)


@router.post(
    "/me/worsenings",
    operation_id="report_worsening",
    status_code=201,
    response_model=BrakeOut,
)
async def report_worsening(body: WorseningIn, caller: MaySubmit, db: Db) -> Any:
    """Say that something made it worse: nothing else is needed, and nothing counts against you.

    The exercise rests for a while; after two, stronger ones wait until you and your
    therapist both say go. `suggest` has something gentle to show right away.
    """
    return await service_care.report_worsening(db, caller, body)
