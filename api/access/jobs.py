"""Tidying: what has expired and proves nothing any more is removed.

Devices, sign-ins and codes stay: they are the record of who ever had access.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, exists
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from api.access.tables import (
    AccessToken,
    RefreshToken,
    SignIn,
    Throttle,
    UsedAssertion,
)
from api.foundation import clock


def _expired(now: datetime) -> list[Any]:
    over = exists().where(
        col(SignIn.practice_id) == col(RefreshToken.practice_id),
        col(SignIn.id) == col(RefreshToken.sign_in_id),
        col(SignIn.ended_at).is_not(None) | (col(SignIn.expires_at) <= now),
    )
    return [
        delete(AccessToken).where(col(AccessToken.expires_at) <= now),
        delete(UsedAssertion).where(col(UsedAssertion.expires_at) <= now),
        delete(Throttle).where(col(Throttle.window_ends_at) <= now),
        delete(RefreshToken).where(over),
    ]


async def tidy(db: AsyncSession) -> int:
    """Remove expired tokens, assertions and throttles; return how many rows."""
    connection = await db.connection()
    removed = 0
    for statement in _expired(clock.now()):
        removed += (await connection.execute(statement)).rowcount
    return removed
