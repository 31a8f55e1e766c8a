"""A client that writes as fast as it can and remembers what was acknowledged."""

import asyncio
import contextlib
from typing import Any
from uuid import UUID

import httpx

from api.foundation.database import Database
from api.foundation.ids import new_id
from tests.cast import Cast, gather
from tests.completions.stage import Stage, set_up

WRITERS = 6


async def settle_in(store: Database) -> Stage:
    """Put the cast and an agreed exercise into an empty database."""
    async with httpx.AsyncClient() as nobody:
        cast: Cast = await gather(store, nobody)
    return await set_up(cast)


class Load:
    """Writers that go on until the server is gone."""

    def __init__(self, stage: Stage, port: int, count: int) -> None:
        self._stage = stage
        self._count = count
        self._base = f"http://127.0.0.1:{port}"
        self.acknowledged: dict[UUID, int] = {}
        """The save that was acknowledged last, by completion."""
        self.reached = asyncio.Event()
        """Set when `count` completions are acknowledged; the writers go on."""

    async def run(self) -> None:
        """Send saves of runs; return when nobody answers any more."""
        headers = self._stage.cast.client.headers
        async with httpx.AsyncClient(
            base_url=self._base, headers=headers, timeout=30
        ) as http:
            await asyncio.gather(*(self._write(http) for _ in range(WRITERS)))

    async def _write(self, http: httpx.AsyncClient) -> None:
        with contextlib.suppress(httpx.TransportError):
            while True:
                completion_id = new_id()
                for save in (1, 2):
                    path = f"/v1/completions/{completion_id}"
                    answer = await http.put(path, json=_body(self._stage, save))
                    assert answer.status_code in (200, 201), answer.text
                    self.acknowledged[completion_id] = save
                    if len(self.acknowledged) == self._count:
                        self.reached.set()


def _body(stage: Stage, save: int) -> dict[str, Any]:
    return stage.under_way() if save == 1 else stage.body(save=2)
