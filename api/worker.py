"""Due jobs: what must happen when nobody asks for it.

Each job is one short transaction and safe to repeat. In the embedded mode they run
inside the server; beside several servers `attune worker` runs them once.
"""

import asyncio
from collections.abc import Awaitable, Callable

from sqlmodel.ext.asyncio.session import AsyncSession

from api.access import jobs as access
from api.assignments import jobs as assignments
from api.foundation.database import Database
from api.foundation.logging import log
from api.safety import jobs as safety

Job = Callable[[AsyncSession], Awaitable[int]]
"""Does what is due in one transaction and returns how many things it touched."""

JOBS: dict[str, Job] = {
    "access.tidy": access.tidy,
    "assignments.lapse": assignments.lapse_due,
    "assignments.silence": assignments.tell_silence,
    "safety.waiting": safety.count_waiting,
}
PAUSE_SECONDS = 60


async def run_due(database: Database) -> dict[str, int]:
    """Run every job once; one that fails is logged and does not stop the others."""
    counts = {}
    for name, job in JOBS.items():
        try:
            async with database.writer() as db:
                counts[name] = await job(db)
                await db.commit()
        except Exception as error:
            log.error("job", job=name, error_type=type(error).__name__)
        else:
            log.info("job", job=name, count=counts[name])
    return counts


async def run_forever(database: Database) -> None:
    """Run the jobs again and again until cancelled."""
    while True:
        await run_due(database)
        await asyncio.sleep(PAUSE_SECONDS)
