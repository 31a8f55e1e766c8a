"""The yardstick is fair: it does the same durable work. No test here measures time."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any
from uuid import UUID

import httpx
import pytest

from bench import report
from bench.jobs import BATCH, JOBS, SUBMITTERS, SYNCERS, completion
from bench.load import Template, fresh_ids
from bench.measure import Compared, one_round
from bench.processes import Running
from bench.stage import Stage, stage
from bench.world import RUNS

pytestmark = pytest.mark.slow

SAME_ID = "019b0000-0000-7000-8000-000000000001"
FEW = 12
OWN_TO_EACH = frozenset({"received_at", "digest", "changed_seq"})
"""Columns that depend on the clock, on how a digest is made, on what came before."""


@pytest.fixture(scope="module")
def ready() -> Iterator[Stage]:
    with stage("sqlite") as built:
        yield built


def rows(stage: Stage, place: int, query: str, *values: Any) -> list[dict[str, Any]]:
    path = stage.databases[place].partition("///")[2]
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute(query, values)]


def send(server: Running, token: str, method: str, path: str, body: Any) -> Any:
    answer = httpx.request(
        method,
        f"http://127.0.0.1:{server.port}{path}",
        headers={"Authorization": f"Bearer {token}"},
        json=body,
        timeout=30,
    )
    return answer.raise_for_status().json()


def test_both_servers_answer_every_job(ready: Stage) -> None:
    for job in JOBS.values():
        costs = [
            one_round(server, job, ready.world, ready.spent, seconds=20, most=FEW)
            for server in ready.servers
        ]
        assert [cost.requests for cost in costs] == [FEW, FEW]
        names = (ready.servers[0].name, ready.servers[1].name)
        assert job.name in report.table("sqlite", [Compared(job, names, *costs)])


def test_both_servers_store_the_same_completion(ready: Stage) -> None:
    member = ready.world.clients[SUBMITTERS][0]
    for server in ready.servers:
        send(
            server,
            member.token,
            "PUT",
            f"/v1/completions/{SAME_ID}",
            completion(member, 3),
        )
    kept = [
        rows(ready, place, "SELECT * FROM completion WHERE id = ?", UUID(SAME_ID).hex)
        for place in (0, 1)
    ]
    first, second = ({**found[0]} for found in kept)
    for row in (first, second):
        row["points"] = json.loads(row["points"])
    different = {name for name in first if first[name] != second[name]}
    assert different <= OWN_TO_EACH, {n: (first[n], second[n]) for n in different}


def test_both_servers_write_the_journal_and_raise_the_counter(ready: Stage) -> None:
    member = ready.world.clients[SYNCERS][0]
    told = "SELECT count(*) AS n FROM journal_entry WHERE client_id = ?"
    seq = "SELECT change_seq AS n FROM client WHERE id = ?"
    client = UUID(member.id).hex
    template = Template(JOBS["sync"].requests(ready.world)[0], "")
    batch = template.render(fresh_ids()).partition(b"\r\n\r\n")[2]
    body = {**json.loads(batch), "cursor": None}
    for place, server in enumerate(ready.servers):
        entries, change = (rows(ready, place, q, client)[0]["n"] for q in (told, seq))
        answer = send(server, member.token, "POST", "/v1/sync", body)
        assert [one["verdict"] for one in answer["verdicts"]] == ["applied"] * BATCH
        after, changed = (rows(ready, place, q, client)[0]["n"] for q in (told, seq))
        assert after - entries == BATCH
        assert changed > change


def test_both_servers_read_the_same_page(ready: Stage) -> None:
    member = ready.world.clients[0]
    path = f"/v1/clients/{member.id}/progress?exercise={ready.world.slug}"
    pages = [
        send(server, member.token, "GET", path, None)["series"]
        for server in ready.servers
    ]
    assert [len(one["points"]) for one in pages[0]] == [RUNS] * 3
    assert [len(one["points"]) for one in pages[1]] == [RUNS] * 3
    listed = [
        send(server, member.token, "GET", "/v1/assignments?limit=20", None)["items"]
        for server in ready.servers
    ]
    assert [one["id"] for one in listed[1]] == [str(UUID(o["id"])) for o in listed[0]]


def test_a_template_gives_fresh_ids_and_its_true_length() -> None:
    template = Template("PUT /<id:0> HTTP/1.1\r\nL: <length>\r\n\r\n<cursor>", "abc")
    ids = fresh_ids()
    first, second = template.render(ids), template.render(ids)
    assert first != second
    assert first.endswith(b"L: 3\r\n\r\nabc")
    template.learn(b'{"cursor": "longer"}')
    assert template.render(ids).endswith(b"L: 6\r\n\r\nlonger")
