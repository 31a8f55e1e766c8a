"""A closed-loop load generator in a process of its own, cheap enough not to matter.

It reads a plan (JSON) from standard input and writes what it saw (JSON) to standard
output. Every connection waits for its answer before it asks again. It checks statuses
and lengths, never contents.
"""

import asyncio
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, cast

import uvloop

_SLOT = re.compile(r"<id:(\d+)>")
_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)


@dataclass
class Seen:
    """What one run saw: latencies in milliseconds, `kept` bodies by status."""

    count: int
    seconds: float
    p50: float
    p99: float
    statuses: dict[str, int]
    samples: dict[str, str]


def fresh_ids() -> Iterator[str]:
    """Make UUIDv7 texts that no other run of this machine makes, in rising order."""
    began = time.time_ns()
    tail = f"{began & 0xFFFFFFFFFFFF:012x}"
    for number in range(2**31):
        moment = f"{began // 1_000_000 + (number >> 12):012x}"
        high = f"7{number & 0xFFF:03x}"
        yield f"{moment[:8]}-{moment[8:]}-{high}-8{number >> 12 & 0xFFF:03x}-{tail}"


class Template:
    """A request's bytes with places for fresh ids: `<id:0>`, and so on."""

    def __init__(self, text: str) -> None:
        parts = _SLOT.split(text)
        self._texts = [part.encode() for part in parts[::2]]
        self._slots = [int(part) for part in parts[1::2]]
        self._wanted = max(self._slots, default=-1) + 1

    def render(self, ids: Iterator[str]) -> bytes:
        """Fill the places; one number gets one id wherever it stands."""
        if not self._wanted:
            return self._texts[0]
        new = [next(ids).encode() for _ in range(self._wanted)]
        made = [self._texts[0]]
        for slot, text in zip(self._slots, self._texts[1:], strict=True):
            made += (new[slot], text)
        return b"".join(made)


class Run:
    """The state that all connections share; it is over at a time or at a count."""

    def __init__(self, seconds: float, most: int) -> None:
        self.ends_at = time.perf_counter() + seconds
        self.left = most
        self.ids = fresh_ids()
        self.latencies: list[float] = []
        self.statuses: Counter[str] = Counter()
        self.samples: dict[str, str] = {}

    def goes_on(self, now: float) -> bool:
        """Take one request from what is left, or say that the run is over."""
        if now >= self.ends_at or self.left <= 0:
            return False
        self.left -= 1
        return True

    def saw(self, status: str, body: bytes, seconds: float) -> None:
        """Note one answer, and the first body of each status."""
        self.latencies.append(seconds)
        self.statuses[status] += 1
        if status not in self.samples:
            self.samples[status] = body.decode()


class Asker(asyncio.Protocol):
    """One kept-alive connection."""

    def __init__(self, run: Run, template: Template) -> None:
        self._run = run
        self._template = template
        self._buffer = b""
        self._asked_at = 0.0
        self._transport: asyncio.Transport
        self.over: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask the first time."""
        self._transport = cast(asyncio.Transport, transport)
        self._ask()

    def data_received(self, data: bytes) -> None:
        """Wait until the answer is whole, note it, ask again."""
        self._buffer += data
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        found = _LENGTH.search(self._buffer, 0, end)
        whole = end + 4 + (int(found[1]) if found else 0)
        if len(self._buffer) < whole:
            return
        status = self._buffer[9:12].decode()
        body = self._buffer[end + 4 : whole]
        self._buffer = self._buffer[whole:]
        self._run.saw(status, body, time.perf_counter() - self._asked_at)
        self._ask()

    def connection_lost(self, exc: Exception | None) -> None:
        """End; a connection that the server closed shows as a lost answer."""
        if not self.over.done():
            self._run.statuses["lost"] += 1
            self.over.set_result(None)

    def _ask(self) -> None:
        now = time.perf_counter()
        if not self._run.goes_on(now):
            self.over.set_result(None)
            self._transport.close()
            return
        self._asked_at = now
        self._transport.write(self._template.render(self._run.ids))


async def drive(plan: dict[str, Any]) -> Seen:
    """Carry out a plan: port, connections, seconds, most, requests (templates)."""
    loop = asyncio.get_running_loop()
    templates = [Template(text) for text in plan["requests"]]
    run = Run(plan["seconds"], plan["most"])
    began = time.perf_counter()
    askers = []
    for number in range(plan["connections"]):
        template = templates[number % len(templates)]
        _, asker = await loop.create_connection(
            lambda template=template: Asker(run, template),  # type: ignore[misc]
            "127.0.0.1",
            plan["port"],
        )
        askers.append(asker)
    await asyncio.wait_for(
        asyncio.gather(*(asker.over for asker in askers)), plan["seconds"] + 60
    )
    seconds = time.perf_counter() - began
    latencies = sorted(run.latencies) or [0.0]
    return Seen(
        count=len(run.latencies),
        seconds=seconds,
        p50=1000 * latencies[len(latencies) // 2],
        p99=1000 * latencies[min(len(latencies) - 1, len(latencies) * 99 // 100)],
        statuses=dict(run.statuses),
        samples=run.samples,
    )


def main() -> None:
    """Read the plan, run it, write what was seen."""
    plan = json.load(sys.stdin)
    print(json.dumps(asdict(uvloop.run(drive(plan)))))


if __name__ == "__main__":
    main()
