"""The hot path too: a submitted run is committed when its answer begins."""

import httpx
from fastapi import FastAPI
from sqlalchemy import func, select
from starlette.types import Message, Receive, Scope, Send

from api.completions.tables import Completion
from api.foundation.database import Database
from api.foundation.ids import new_id
from tests.durability import load
from tests.serving import Lifespan


class Spy:
    """Counts committed runs through a connection of its own when an answer begins."""

    def __init__(self, running: Lifespan, store: Database) -> None:
        self.running = running
        self.store = store
        self.seen: list[int] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def spying(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.seen.append(await self._runs())
            await send(message)

        await self.running(scope, receive, spying)

    async def _runs(self) -> int:
        query = select(func.count()).select_from(Completion)
        async with self.store.reading.connect() as connection:
            return int((await connection.execute(query)).scalar_one())


async def test_every_way_of_submitting_commits_before_it_answers(
    app: FastAPI, store: Database
) -> None:
    stage = await load.settle_in(store)
    async with Lifespan(app) as running:
        spy = Spy(running, store)
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(spy),
            base_url="http://127.0.0.1:8000",
            headers=stage.cast.client.headers,
        ) as http:
            careful = stage.body(sharing={"level": "fact"})
            for body in (careful, stage.body(), stage.body()):
                path = f"/v1/completions/{new_id()}"
                assert (await http.put(path, json=body)).status_code == 201
    assert spy.seen == [1, 2, 3]
