"""Wrong tries are counted per place, in transactions of their own.

A try is counted before it is made and given back in the transaction that makes it
good: the count survives the rollback of a refused request, parallel requests and a
restart. What is kept is a keyed hash of the place, never an address.
"""

import ipaddress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, case, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from api.access.tables import Throttle
from api.foundation import clock
from api.foundation.crypto import Keys
from api.foundation.database import Database
from api.foundation.errors import TooMany
from api.foundation.settings import Settings

_PURPOSE = "throttle"
_IPV6_NETWORK = 64


@dataclass(frozen=True)
class Ticket:
    """One counted try, to be given back if it turns out right."""

    bucket: bytes
    is_allowed: bool
    retry_seconds: int


def network_of(host: str | None) -> str:
    """Return the network that counts as one place: an IPv4 address, an IPv6 /64."""
    try:
        address = ipaddress.ip_address(host or "")
    except ValueError:
        return "unknown"
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((address, _IPV6_NETWORK), strict=False))


def _counting(insert: Any) -> Any:
    """Build the one statement that begins a window or counts within it."""
    fresh = insert(Throttle).values(
        bucket=bindparam("bucket"), window_ends_at=bindparam("ends"), tries=1
    )
    is_over = col(Throttle.window_ends_at) <= bindparam("now", type_=_MOMENT)
    return fresh.on_conflict_do_update(
        index_elements=["bucket"],
        set_={
            "tries": case((is_over, 1), else_=col(Throttle.tries) + 1),
            "window_ends_at": case(
                (is_over, fresh.excluded.window_ends_at),
                else_=col(Throttle.window_ends_at),
            ),
        },
    ).returning(col(Throttle.tries), col(Throttle.window_ends_at))


_MOMENT = Throttle.__table__.c.window_ends_at.type  # type: ignore[attr-defined]
_COUNT = {
    True: _counting(sqlite.insert),
    False: _counting(postgresql.insert),
}


async def count(
    database: Database, keys: Keys, settings: Settings, bucket: str
) -> Ticket:
    """Count a try in its own short transaction and say whether it may be made.

    Never call it while another write transaction of the request is open.
    """
    now = clock.now()
    ends = now + timedelta(minutes=settings.throttle_window_minutes)
    key = keys.sign(_PURPOSE, bucket.encode())
    async with database.writer() as db:
        connection = await db.connection()
        found = await connection.execute(
            _COUNT[database.is_sqlite], {"bucket": key, "ends": ends, "now": now}
        )
        tries, window_ends_at = found.one()
        await db.commit()
    left = max(1, int((window_ends_at - now).total_seconds()))
    return Ticket(key, tries <= settings.throttle_attempts, left)


async def admit(
    database: Database, keys: Keys, settings: Settings, bucket: str
) -> Ticket:
    """Count a try; raise TooMany with Retry-After when there were too many."""
    ticket = await count(database, keys, settings, bucket)
    if not ticket.is_allowed:
        raise TooMany(headers={"Retry-After": str(ticket.retry_seconds)})
    return ticket


async def give_back(db: AsyncSession, *tickets: Ticket) -> None:
    """Uncount tries that were right, in the transaction that made them good."""
    for ticket in sorted(tickets, key=lambda t: t.bucket):
        statement = (
            update(Throttle)
            .where(col(Throttle.bucket) == ticket.bucket, col(Throttle.tries) > 0)
            .values(tries=col(Throttle.tries) - 1)
        )
        connection = await db.connection()
        await connection.execute(statement)
