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
from datetime import date
from typing import Any, cast

import uvloop

_PLACE = re.compile(r"<(?:id:(\d+)|cursor)>")
_FIRST_DAY, _CENTURY = date(1901, 1, 1).toordinal(), 36_000
_CURSOR = re.compile(rb'"cursor": ?"([^"]+)"')
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


def past_days() -> Iterator[str]:
    """Give days of the last century, beginning at a random one, for ever."""
    ordinal = time.time_ns() % _CENTURY
    while True:
        ordinal = (ordinal + 7) % _CENTURY
        yield date.fromordinal(_FIRST_DAY + ordinal).isoformat()


class Template:
    """A request with places: `<id:0>`, `<id:1>` and so on, `<cursor>`, `<length>`.

    One number gets one fresh id wherever it stands. The cursor is the one of the last
    answer, as a device would send it. The length is the body's. In the head, `<day>` is
    a day of the last century that moves with every request.
    """

    def __init__(self, text: str, cursor: str) -> None:
        head, _, body = text.partition("\r\n\r\n")
        self._head = head.encode() + b"\r\n\r\n"
        pieces = _PLACE.split(body)
        self._texts = [piece.encode() for piece in pieces[::2]]
        self._places = [None if n is None else int(n) for n in pieces[1::2]]
        self._wanted = 1 + max((n for n in self._places if n is not None), default=-1)
        self._wanted = max(self._wanted, int(b"<id:0>" in self._head))
        self._follows = None in self._places
        self._cursor = cursor.encode()
        self._days = past_days()

    def render(self, ids: Iterator[str]) -> bytes:
        """Fill the places."""
        new = [next(ids).encode() for _ in range(self._wanted)]
        made = [self._texts[0]]
        for place, text in zip(self._places, self._texts[1:], strict=True):
            made += (self._cursor if place is None else new[place], text)
        body = b"".join(made)
        head = self._head.replace(b"<length>", str(len(body)).encode())
        if b"<day>" in head:
            head = head.replace(b"<day>", next(self._days).encode())
        return (head.replace(b"<id:0>", new[0]) if new else head) + body

    def learn(self, body: bytes) -> None:
        """Take the cursor out of an answer."""
        if self._follows and (found := _CURSOR.search(body)):
            self._cursor = found[1]


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
        self._template.learn(body)
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
    """Carry out a plan: port, connections, seconds, most, requests, cursors.

    Connections share the requests out among themselves; each begins with its cursor.
    """
    loop = asyncio.get_running_loop()
    run = Run(plan["seconds"], plan["most"])
    began = time.perf_counter()
    askers = []
    for number in range(plan["connections"]):
        place = number % len(plan["requests"])
        template = Template(plan["requests"][place], plan["cursors"][place])
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
