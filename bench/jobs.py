"""The four jobs, as the bytes that both servers are sent."""

import json
from collections.abc import Callable
from dataclasses import dataclass

from bench import exercise
from bench.world import Member, World

READERS = slice(0, 8)
SUBMITTERS = slice(8, 16)
SYNCERS = slice(16, 24)
CLIENTS = 24
"""Who reads is not who writes, so that a page stays what it is during a run."""

BATCH = 20
PAGE = 20
_BEGAN, _ENDED = "2026-06-01T18:00:00Z", "2026-06-01T18:08:00Z"


@dataclass(frozen=True)
class Job:
    """One kind of request; `aim` is the issue's, None where it names none."""

    name: str
    what: str
    aim: float | None
    requests: Callable[[World], list[str]]


def completion(member: Member, number: int) -> dict[str, object]:
    """Return a run as a device sends it: fifteen answers, about 2 kB."""
    return {
        "assignment_id": member.assignment_id,
        "revision": 1,
        "state": "completed",
        "save": 1,
        "started_at": _BEGAN,
        "ended_at": _ENDED,
        "zone": "Europe/Berlin",
        "answers": exercise.answers(number),
    }


def _head(method: str, path: str, member: Member, *more: str) -> str:
    lines = (
        f"{method} {path} HTTP/1.1",
        "Host: 127.0.0.1",
        f"Authorization: Bearer {member.token}",
        *more,
    )
    return "\r\n".join(lines) + "\r\n\r\n"


def _with_body(method: str, path: str, member: Member, value: object) -> str:
    body = json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    length = len(body) + body.count("<id:") * 36 - _slots(body)
    kind = ("Content-Type: application/json", f"Content-Length: {length}")
    return _head(method, path, member, *kind) + body


def _slots(body: str) -> int:
    """Return how many characters the places for ids take in a template."""
    return sum(piece.index(">") + len("<id:") + 1 for piece in body.split("<id:")[1:])


def submit(world: World) -> list[str]:
    """PUT a completion under a fresh id."""
    return [
        _with_body("PUT", "/v1/completions/<id:0>", member, completion(member, 3))
        for member in world.clients[SUBMITTERS]
    ]


def progress(world: World) -> list[str]:
    """GET the three series of one exercise, 52 points each."""
    return [
        _head("GET", f"/v1/clients/{member.id}/progress?exercise={world.slug}", member)
        for member in world.clients[READERS]
    ]


def assignments(world: World) -> list[str]:
    """GET twenty assignments."""
    return [
        _head("GET", f"/v1/assignments?limit={PAGE}", member)
        for member in world.clients[READERS]
    ]


def sync(world: World) -> list[str]:
    """POST a batch of twenty completions under fresh ids."""
    return [
        _with_body(
            "POST",
            "/v1/sync",
            member,
            {
                "operations": [
                    {"id": f"<id:{n}>", "completion": completion(member, n)}
                    for n in range(BATCH)
                ]
            },
        )
        for member in world.clients[SYNCERS]
    ]


JOBS = {
    job.name: job
    for job in (
        Job("submit", "submit a completion (15 answers, 2 kB)", 0.30, submit),
        Job("progress", "read progress (3 series x 52 points)", 0.38, progress),
        Job("list", "list 20 assignments", 0.36, assignments),
        Job("sync", "sync a batch of 20", None, sync),
    )
}
