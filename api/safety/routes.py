"""The doors of safety: where help is, who reads alerts, and the room's other doors."""

from typing import Annotated, Any

from fastapi import Query, Response

from api.access.caller import CurrentCaller, MayManageSafety
from api.access.context import AppSettings
from api.foundation.database import Db
from api.foundation.etags import IfMatch, etag
from api.foundation.routing import room, together
from api.safety import routes_alerts, schemas, service_resources, service_settings
from api.safety.resources import Region

safety = room("/v1", "safety")


@safety.get(
    "/crisis-resources",
    operation_id="list_crisis_resources",
    response_model=schemas.ResourcesOut,
)
async def list_crisis_resources(
    settings: AppSettings,
    region: Annotated[
        Region | None, Query(description="ISO 3166 alpha-2; without it, anywhere")
    ] = None,
) -> Any:
    """List where help is in a region. Needs no sign-in: help is not behind a login.

    A region without rows of its own gets what holds anywhere (`matched` is false).
    `stale` rows were not checked within 180 days: show them, and say so. This is not an
    emergency service.
    """
    return service_resources.resources(settings.crisis_resources, region)


@safety.get(
    "/me/safety", operation_id="read_own_safety", response_model=schemas.SafetyOut
)
async def read_own_safety(caller: CurrentCaller, settings: AppSettings, db: Db) -> Any:
    """Read who reads alerts and how soon, what is always passed on, and where help is.

    Show it on first use and on every form that asks about risk.
    """
    return await service_resources.what_everybody_should_know(
        db, caller.practice_id, settings.crisis_resources
    )


@safety.get(
    "/safety-settings",
    operation_id="read_safety_settings",
    response_model=schemas.SafetySettingsOut,
)
async def read_safety_settings(
    caller: MayManageSafety, db: Db, response: Response
) -> Any:
    """Read the practice's safety settings; the ETag is what a change must name."""
    held = await service_settings.in_force(db, caller.practice_id)
    response.headers["ETag"] = etag(held.number)
    return held.shown()


@safety.put(
    "/safety-settings",
    operation_id="change_safety_settings",
    response_model=schemas.SafetySettingsOut,
)
async def change_safety_settings(
    body: schemas.SafetySettingsIn,
    caller: MayManageSafety,
    db: Db,
    response: Response,
    if_match: IfMatch = None,
) -> Any:
    """Say who reads alerts, how soon, and from where rules fire (owner).

    Clients are told at once. Every change is a numbered row; alerts name the one they
    were found with. AL-1 and AL-2 have no threshold.
    """
    held = await service_settings.change(db, caller, body, if_match=if_match)
    response.headers["ETag"] = etag(held.number)
    return held.shown()


router = together(routes_alerts.router, safety)
