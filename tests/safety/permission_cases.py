"""How to ask about safety: one alert of the client, shown to the care team."""

from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from api.foundation import clock
from api.foundation.ids import new_id
from api.safety.alerts import Audience, Priority, Rule, SourceKind
from api.safety.tables import Alert
from tests.access.matrix import Case, Stage, Whose
from tests.cast import Cast

ALERT = {"alert_id": "alert"}


def _outcome(_: Stage) -> dict[str, Any]:
    return {"outcome": "talked"}


CASES = {
    "list_alerts": Case(Whose.NOBODYS),
    "read_alert": Case(Whose.CLIENT, ALERT),
    "acknowledge_alert": Case(Whose.CLIENT, ALERT, _outcome),
    "share_alert": Case(Whose.CLIENT, ALERT),
    "list_crisis_resources": Case(Whose.NOBODYS),
    "read_own_safety": Case(Whose.OWN),
    "read_safety_settings": Case(Whose.NOBODYS),
    "change_safety_settings": Case(
        Whose.NOBODYS, body=lambda _: {}, headers={"If-Match": '"v0"'}
    ),
}


async def prepare(stage: Stage) -> None:
    """One alert about the client."""
    async with stage.cast.store.writer() as db:
        alert = await add_alert(db, stage.cast)
        await db.commit()
    stage.ids |= {"alert": alert.id}


async def add_alert(db: AsyncSession, cast: Cast, **changed: Any) -> Alert:
    """Put an alert about the client of the cast."""
    values: dict[str, Any] = {
        "practice_id": cast.practice_id,
        "client_id": cast.client.id,
        "rule": Rule.SELF_HARM,
        "rule_version": 1,
        "settings_number": 0,
        "priority": Priority.URGENT,
        "audience": Audience.CARE_TEAM,
        "source_kind": SourceKind.COMPLETION,
        "source_id": new_id(),
        "source_version": 1,
        "finding": new_id().hex,
        "payload": {"value": 2, "steps": ["form.phq9_9"], "prior": None},
        "made_of": {"runs": [], "steps": []},
        "occurred_at": clock.now(),
        "raised_at": clock.now(),
    }
    alert = Alert(**values | changed)
    db.add(alert)
    await db.flush()
    return alert
