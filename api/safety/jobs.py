"""Urgent alerts that nobody has seen in time are counted where an operator looks."""

from sqlmodel.ext.asyncio.session import AsyncSession

from api.foundation.logging import log
from api.safety import service_silence


async def count_waiting(db: AsyncSession) -> int:
    """Return how many urgent alerts wait longer than clients were told; a warning if any."""
    count = await service_silence.waiting_too_long(db)
    if count:
        log.warning("alerts_waiting", count=count)
    return count
