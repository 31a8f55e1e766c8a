"""Alerts as their readers see them, and what readers say: seen, with what outcome; shared."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.access.caller import Caller
from api.access.permissions import Right
from api.foundation import clock, journal
from api.foundation.errors import NotFound
from api.people.service import client_for
from api.safety import queries, service_alerts
from api.safety.alerts import ABOUT, Outcome, Priority, Rule
from api.safety.tables import Alert, AlertAcknowledgement


async def page(
    db: AsyncSession,
    caller: Caller,
    *,
    is_open: bool | None,
    client_id: UUID | None,
    rule: Rule | None,
    priority: Priority | None,
    after: UUID | None,
    limit: int,
) -> list[dict[str, Any]]:
    """Return alerts, newest first, each as the caller may see it."""
    rows = await queries.page(
        db,
        caller,
        is_open=is_open,
        client_id=client_id,
        rule=rule,
        priority=priority,
        after=after,
        limit=limit,
    )
    seen = await queries.acknowledgements(
        db, caller.practice_id, [alert.id for alert, _ in rows]
    )
    return [_shown(caller, alert, shown, seen[alert.id]) for alert, shown in rows]


async def one(db: AsyncSession, caller: Caller, alert_id: UUID) -> dict[str, Any]:
    """Return one alert as the caller may see it, or raise NotFound."""
    alert, shown = await _require(db, caller, alert_id, Right.READ_ALERTS)
    seen = await queries.acknowledgements(db, caller.practice_id, [alert.id])
    return _shown(caller, alert, shown, seen[alert.id])


async def acknowledge(
    db: AsyncSession, caller: Caller, alert_id: UUID, outcome: Outcome
) -> dict[str, Any]:
    """Write down that the caller saw it and what came of it; again changes nothing.

    It closes nothing: everybody of the care team goes on seeing the alert.
    """
    right = Right.ACKNOWLEDGE_ALERTS
    alert, _ = await _require(db, caller, alert_id, right)
    await client_for(db, caller, alert.client_id, right=right, lock=True)
    query = select(AlertAcknowledgement).where(
        col(AlertAcknowledgement.practice_id) == caller.practice_id,
        col(AlertAcknowledgement.alert_id) == alert.id,
        col(AlertAcknowledgement.staff_id) == caller.id,
        col(AlertAcknowledgement.outcome) == outcome,
    )
    if (await db.exec(query)).first() is None:
        db.add(
            AlertAcknowledgement(
                practice_id=caller.practice_id,
                alert_id=alert.id,
                client_id=alert.client_id,
                staff_id=caller.id,
                outcome=outcome,
                at=clock.now(),
            )
        )
        await db.flush()
        await _tell(db, caller, alert, "alert.acknowledged")
    return await one(db, caller, alert_id)


async def share(db: AsyncSession, caller: Caller, alert_id: UUID) -> dict[str, Any]:
    """Show the care team an alert that was the client's alone; again changes nothing."""
    right = Right.SUBMIT_COMPLETIONS
    await _require(db, caller, alert_id, right)
    await client_for(db, caller, caller.id, right=right, lock=True)
    alert, shown = await _require(db, caller, alert_id, right)
    if not shown:
        await service_alerts.show(db, alert, shown=True, device_id=caller.device_id)
        await _tell(db, caller, alert, "alert.shared")
    return await one(db, caller, alert_id)


async def _require(
    db: AsyncSession, caller: Caller, alert_id: UUID, right: Right
) -> tuple[Alert, bool]:
    found = await queries.find(db, caller, alert_id, right=right)
    if found is None:
        raise NotFound
    return found


async def _tell(db: AsyncSession, caller: Caller, alert: Alert, verb: str) -> None:
    subject = ("alert", alert.id)
    await journal.record(db, caller.actor, verb, subject, client_id=alert.client_id)


def _shown(
    caller: Caller, alert: Alert, shown: bool, seen: Sequence[AlertAcknowledgement]
) -> dict[str, Any]:
    about = ABOUT[alert.rule]
    if caller.is_client:
        return {
            "id": alert.id,
            "rule": alert.rule,
            "text": about.client_text,
            "occurred_at": alert.occurred_at,
            "is_shared": shown,
            "may_share": not shown,
            "seen_at": seen[0].at if seen and shown else None,
        }
    return {
        "id": alert.id,
        "client_id": alert.client_id,
        "rule": alert.rule,
        "rule_version": alert.rule_version,
        "priority": alert.priority,
        "title": about.title,
        "payload": alert.payload,
        "suggestion": {"code": about.suggestion, "text": about.advice},
        "source": {
            "kind": alert.source_kind,
            "id": alert.source_id,
            "part": alert.source_part or None,
            "version": alert.source_version,
        },
        "occurred_at": alert.occurred_at,
        "raised_at": alert.raised_at,
        "acknowledgements": [
            {"staff_id": one.staff_id, "outcome": one.outcome, "at": one.at}
            for one in seen
        ],
    }
