"""The doors of alerts."""

from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query

from api.access.caller import MayAcknowledgeAlerts, MayReadAlerts, MaySubmit
from api.foundation.database import Db
from api.foundation.pagination import Paging
from api.foundation.routing import room
from api.safety import schemas, service_reading
from api.safety.alerts import Priority, Rule

router = room("/v1/alerts", "safety")


class Standing(StrEnum):
    """Whether somebody has said that they saw an alert."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"


@router.get("", operation_id="list_alerts", response_model=schemas.AlertPage)
async def list_alerts(
    caller: MayReadAlerts,
    db: Db,
    paging: Paging,
    standing: Annotated[
        Standing | None, Query(description="Seen by somebody, or by nobody yet")
    ] = None,
    client_id: Annotated[UUID | None, Query(description="Of one client")] = None,
    rule: Annotated[Rule | None, Query(description="Of one rule")] = None,
    priority: Annotated[Priority | None, Query(description="Of one priority")] = None,
) -> Any:
    """List alerts, newest first: those of your clients, or your own as cards.

    An empty list is no sign that all is well: people often mark nothing. What a client
    keeps to themselves is not here, except what forms say is always passed on (AL-1,
    AL-2).
    """
    rows = await service_reading.page(
        db,
        caller,
        is_open=None if standing is None else standing is Standing.OPEN,
        client_id=client_id,
        rule=rule,
        priority=priority,
        after=paging.after,
        limit=paging.limit + 1,
    )
    items, following = paging.cut(rows, key=lambda row: row["id"])
    return {"items": items, "next": following}


@router.get(
    "/{alert_id}", operation_id="read_alert", response_model=schemas.AnyAlertOut
)
async def read_alert(alert_id: UUID, caller: MayReadAlerts, db: Db) -> Any:
    """Read one alert: a therapist in codes and numbers, a client as a card of their own.

    What is out of reach, or the client's alone, is the same 404 as what is not there.
    """
    return await service_reading.one(db, caller, alert_id)


@router.post(
    "/{alert_id}/acknowledge",
    operation_id="acknowledge_alert",
    response_model=schemas.AlertOut,
)
async def acknowledge_alert(
    alert_id: UUID, body: schemas.AcknowledgeIn, caller: MayAcknowledgeAlerts, db: Db
) -> Any:
    """Say that you saw it and what came of it; your name and the moment are kept.

    Several people may, each with several outcomes over time. The same again changes
    nothing. No alert closes by itself, and this one stays readable.
    """
    return await service_reading.acknowledge(db, caller, alert_id, body.outcome)


@router.post(
    "/{alert_id}/share",
    operation_id="share_alert",
    response_model=schemas.OwnAlertOut,
)
async def share_alert(alert_id: UUID, caller: MaySubmit, db: Db) -> Any:
    """Show your care team a card that is yours alone; the same again changes nothing.

    They see its title and its numbers, not the run it came from.
    """
    return await service_reading.share(db, caller, alert_id)
