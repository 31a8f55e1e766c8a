"""What nobody has looked at: silence after an open alert (AL-9), and alerts that wait.

Silence is never held against anyone: AL-9 asks the care team to look, and says that
silence has many reasons.
"""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from api.foundation import clock
from api.safety import queries
from api.safety.alerts import ALWAYS_TOLD, Audience, Priority, Rule, SourceKind
from api.safety.service_alerts import Told, raise_alerts
from api.safety.service_settings import InForce, in_force
from api.safety.tables import Alert
from api.safety.thresholds import LEAST_SILENT_DAYS
from api.safety.watch import Finding

AFTER = (Rule.SELF_HARM, Rule.UNSAFE, Rule.WORSE_THAN_AT_FIRST)
HOURS_UNSAID = 72
"""After how many hours an urgent alert waits long where the practice has not said."""


async def open_alerts(
    db: AsyncSession, *conditions: ColumnElement[bool]
) -> list[tuple[Alert, InForce]]:
    """Return AL-1, AL-2 and AL-3 alerts that are open for as long as their practice says.

    `conditions` narrow them further, over the columns of `Alert`; those about which AL-9
    was told are left out.
    """
    now = clock.now()
    found = await queries.unseen(
        db,
        col(Alert.rule).in_(AFTER),
        col(Alert.raised_at) <= now - timedelta(days=LEAST_SILENT_DAYS),
        ~queries.silence_is_told(),
        *conditions,
    )
    settings = await _settings(db, found)
    return [
        (one, settings[one.practice_id])
        for one in found
        if one.raised_at
        <= now
        - timedelta(days=settings[one.practice_id].settings.thresholds.silent_days)
    ]


async def tell_silence(db: AsyncSession, alert: Alert, held: InForce) -> bool:
    """Raise AL-9 about an open alert; tell if it was not told before.

    Call it with the client's row locked. Source: reference §4.7 AL-9.
    """
    days = held.settings.thresholds.silent_days
    always = alert.rule in ALWAYS_TOLD
    found = Finding(
        rule=Rule.SILENCE_AFTER,
        priority=Priority.HIGH,
        payload={"after": alert.rule, "days": days},
        source=alert.id,
        at=clock.now(),
        key={"after": alert.rule},
        runs=() if always else tuple(map(UUID, alert.made_of["runs"])),
        steps=() if always else tuple(alert.made_of["steps"]),
    )
    told = Told(found, Audience.CARE_TEAM, 1, SourceKind.ALERT)
    new = await raise_alerts(
        db,
        alert.practice_id,
        alert.client_id,
        [told],
        settings_number=held.number,
    )
    return bool(new)


async def waiting_too_long(db: AsyncSession) -> int:
    """Count urgent alerts that nobody saw within the hours that clients were told.

    A number without names, for the operator's log.
    """
    now = clock.now()
    found = await queries.unseen(
        db,
        col(Alert.priority) == Priority.URGENT,
        col(Alert.raised_at) <= now - timedelta(hours=1),
    )
    settings = await _settings(db, found)
    hours = {
        practice: held.settings.response_hours or HOURS_UNSAID
        for practice, held in settings.items()
    }
    return sum(
        one.raised_at <= now - timedelta(hours=hours[one.practice_id]) for one in found
    )


async def _settings(db: AsyncSession, found: list[Alert]) -> dict[UUID, InForce]:
    practices = {one.practice_id for one in found}
    return {one: await in_force(db, one) for one in sorted(practices)}
