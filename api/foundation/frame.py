"""The frame around every request: its id, its log line, its measure, its size.

One pure ASGI middleware; `BaseHTTPMiddleware` would cost a quarter of a
millisecond a request.
"""

import secrets
import time
import traceback

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.foundation.errors import ApiError, BodyRefused, TooLarge, answer
from api.foundation.logging import log, request_line
from api.foundation.metrics import Metrics

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Frame:
    """Give each request an id, write one log line, forbid caching, count it.

    A body of more than `most_bytes` is refused, before it is read where it says its
    length, otherwise as soon as it is too long.
    """

    def __init__(
        self, app: ASGIApp, metrics: Metrics, *, logs: bool, most_bytes: int
    ) -> None:
        self.app = app
        self.metrics = metrics
        self.logs = logs
        self.most_bytes = most_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one HTTP request; let everything else through."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = time.perf_counter()
        request_id = secrets.token_hex(16)
        status = 0

        async def send_framed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [
                    *message.get("headers", []),
                    (b"request-id", request_id.encode()),
                    (b"cache-control", b"no-store"),
                    (b"x-content-type-options", b"nosniff"),
                    (b"referrer-policy", b"no-referrer"),
                ]
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                if _declared_bytes(scope) > self.most_bytes:
                    await answer(TooLarge())(scope, receive, send_framed)
                else:
                    await self.app(
                        scope, _limited(receive, self.most_bytes), send_framed
                    )
            except Exception as error:
                _tell(error)
                if status:
                    raise
                await answer(ApiError())(scope, receive, send_framed)
            finally:
                self._count(scope, request_id, status, time.perf_counter() - began)

    def _count(
        self, scope: Scope, request_id: str, status: int, seconds: float
    ) -> None:
        method = scope["method"] if scope["method"] in METHODS else "other"
        route = route_template(scope)
        self.metrics.saw(method, route, status, seconds)
        if self.logs:
            request_line(
                request_id=request_id,
                method=method,
                route=route,
                status=status,
                milliseconds=round(seconds * 1000, 1),
            )


def _limited(receive: Receive, most_bytes: int) -> Receive:
    """Count a body while it comes, and refuse it when it is too long."""
    received = 0

    async def receive_limited() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > most_bytes:
            raise BodyRefused(TooLarge())
        return message

    return receive_limited


def _declared_bytes(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value) if value.isdigit() else 0
    return 0


def route_template(scope: Scope) -> str:
    """Return the path with its parameters' names, never their values."""
    route = scope.get("route")
    return getattr(route, "path", "unmatched")


def _tell(error: Exception) -> None:
    """Log kind and place of an unexpected error; its text may hold client data."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "unknown"
    log.error("unexpected", error_type=type(error).__name__, error_place=place)
