"""Attune under a profiler that looks only while requests are answered."""

import cProfile
import os
from typing import Any

from starlette.types import Receive, Scope, Send

from api import main


class Profiled:
    """The app, profiled from its first request to its end."""

    def __init__(self) -> None:
        self._app: Any = main.app()
        self._profile = cProfile.Profile()
        self._looks = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer; when the server stops, write down what was seen."""
        if scope["type"] == "http" and not self._looks:
            self._looks = True
            self._profile.enable()
        await self._app(scope, receive, send)
        if scope["type"] == "lifespan":
            self._profile.disable()
            self._profile.dump_stats(os.environ["BENCH_PROFILE"])


def app() -> Profiled:
    """Make the profiled app of the environment's settings."""
    return Profiled()
