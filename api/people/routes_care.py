"""Who cares for a client, and which two clients must never meet."""

from typing import Any
from uuid import UUID

from api.access.caller import (
    Caller,
    MayManageCareTeam,
    MayManageSeparations,
    MayReadClients,
)
from api.foundation.database import Db
from api.foundation.pagination import Page, Paging
from api.foundation.routing import room
from api.people import service_care
from api.people.schemas import (
    CarerIn,
    CarerOut,
    CareTeamOut,
    SeparationIn,
    SeparationOut,
)

router = room("/v1", "care")


async def _team(db: Db, caller: Caller, client_id: UUID) -> CareTeamOut:
    carers = await service_care.team(db, caller, client_id)
    return CareTeamOut(
        items=[
            CarerOut(
                staff_id=carer.tie.staff_id,
                name=carer.name,
                began_at=carer.tie.began_at,
            )
            for carer in carers
        ]
    )


@router.get(
    "/clients/{client_id}/care-team",
    operation_id="read_care_team",
    response_model=CareTeamOut,
)
async def read_care_team(client_id: UUID, caller: MayReadClients, db: Db) -> Any:
    """Read who cares for a client now."""
    return await _team(db, caller, client_id)


@router.post(
    "/clients/{client_id}/care-team",
    operation_id="add_carer",
    response_model=CareTeamOut,
)
async def add_carer(
    client_id: UUID, body: CarerIn, caller: MayManageCareTeam, db: Db
) -> Any:
    """Add a therapist to a client's care team; adding them again changes nothing."""
    await service_care.add(db, caller, client_id, body.staff_id)
    return await _team(db, caller, client_id)


@router.post(
    "/clients/{client_id}/care-team/{staff_id}/end",
    operation_id="end_care",
    status_code=204,
)
async def end_care(
    client_id: UUID, staff_id: UUID, caller: MayManageCareTeam, db: Db
) -> None:
    """End somebody's care of a client; from their next request they see nothing."""
    await service_care.end(db, caller, client_id, staff_id)


@router.get(
    "/separations",
    operation_id="list_separations",
    response_model=Page[SeparationOut],
)
async def list_separations(caller: MayManageSeparations, db: Db, paging: Paging) -> Any:
    """List which clients are, or were, kept apart."""
    rows = await service_care.page_of_separations(
        db, caller, after=paging.after, limit=paging.limit + 1
    )
    items, following = paging.cut(rows, key=lambda row: row.id)
    return {"items": items, "next": following}


@router.post(
    "/separations", operation_id="separate_clients", response_model=SeparationOut
)
async def separate_clients(
    body: SeparationIn, caller: MayManageSeparations, db: Db
) -> Any:
    """Keep two clients apart: nobody cares for both, neither leaves the other a trace.

    While somebody cares for both, the answer is 409 and names them in `staff_ids`.
    """
    pair = await service_care.separate(db, caller, body.one_id, body.other_id)
    return SeparationOut.model_validate(pair)


@router.post(
    "/separations/{separation_id}/end",
    operation_id="end_separation",
    response_model=SeparationOut,
)
async def end_separation(
    separation_id: UUID, caller: MayManageSeparations, db: Db
) -> Any:
    """No longer keep two clients apart."""
    pair = await service_care.end_separation(db, caller, separation_id)
    return SeparationOut.model_validate(pair)
