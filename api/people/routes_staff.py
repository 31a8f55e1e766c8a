"""Staff: listed, invited, joining, given roles, leaving."""

from typing import Any
from uuid import UUID

from fastapi import Response

from api.access import service_members as members
from api.access import service_throttle as throttle
from api.access.caller import MayManagePractice, MayReadPractice
from api.access.context import (
    AppKeys,
    AppPasswords,
    AppSettings,
    Place,
)
from api.access.schemas import CodeOut, InvitationIn
from api.foundation.database import Db, Store
from api.foundation.etags import IfMatch, etag
from api.foundation.pagination import Page, Paging
from api.foundation.routing import room
from api.people import service_staff
from api.people.schemas import AcceptInvitationIn, RolesIn, StaffOut, WelcomeOut
from api.people.service_staff import Colleague

router = room("/v1", "staff")


def _out(colleague: Colleague) -> StaffOut:
    facts = colleague.staff.model_dump() | {"roles": colleague.membership.roles}
    return StaffOut.model_validate(facts)


@router.get("/staff", operation_id="list_staff", response_model=Page[StaffOut])
async def list_staff(caller: MayReadPractice, db: Db, paging: Paging) -> Any:
    """List everybody who works, or worked, in the practice."""
    rows = await service_staff.page(
        db, caller, after=paging.after, limit=paging.limit + 1
    )
    items, following = paging.cut(rows, key=lambda row: row.staff.id)
    return {"items": [_out(row) for row in items], "next": following}


@router.get("/staff/{staff_id}", operation_id="read_staff", response_model=StaffOut)
async def read_staff(
    staff_id: UUID, caller: MayReadPractice, db: Db, response: Response
) -> Any:
    """Read one of the staff; the ETag is what a change of roles must name."""
    colleague = await service_staff.one(db, caller, staff_id)
    response.headers["ETag"] = etag(colleague.membership.version)
    return _out(colleague)


@router.put(
    "/staff/{staff_id}/roles", operation_id="change_roles", response_model=StaffOut
)
async def change_roles(
    staff_id: UUID,
    body: RolesIn,
    caller: MayManagePractice,
    db: Db,
    response: Response,
    if_match: IfMatch = None,
) -> Any:
    """Change what somebody may do, from their next request on (owner)."""
    membership = await members.change_roles(
        db, caller.actor, staff_id, body.roles, if_match=if_match
    )
    response.headers["ETag"] = etag(membership.version)
    return _out(await service_staff.one(db, caller, staff_id))


@router.post("/staff/{staff_id}/end", operation_id="end_staff", status_code=204)
async def end_staff(staff_id: UUID, caller: MayManagePractice, db: Db) -> None:
    """End somebody's access at once: every sign-in, every tie of care (owner).

    Clients left without anybody show an empty care team; the office sees them.
    """
    await service_staff.end(db, caller, staff_id)


@router.post(
    "/invitations",
    operation_id="invite_staff",
    status_code=201,
    response_model=CodeOut,
)
async def invite_staff(
    body: InvitationIn, caller: MayManagePractice, settings: AppSettings, db: Db
) -> Any:
    """Make a one-time code that lets one person join with these roles (owner)."""
    code = await members.invite(db, settings, caller.actor, body.roles)
    return CodeOut(code=code.text, expires_at=code.expires_at)


@router.post(
    "/auth/accept-invitation",
    operation_id="accept_invitation",
    status_code=201,
    response_model=WelcomeOut,
)
async def accept_invitation(
    body: AcceptInvitationIn,
    settings: AppSettings,
    keys: AppKeys,
    passwords: AppPasswords,
    store: Store,
    place: Place,
    db: Db,
) -> Any:
    """Join the practice with the code you were given; the second factor shows once."""
    ticket = await throttle.admit(store, keys, settings, f"invitation:{place}")
    await service_staff.check_password(
        store, body.code, login=body.login, password=body.password
    )
    password_hash = await passwords.hash(body.password)
    welcome = await service_staff.join(db, keys, body, password_hash)
    await throttle.give_back(db, ticket)
    return WelcomeOut.model_validate(welcome)
