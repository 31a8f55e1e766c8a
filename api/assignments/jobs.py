"""Offers that were open for as long as they said lapse; silence is no answer."""

from sqlmodel.ext.asyncio.session import AsyncSession

from api.assignments import queries, service_endings
from api.foundation import clock
from api.people.service import next_change

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
