"""What is the caller's own: who they are, their profile, the persons they name."""

from typing import Any
from uuid import UUID

from fastapi import Response

from api.access.caller import (
    CurrentCaller,
    MayManageOwnPeople,
    MayManageOwnProfile,
)
from api.access.permissions import Right
from api.foundation.database import Db
from api.foundation.etags import IfMatch, etag
from api.foundation.pagination import Page, Paging
from api.foundation.routing import room
from api.people import queries, service, service_clients, service_persons
from api.people.schemas import (
    ClientOut,
    MeOut,
    PersonChangeIn,
    PersonIn,
    PersonOut,
    PreferencesIn,
    PreferencesOut,
    ProfileIn,
)

router = room("/v1/me", "me")


@router.get("", operation_id="read_me", response_model=MeOut)
async def read_me(caller: CurrentCaller, db: Db, response: Response) -> Any:
    """Say who this token speaks for; for clients the ETag is their profile's.

    Read it at every start: where `may_keep_offline` is false, keep nothing on the
    device and clear what is there; where `may_remind` is false, remind of nothing.
    """
    me = await queries.me(db, caller)
    if me.version is not None:
        response.headers["ETag"] = etag(me.version)
    return {
        "kind": caller.actor.kind,
        "id": caller.id,
        "name": me.name,
        "zone": me.zone,
        "practice": {"id": caller.practice_id, "name": me.practice_name},
        "roles": sorted(caller.roles),
        "rights": queries.rights_of(caller),
        "device_id": caller.device_id,
        "may_keep_offline": me.may_keep,
        "may_remind": me.may_keep,
    }


@router.put("/profile", operation_id="change_profile", response_model=ClientOut)
async def change_profile(
    body: ProfileIn,
    caller: MayManageOwnProfile,
    db: Db,
    response: Response,
    if_match: IfMatch = None,
) -> Any:
    """Change your nickname or zone; plans that follow you move from now on."""
    client = await service_clients.change(
        db,
        caller,
        caller.id,
        right=Right.MANAGE_OWN_PROFILE,
        nickname=body.nickname,
        zone=body.zone,
        if_match=if_match,
    )
    response.headers["ETag"] = etag(client.version)
    return ClientOut.model_validate(client)


@router.get(
    "/preferences", operation_id="read_preferences", response_model=PreferencesOut
)
async def read_preferences(caller: MayManageOwnProfile, db: Db) -> Any:
    """Read how you want your progress to look: with numbers, or in words alone."""
    right = Right.MANAGE_OWN_PROFILE
    client = await service.client_for(db, caller, caller.id, right=right)
    return PreferencesOut.model_validate(client)


@router.put(
    "/preferences", operation_id="change_preferences", response_model=PreferencesOut
)
async def change_preferences(
    body: PreferencesIn, caller: MayManageOwnProfile, db: Db
) -> Any:
    """Say how you want your progress to look. Only your own view changes, at once."""
    client = await service_clients.prefer(db, caller, hides_numbers=body.hides_numbers)
    return PreferencesOut.model_validate(client)


@router.get("/people", operation_id="list_persons", response_model=Page[PersonOut])
async def list_persons(caller: MayManageOwnPeople, db: Db, paging: Paging) -> Any:
    """List the persons of your life that you gave nicknames."""
    rows = await service.people_aliases(
        db, caller, caller.id, after=paging.after, limit=paging.limit + 1
    )
    items, following = paging.cut(rows, key=lambda row: row.id)
    return {"items": items, "next": following}


@router.post(
    "/people", operation_id="add_person", status_code=201, response_model=PersonOut
)
async def add_person(
    body: PersonIn, caller: MayManageOwnPeople, db: Db, response: Response
) -> Any:
    """Name somebody; nobody else sees them unless you share. A retry adds nothing."""
    person = await service_persons.add(db, caller, body)
    response.headers["ETag"] = etag(person.version)
    return PersonOut.model_validate(person)


@router.get("/people/{person_id}", operation_id="read_person", response_model=PersonOut)
async def read_person(
    person_id: UUID, caller: MayManageOwnPeople, db: Db, response: Response
) -> Any:
    """Read one of your persons."""
    person = await service_persons.one(db, caller, person_id)
    response.headers["ETag"] = etag(person.version)
    return PersonOut.model_validate(person)


@router.put(
    "/people/{person_id}", operation_id="change_person", response_model=PersonOut
)
async def change_person(
    person_id: UUID,
    body: PersonChangeIn,
    caller: MayManageOwnPeople,
    db: Db,
    response: Response,
    if_match: IfMatch = None,
) -> Any:
    """Rename somebody, say how you see them, share them or take that back."""
    person = await service_persons.change(
        db, caller, person_id, body, if_match=if_match
    )
    response.headers["ETag"] = etag(person.version)
    return PersonOut.model_validate(person)
