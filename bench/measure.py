"""Rounds of load on one server after the other, and what each round cost."""

import statistics
from collections.abc import Callable
from dataclasses import dataclass

from bench.jobs import CONNECTIONS, Job, cursors
from bench.load import Seen
from bench.processes import (
    Running,
    cpu_seconds,
    drive,
    family_cpu_seconds,
    memory_mib,
)
from bench.world import World

MOST = 10_000_000


@dataclass(frozen=True)
class Cost:
    """What one job cost on one server; times of processors in µs a request."""

    requests: int
    per_second: float
    p50: float
    p99: float
    server: float
    database: float
    memory: float

    @property
    def processor(self) -> float:
        """Return all processor time of a request."""
        return self.server + self.database


@dataclass(frozen=True)
class Compared:
    """One job on two servers; the first is the yardstick, the second is Attune."""

    job: Job
    names: tuple[str, str]
    first: Cost
    second: Cost

    @property
    def ratio(self) -> float:
        """Return the first one's processor time over the second one's."""
        return self.first.processor / self.second.processor


class UnexpectedAnswer(RuntimeError):
    """A server answered something else than yes; no figure is made of that."""


Spent = Callable[[], float]
"""Gives the processor seconds that the database has used so far."""


def database_clock(postmaster: int | None) -> Spent:
    """Return the clock of a PostgreSQL; SQLite's time is in its server's."""
    if postmaster is None:
        return lambda: 0.0
    return lambda: family_cpu_seconds(postmaster)


def one_round(
    server: Running,
    job: Job,
    world: World,
    spent: Spent,
    seconds: float,
    most: int = MOST,
) -> Cost:
    """Load one server for a while and see what it cost."""
    pid = server.process.pid
    begin_at = cursors(world, server.port, job.name)
    before, database_before = cpu_seconds(pid), spent()
    seen = drive(
        {
            "port": server.port,
            "connections": CONNECTIONS,
            "seconds": seconds,
            "most": most,
            "requests": job.requests(world),
            "cursors": begin_at,
        }
    )
    _refuse_refusals(server, seen)
    return Cost(
        requests=seen.count,
        per_second=seen.count / seen.seconds,
        p50=seen.p50,
        p99=seen.p99,
        server=1e6 * (cpu_seconds(pid) - before) / seen.count,
        database=1e6 * (spent() - database_before) / seen.count,
        memory=memory_mib(pid),
    )


def _refuse_refusals(server: Running, seen: Seen) -> None:
    if set(seen.statuses) <= {"200", "201"} and seen.count:
        return
    told = {status: body[:300] for status, body in seen.samples.items()}
    msg = f"{server.name}: {seen.statuses}\n{told}\n{server.last_words()}"
    raise UnexpectedAnswer(msg)


def compare(
    servers: tuple[Running, Running],
    job: Job,
    world: World,
    spent: Spent,
    *,
    seconds: float,
    rounds: int,
) -> Compared:
    """Load two servers in turn; each figure is the median of its rounds."""
    for server in servers:
        one_round(server, job, world, spent, min(1.0, seconds))
    costs: dict[str, list[Cost]] = {server.name: [] for server in servers}
    for number in range(rounds):
        for server in servers if number % 2 == 0 else reversed(servers):
            costs[server.name].append(one_round(server, job, world, spent, seconds))
    names = (servers[0].name, servers[1].name)
    return Compared(job, names, median(costs[names[0]]), median(costs[names[1]]))


def median(costs: list[Cost]) -> Cost:
    """Return the middle of each figure."""
    return Cost(
        requests=sum(cost.requests for cost in costs),
        per_second=statistics.median(cost.per_second for cost in costs),
        p50=statistics.median(cost.p50 for cost in costs),
        p99=statistics.median(cost.p99 for cost in costs),
        server=statistics.median(cost.server for cost in costs),
        database=statistics.median(cost.database for cost in costs),
        memory=max(cost.memory for cost in costs),
    )
