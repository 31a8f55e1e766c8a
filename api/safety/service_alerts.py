"""Alerts: raised once, seen by whom they are for, acknowledged, shared, taken back.

Nothing is ever changed or closed here, and nobody is called. Who raises holds the
client's row, so that the same finding can't be told twice.
"""

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select
from sqlmodel import col
from sqlmodel import select as rows_of
from sqlmodel.ext.asyncio.session import AsyncSession

from api.foundation import clock, journal
from api.foundation.ids import new_id
from api.safety import queries
from api.safety.alerts import ABOUT, ALWAYS_TOLD, Audience, Rule, SourceKind
from api.safety.tables import Alert, AlertShare
from api.safety.watch import Finding, hides


@dataclass(frozen=True, slots=True)
class Told:
    """A finding on its way to becoming an alert: for whom, and of which version."""

    finding: Finding
    audience: Audience
    version: int
    kind: SourceKind = SourceKind.COMPLETION
    part: str = ""


_ADD = insert(Alert)


async def raise_alerts(
    db: AsyncSession,
    practice_id: UUID,
    client_id: UUID,
    told: Sequence[Told],
    *,
    settings_number: int,
) -> list[Told]:
    """Keep what has not been told before, in this transaction; return what was new.

    Call it with the client's row locked. One alert for a rule, a source and what was
    found: a re-sent finding makes none, one that has changed makes another.
    """
    known = await _known(db, practice_id, {one.finding.source for one in told})
    rows, new = [], []
    for one in told:
        row = _row(practice_id, client_id, one, settings_number)
        kept = known.get(_key(row))
        if kept is None:
            known[_key(row)] = (row["id"], one.audience is Audience.CARE_TEAM)
            rows.append(row)
            new.append(one)
        elif one.audience is Audience.CARE_TEAM and not kept[1]:
            await _show_after_all(db, practice_id, kept[0])
            new.append(one)
    if rows:
        await _add(db, practice_id, client_id, rows)
    return new


async def _add(
    db: AsyncSession, practice_id: UUID, client_id: UUID, rows: list[dict[str, Any]]
) -> None:
    system = journal.Actor(practice_id, "system")
    connection = await db.connection()
    await connection.execute(_ADD, rows)
    for row in rows:
        await journal.record(
            db, system, "alert.raised", ("alert", row["id"]), client_id=client_id
        )


async def _show_after_all(db: AsyncSession, practice_id: UUID, alert_id: UUID) -> None:
    """The client shares now what it rests on: the alert they had alone is shown."""
    alert = await db.get_one(Alert, (practice_id, alert_id))
    await show(db, alert, shown=True, device_id=None)


_Key = tuple[UUID, str, str, str]


async def _known(
    db: AsyncSession, practice_id: UUID, sources: Collection[UUID]
) -> dict[_Key, tuple[UUID, bool]]:
    """Return what was told of some sources: its id, and if the care team sees it."""
    query = select(
        col(Alert.source_id),
        col(Alert.source_part),
        col(Alert.rule),
        col(Alert.finding),
        col(Alert.id),
        queries.shown_to_care_team(),
    ).where(col(Alert.practice_id) == practice_id, col(Alert.source_id).in_(sources))
    connection = await db.connection()
    found = (await connection.execute(query)).all()
    return {
        (source, part, rule, key): (ident, bool(shown))
        for source, part, rule, key, ident, shown in found
    }


def _key(row: dict[str, Any]) -> _Key:
    return row["source_id"], row["source_part"], row["rule"], row["finding"]


def _row(
    practice_id: UUID, client_id: UUID, told: Told, settings_number: int
) -> dict[str, Any]:
    found = told.finding
    version = ABOUT[found.rule].version
    return {
        "practice_id": practice_id,
        "id": new_id(),
        "client_id": client_id,
        "rule": found.rule,
        "rule_version": version,
        "settings_number": settings_number,
        "priority": found.priority,
        "audience": told.audience,
        "source_kind": told.kind,
        "source_id": found.source,
        "source_part": told.part,
        "source_version": told.version,
        "finding": _digest(told, version),
        "payload": dict(found.payload),
        "made_of": {
            "runs": [str(one) for one in found.runs],
            "steps": list(found.steps),
        },
        "occurred_at": found.at,
        "raised_at": clock.now(),
    }


def _digest(told: Told, version: int) -> str:
    """Return what makes two findings the same: the rule, its version, grade and key."""
    found = told.finding
    text = json.dumps(
        [found.rule, version, found.priority, dict(found.key)],
        sort_keys=True,
        default=str,
    )
    return hashlib.sha256(text.encode()).hexdigest()


async def unreal_around(
    db: AsyncSession,
    practice_id: UUID,
    client_id: UUID,
    *,
    at: datetime,
    days: int,
    told_to_others: bool,
) -> list[tuple[UUID, datetime]]:
    """Return other runs in which things felt unreal, for AL-6.

    `told_to_others`: only those whose alert the care team got.
    """
    within = timedelta(days=days)
    query = select(col(Alert.source_id), col(Alert.occurred_at)).where(
        col(Alert.practice_id) == practice_id,
        col(Alert.client_id) == client_id,
        col(Alert.rule) == Rule.UNREAL,
        col(Alert.occurred_at).between(at - within, at + within),
    )
    if told_to_others:
        query = query.where(queries.shown_to_care_team())
    connection = await db.connection()
    return [(row[0], row[1]) for row in await connection.execute(query)]


async def take_back(
    db: AsyncSession,
    practice_id: UUID,
    client_id: UUID,
    completion_id: UUID,
    *,
    hidden: bool,
    kept_back: frozenset[str],
) -> None:
    """Take from the care team what rests on a completion that is shared no longer.

    `hidden`: its readings are not shown at all; else `kept_back` names steps. AL-1 and
    AL-2 stay: who answered them knew that they are always passed on.
    """
    query = rows_of(Alert).where(
        col(Alert.practice_id) == practice_id,
        col(Alert.client_id) == client_id,
        col(Alert.rule).not_in(sorted(ALWAYS_TOLD)),
        queries.shown_to_care_team(),
    )
    for alert in (await db.exec(query)).all():
        rests_on_it = str(completion_id) in alert.made_of["runs"]
        if rests_on_it and (hidden or hides(alert.made_of["steps"], kept_back)):
            await show(db, alert, shown=False, device_id=None)
            system = journal.Actor(practice_id, "system")
            subject = ("alert", alert.id)
            await journal.record(
                db, system, "alert.taken_back", subject, client_id=client_id
            )


async def show(
    db: AsyncSession, alert: Alert, *, shown: bool, device_id: UUID | None
) -> None:
    """Write down that an alert is shown to the care team from now on, or no longer."""
    number = await queries.shares_so_far(db, alert)
    db.add(
        AlertShare(
            practice_id=alert.practice_id,
            alert_id=alert.id,
            number=number + 1,
            client_id=alert.client_id,
            shown=shown,
            device_id=device_id,
            at=clock.now(),
        )
    )
    await db.flush()
