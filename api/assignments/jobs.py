"""What is due without a request: offers lapse, and silence after an alert is told.

Silence is no answer, and no fault.
"""

from datetime import timedelta

from sqlalchemy import ColumnElement, and_, exists, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.assignments import queries, service_endings
from api.assignments.standing import AGREED_STATES, State
from api.assignments.tables import Assignment
from api.foundation import clock, journal
from api.people.service import next_change
from api.people.tables import Client, ClientState
from api.safety import service_silence
from api.safety.service_settings import InForce
from api.safety.tables import Alert
from api.safety.thresholds import LEAST_SILENT_DAYS

_AT_ONCE = 100


async def lapse_due(db: AsyncSession) -> int:
    """Let offers lapse whose time is over; return how many.

    A "not now" whose day has not come keeps its offer open.
    """
    due = await queries.due_to_lapse(db, clock.now(), _AT_ONCE)
    for assignment in due:
        # The client's row is the lock of all their assignments; see `opened`.
        await next_change(db, assignment.practice_id, assignment.client_id)
        await db.refresh(assignment, with_for_update=True)
        await service_endings.lapse(db, assignment)
    return len(due)


async def tell_silence(db: AsyncSession) -> int:
    """Tell care teams of silence after an open AL-1, AL-2 or AL-3; return how many.

    Clients who have paused everything, or left, are not waited for. A sign is whatever
    the journal has of the client. Source: reference §4.7 AL-9.
    """
    least = clock.now() - timedelta(days=LEAST_SILENT_DAYS)
    quiet = ~exists().where(
        col(journal.Entry.practice_id) == col(Alert.practice_id),
        col(journal.Entry.client_id) == col(Alert.client_id),
        col(journal.Entry.actor_kind) == "client",
        col(journal.Entry.at) > least,
    )
    told = 0
    for alert, held in await service_silence.open_alerts(db, quiet, _is_in_care()):
        await next_change(db, alert.practice_id, alert.client_id)
        if not await _gave_a_sign(db, alert, held):
            told += await service_silence.tell_silence(db, alert, held)
    return told


def _is_in_care() -> ColumnElement[bool]:
    """Return whether a client is in care and has not paused all they agreed to."""
    own = and_(
        col(Assignment.practice_id) == col(Alert.practice_id),
        col(Assignment.client_id) == col(Alert.client_id),
    )
    in_care = exists().where(
        col(Client.practice_id) == col(Alert.practice_id),
        col(Client.id) == col(Alert.client_id),
        col(Client.state) == ClientState.ACTIVE,
    )
    active = exists().where(own, col(Assignment.state) == State.ACTIVE)
    agreed = exists().where(own, col(Assignment.state).in_(sorted(AGREED_STATES)))
    return and_(in_care, or_(active, ~agreed))


async def _gave_a_sign(db: AsyncSession, alert: Alert, held: InForce) -> bool:
    since = clock.now() - timedelta(days=held.settings.thresholds.silent_days)
    query = (
        select(journal.Entry.id)
        .where(
            col(journal.Entry.practice_id) == alert.practice_id,
            col(journal.Entry.client_id) == alert.client_id,
            col(journal.Entry.actor_kind) == "client",
            col(journal.Entry.at) > since,
        )
        .limit(1)
    )
    return (await db.exec(query)).first() is not None
