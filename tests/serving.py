"""An app with its lifespan running, spoken to in process by httpx."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Lifespan:
    """Runs an app's start-up and shutdown in a task of its own, as a server does."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._orders: asyncio.Queue[Message] = asyncio.Queue()
        self._answers: asyncio.Queue[Message] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None
        self.state: dict[str, Any] = {}

    async def __aenter__(self) -> "Lifespan":
        scope: Scope = {
            "type": "lifespan",
            "asgi": {"version": "3.0", "spec_version": "2.0"},
            "state": self.state,
        }
        self._task = asyncio.ensure_future(
            self._app(scope, self._orders.get, self._answers.put)
        )
        await self._step("startup")
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._step("shutdown")
        assert self._task is not None
        await self._task

    async def _step(self, name: str) -> None:
        assert self._task is not None
        await self._orders.put({"type": f"lifespan.{name}"})
        answer = asyncio.ensure_future(self._answers.get())
        await asyncio.wait({answer, self._task}, return_when=asyncio.FIRST_COMPLETED)
        if not answer.done():
            answer.cancel()
            await self._task  # raises what the app raised
            raise RuntimeError(f"the app ended during {name}")
        message = answer.result()
        if message["type"] != f"lifespan.{name}.complete":
            await asyncio.gather(self._task, return_exceptions=True)
            raise RuntimeError(f"{name} failed: {message.get('message', '')}")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request to the app with the state its lifespan yielded."""
        scope["state"] = self.state.copy()
        await self._app(scope, receive, send)


@asynccontextmanager
async def serving(
    app: ASGIApp, *, base_url: str = "http://127.0.0.1:8000", raise_errors: bool = True
) -> AsyncIterator[httpx.AsyncClient]:
    """Start an app and give a client for it; stop it afterwards.

    `raise_errors=False` shows the 500 a caller would see instead of the exception.
    """
    async with Lifespan(app) as running:
        transport = httpx.ASGITransport(running, raise_app_exceptions=raise_errors)
        async with httpx.AsyncClient(transport=transport, base_url=base_url) as http:
            yield http
