"""Reads of alerts; every one is limited to what its caller may see."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import (
    Boolean,
    ColumnElement,
    and_,
    exists,
    func,
    literal,
)
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.access.caller import Caller
from api.access.permissions import Right
from api.people.service import within_reach
from api.safety.alerts import Audience, Priority, Rule
from api.safety.tables import Alert, AlertAcknowledgement, AlertShare


def shown_to_care_team() -> ColumnElement[bool]:
    """Return whether the care team sees an alert: the last word about it, or its rule."""
    last = (
        select(AlertShare.shown)
        .where(
            col(AlertShare.practice_id) == col(Alert.practice_id),
            col(AlertShare.alert_id) == col(Alert.id),
        )
        .order_by(col(AlertShare.number).desc())
        .limit(1)
        .correlate(Alert)
        .scalar_subquery()
    )
    by_rule = col(Alert.audience) == Audience.CARE_TEAM
    said: ColumnElement[bool] = func.coalesce(last, by_rule, type_=Boolean)
    return said == literal(True, Boolean)


def is_acknowledged() -> ColumnElement[bool]:
    """Return whether somebody said that they saw an alert."""
    return exists().where(
        col(AlertAcknowledgement.practice_id) == col(Alert.practice_id),
        col(AlertAcknowledgement.alert_id) == col(Alert.id),
    )


def seen_by(caller: Caller, right: Right) -> ColumnElement[bool]:
    """Limit to what the caller may see: a client all of their own, others what is shown."""
    reach = within_reach(caller, right, col(Alert.client_id))
    return reach if caller.is_client else and_(reach, shown_to_care_team())


async def find(
    db: AsyncSession, caller: Caller, alert_id: UUID, *, right: Right
) -> tuple[Alert, bool] | None:
    """Return an alert and whether the care team sees it, or None out of reach."""
    query = select(Alert, shown_to_care_team()).where(
        seen_by(caller, right), col(Alert.id) == alert_id
    )
    row = (await db.exec(query)).first()
    return None if row is None else (row[0], bool(row[1]))


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
) -> list[tuple[Alert, bool]]:
    """Return alerts, newest first, each with whether the care team sees it."""
    query = select(Alert, shown_to_care_team()).where(
        seen_by(caller, Right.READ_ALERTS)
    )
    if is_open is not None:
        query = query.where(~is_acknowledged() if is_open else is_acknowledged())
    for column, value in (
        (col(Alert.client_id), client_id),
        (col(Alert.rule), rule),
        (col(Alert.priority), priority),
    ):
        if value is not None:
            query = query.where(column == value)
    if after is not None:
        query = query.where(col(Alert.id) < after)
    query = query.order_by(col(Alert.id).desc()).limit(limit)
    return [(alert, bool(shown)) for alert, shown in (await db.exec(query)).all()]


async def acknowledgements(
    db: AsyncSession, practice_id: UUID, alert_ids: Sequence[UUID]
) -> dict[UUID, list[AlertAcknowledgement]]:
    """Return who saw which alert, in the order they said so."""
    found: dict[UUID, list[AlertAcknowledgement]] = {one: [] for one in alert_ids}
    query = (
        select(AlertAcknowledgement)
        .where(
            col(AlertAcknowledgement.practice_id) == practice_id,
            col(AlertAcknowledgement.alert_id).in_(alert_ids),
        )
        .order_by(col(AlertAcknowledgement.at), col(AlertAcknowledgement.id))
    )
    for row in (await db.exec(query)).all():
        found[row.alert_id].append(row)
    return found


async def shares_so_far(db: AsyncSession, alert: Alert) -> int:
    """Return how often it was said whether the care team sees an alert."""
    query = select(func.coalesce(func.max(AlertShare.number), 0)).where(
        col(AlertShare.practice_id) == alert.practice_id,
        col(AlertShare.alert_id) == alert.id,
    )
    return int((await db.exec(query)).one())


async def unseen(db: AsyncSession, *conditions: ColumnElement[bool]) -> list[Alert]:
    """Return alerts of any practice that the care team got and nobody acknowledged."""
    query = (
        select(Alert)
        .where(~is_acknowledged(), shown_to_care_team(), *conditions)
        .order_by(col(Alert.raised_at), col(Alert.id))
    )
    return list((await db.exec(query)).all())


def silence_is_told() -> ColumnElement[bool]:
    """Return whether AL-9 has been told about an alert."""
    silence = Alert.__table__.alias("silence")  # type: ignore[attr-defined]
    return exists().where(
        silence.c.practice_id == col(Alert.practice_id),
        silence.c.source_id == col(Alert.id),
        silence.c.rule == Rule.SILENCE_AFTER,
    )
