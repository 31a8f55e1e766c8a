"""The frame around every request: its id, its log line, its measure, no caching.

One pure ASGI middleware; `BaseHTTPMiddleware` would cost a quarter of a
millisecond a request.
"""

import secrets
import time
import traceback

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.foundation.errors import ApiError, answer
from api.foundation.logging import log, request_line
from api.foundation.metrics import Metrics

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Frame:
    """Give each request an id, write one log line, forbid caching, count it."""

    def __init__(self, app: ASGIApp, metrics: Metrics, *, logs: bool) -> None:
        self.app = app
        self.metrics = metrics
        self.logs = logs

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
                await self.app(scope, receive, send_framed)
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


def route_template(scope: Scope) -> str:
    """Return the path with its parameters' names, never their values."""
    route = scope.get("route")
    return getattr(route, "path", "unmatched")


def _tell(error: Exception) -> None:
    """Log kind and place of an unexpected error; its text may hold client data."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "unknown"
    log.error("unexpected", error_type=type(error).__name__, error_place=place)
