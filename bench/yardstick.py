"""The yardstick: a server written by hand that does the durable work and nothing else.

Bare ASGI, one SQL statement a job (on SQLite one transaction in one thread), stdlib
`json`, no validation, no framework, no log. It shows what the work itself costs on
this machine; it is not how anybody should write a service that keeps health data.
"""

import base64
import hashlib
import json
import os
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import UUID

from bench.yardstick_postgres import PostgresJobs
from bench.yardstick_sqlite import SqliteJobs

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class Jobs(Protocol):
    """The four jobs on one engine; each is one statement or one transaction."""

    async def open(self) -> None:
        """Connect."""

    async def close(self) -> None:
        """Disconnect."""

    async def submit(self, who: tuple[UUID, bytes], run: dict[str, Any]) -> bytes:
        """Keep a completion, raise the client's counter, write the journal."""

    async def progress(self, who: tuple[UUID, bytes], slug: str) -> bytes:
        """Read three series of one exercise."""

    async def assignments(self, who: tuple[UUID, bytes], limit: int) -> bytes:
        """List assignments with their terms."""

    async def sync(self, who: tuple[UUID, bytes], batch: dict[str, Any]) -> bytes:
        """Keep a batch of completions, and return what changed since a cursor."""


def token_of(headers: list[tuple[bytes, bytes]]) -> tuple[UUID, bytes]:
    """Return the practice and the hash of the bearer token."""
    for name, value in headers:
        if name == b"authorization":
            raw = base64.urlsafe_b64decode(value[7:] + b"==")
            return UUID(bytes=raw[:16]), hashlib.sha256(raw).digest()
    raise PermissionError


def now() -> datetime:
    """Return the present moment."""
    return datetime.now(UTC)


class Yardstick:
    """The ASGI application."""

    def __init__(self, jobs: Jobs) -> None:
        self.jobs = jobs

    async def __call__(
        self, scope: dict[str, Any], receive: Receive, send: Send
    ) -> None:
        """Answer one request, or start and stop."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        try:
            body = await self._answer(scope, receive)
            status = 200
        except PermissionError:
            body, status = b"{}", 401
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode()),
        ]
        await send(
            {"type": "http.response.start", "status": status, "headers": headers}
        )
        await send({"type": "http.response.body", "body": body})

    async def _answer(self, scope: dict[str, Any], receive: Receive) -> bytes:
        who = token_of(scope["headers"])
        path: str = scope["path"]
        if scope["method"] == "PUT":
            run = json.loads(await _read(receive))
            run["id"] = path.rpartition("/")[2]
            return await self.jobs.submit(who, run)
        if scope["method"] == "POST":
            return await self.jobs.sync(who, json.loads(await _read(receive)))
        if path == "/v1/assignments":
            return await self.jobs.assignments(who, 20)
        slug = scope["query_string"].partition(b"=")[2].partition(b"&")[0].decode()
        return await self.jobs.progress(who, slug)

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await self.jobs.open()
            else:
                await self.jobs.close()
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return


async def _read(receive: Receive) -> bytes:
    pieces = []
    while True:
        message = await receive()
        pieces.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(pieces)


def app() -> Yardstick:
    """Make the yardstick of the environment's database; for `uvicorn --factory`."""
    place = os.environ["BENCH_DATABASE"]
    jobs: Jobs
    if place.startswith("postgresql://"):
        jobs = PostgresJobs(place)
    else:
        jobs = SqliteJobs(place)
    return Yardstick(jobs)
