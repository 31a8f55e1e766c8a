"""The four jobs, as the bytes that both servers are sent."""

import json
from collections.abc import Callable
from dataclasses import dataclass

import httpx

from bench import exercise
from bench.world import Member, World

READERS = slice(0, 8)
SUBMITTERS = slice(8, 16)
SYNCERS = slice(16, 24)
CLIENTS = 24
"""Who reads is not who writes, so that a page stays what it is during a run."""

CONNECTIONS = 8
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
    kind = ("Content-Type: application/json", "Content-Length: <length>")
    return _head(method, path, member, *kind) + body


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


def progress_anew(world: World) -> list[str]:
    """GET the same under another first day each time, so that no page is remembered."""
    path = "/v1/clients/{}/progress?exercise={}&from=<day>"
    return [
        _head("GET", path.format(member.id, world.slug), member)
        for member in world.clients[READERS]
    ]


def assignments(world: World) -> list[str]:
    """GET twenty assignments."""
    return [
        _head("GET", f"/v1/assignments?limit={PAGE}", member)
        for member in world.clients[READERS]
    ]


def sync(world: World) -> list[str]:
    """POST a batch of twenty completions under fresh ids, and the last cursor."""
    return [
        _with_body(
            "POST",
            "/v1/sync",
            member,
            {
                "cursor": "<cursor>",
                "have": world.versions,
                "operations": [
                    {
                        "kind": "completion",
                        "id": f"<id:{2 * number}>",
                        "completion_id": f"<id:{2 * number + 1}>",
                        "completion": completion(member, number),
                    }
                    for number in range(BATCH)
                ],
            },
        )
        for member in world.clients[SYNCERS]
    ]


def cursors(world: World, port: int, job: str) -> list[str]:
    """Ask a server for the present cursor of every device; empty where none is used."""
    if job != "sync":
        return [""] * CONNECTIONS
    return [_cursor(world, member, port) for member in world.clients[SYNCERS]]


def _cursor(world: World, member: Member, port: int) -> str:
    body: dict[str, object] = {"have": world.versions, "operations": []}
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as http:
        while True:
            answer = http.post(
                "/v1/sync",
                json=body,
                headers={"Authorization": f"Bearer {member.token}"},
            )
            told = answer.raise_for_status().json()
            if not told["more"]:
                return str(told["cursor"])
            body["cursor"] = told["cursor"]


JOBS = {
    job.name: job
    for job in (
        Job("submit", "submit a completion (15 answers, 2 kB)", 0.30, submit),
        Job("progress", "read progress (3 series x 52 points)", 0.38, progress),
        Job(
            "anew", "read progress, a page that is not remembered", 0.38, progress_anew
        ),
        Job("list", "list 20 assignments", 0.36, assignments),
        Job("sync", "sync a batch of 20", None, sync),
    )
}
