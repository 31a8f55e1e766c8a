"""Clients: taken into care, read, changed, discharged; and this room's other doors."""

from typing import Any
from uuid import UUID

from fastapi import Response

from api.access.caller import MayAddClients, MayManageClients, MayReadClients
from api.access.context import AppSettings
from api.access.permissions import Right
from api.access.schemas import CodeOut
from api.foundation.database import Db
from api.foundation.etags import IfMatch, etag
from api.foundation.pagination import Page, Paging
from api.foundation.routing import room, together
from api.people import (
    routes_care,
    routes_me,
    routes_staff,
    service,
    service_clients,
)
from api.people.schemas import ClientChangeIn, ClientIn, ClientOut, PersonOut

clients = room("/v1/clients", "clients")


@clients.post("", operation_id="add_client", status_code=201, response_model=ClientOut)
async def add_client(
    body: ClientIn, caller: MayAddClients, db: Db, response: Response
) -> Any:
    """Take a new client into your care; a nickname is enough."""
    client = await service_clients.add(db, caller, body)
    response.headers["ETag"] = etag(client.version)
    return ClientOut.model_validate(client)


@clients.get("", operation_id="list_clients", response_model=Page[ClientOut])
async def list_clients(caller: MayReadClients, db: Db, paging: Paging) -> Any:
    """List clients: a therapist's own caseload, or the practice's for its office."""
    rows = await service_clients.page(
        db, caller, after=paging.after, limit=paging.limit + 1
    )
    items, following = paging.cut(rows, key=lambda row: row.id)
    return {"items": items, "next": following}


@clients.get("/{client_id}", operation_id="read_client", response_model=ClientOut)
async def read_client(
    client_id: UUID, caller: MayReadClients, db: Db, response: Response
) -> Any:
    """Read a client: nickname, zone, state."""
    client = await service.client_for(db, caller, client_id, right=Right.READ_CLIENTS)
    response.headers["ETag"] = etag(client.version)
    return ClientOut.model_validate(client)


@clients.put("/{client_id}", operation_id="change_client", response_model=ClientOut)
async def change_client(
    client_id: UUID,
    body: ClientChangeIn,
    caller: MayManageClients,
    db: Db,
    response: Response,
    if_match: IfMatch = None,
) -> Any:
    """Change a client's nickname, zone or language."""
    client = await service_clients.change(
        db,
        caller,
        client_id,
        right=Right.MANAGE_CLIENTS,
        nickname=body.nickname,
        zone=body.zone,
        locale=body.locale,
        if_match=if_match,
    )
    response.headers["ETag"] = etag(client.version)
    return ClientOut.model_validate(client)


@clients.post(
    "/{client_id}/discharge",
    operation_id="discharge_client",
    response_model=ClientOut,
)
async def discharge_client(client_id: UUID, caller: MayManageClients, db: Db) -> Any:
    """End a client's care; their devices stop at once, what was written stays."""
    client = await service_clients.discharge(db, caller, client_id)
    return ClientOut.model_validate(client)


@clients.post(
    "/{client_id}/enrolment-codes",
    operation_id="issue_enrolment_code",
    status_code=201,
    response_model=CodeOut,
)
async def issue_enrolment_code(
    client_id: UUID, caller: MayManageClients, settings: AppSettings, db: Db
) -> Any:
    """Make a code to show in session; it ends the client's unused older ones."""
    code = await service_clients.issue_code(db, settings, caller, client_id)
    return CodeOut(code=code.text, expires_at=code.expires_at)


@clients.get(
    "/{client_id}/people",
    operation_id="list_shared_persons",
    response_model=Page[PersonOut],
)
async def list_shared_persons(
    client_id: UUID, caller: MayManageClients, db: Db, paging: Paging
) -> Any:
    """List the persons of a client's life that they chose to share with you."""
    rows = await service.people_aliases(
        db, caller, client_id, after=paging.after, limit=paging.limit + 1
    )
    items, following = paging.cut(rows, key=lambda row: row.id)
    return {"items": items, "next": following}


router = together(clients, routes_care.router, routes_me.router, routes_staff.router)
