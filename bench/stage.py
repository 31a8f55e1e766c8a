"""The stage: a database filled and doubled, and both servers in front of it.

Each server has a copy of its own, so that what one writes does not slow the other.
"""

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.jobs import CLIENTS
from bench.measure import Spent, database_clock
from bench.processes import ROOT, Running, serve
from bench.world import World, fill
from tests.engines import migrate
from tools.postgres import Server

ENGINES = ("postgres", "sqlite")
_ATTUNE = "api.main:app"
_PROFILED = "bench.profiled:app"
_YARDSTICK = "bench.yardstick:app"


@dataclass(frozen=True)
class Stage:
    """Everything a measurement needs of one engine."""

    engine: str
    world: World
    servers: tuple[Running, Running]
    spent: Spent
    databases: tuple[str, str]
    postgres: Server | None


@contextmanager
def stage(
    engine: str,
    *,
    clients: int = CLIENTS,
    profile: Path | None = None,
    both: tuple[str, str] | None = None,
) -> Iterator[Stage]:
    """Set one engine up and take it down again.

    `profile` names the file for what a profiler sees of Attune. `both` names two
    servers of Attune, for comparing it with itself; else the yardstick comes first.
    """
    with ExitStack() as stack:
        folder = Path(
            stack.enter_context(
                tempfile.TemporaryDirectory(prefix="attune-bench-", dir=_disk())
            )
        )
        postgres = None
        if engine == "postgres":
            postgres = stack.enter_context(Server.start(durable=True))
            world, urls, plain = _on_postgres(postgres, clients)
        else:
            world, urls, plain = _on_sqlite(folder, clients)
        if both is None:
            first = serve(
                "yardstick", _YARDSTICK, {"BENCH_DATABASE": plain}, folder=folder
            )
        else:
            first = serve(both[0], _ATTUNE, _environment(urls[0]), folder=folder)
        second = serve(
            both[1] if both else "attune",
            _PROFILED if profile else _ATTUNE,
            _environment(urls[1]) | {"BENCH_PROFILE": str(profile)},
            folder=folder,
        )
        servers = (stack.enter_context(first), stack.enter_context(second))
        process = postgres.process if postgres else None
        clock = database_clock(process.pid if process else None)
        yield Stage(engine, world, servers, clock, urls, postgres)


def _environment(url: str) -> dict[str, str]:
    return {
        "ATTUNE_DATABASE_URL": url,
        "ATTUNE_DEMO": "true",
        "ATTUNE_WORKER_IN_PROCESS": "false",
    }


def _disk() -> Path:
    """Return a folder on a disk: figures of `synchronous` in memory mean nothing."""
    folder = ROOT / "var"
    folder.mkdir(exist_ok=True)
    return folder


def _on_postgres(server: Server, clients: int) -> tuple[World, tuple[str, str], str]:
    first = server.create_database("bench_yardstick")
    migrate(first)
    world = asyncio.run(fill(first, clients))
    second = server.create_database("bench_attune", template="bench_yardstick")
    for name in ("bench_yardstick", "bench_attune"):
        server.execute("VACUUM ANALYZE", database=name)
    plain = server.plain_url("bench_yardstick", role="attune")
    return world, (first, second), plain


def _on_sqlite(folder: Path, clients: int) -> tuple[World, tuple[str, str], str]:
    paths = (folder / "yardstick.db", folder / "attune.db")
    urls = (f"sqlite+aiosqlite:///{paths[0]}", f"sqlite+aiosqlite:///{paths[1]}")
    migrate(urls[0])
    world = asyncio.run(fill(urls[0], clients))
    shutil.copyfile(paths[0], paths[1])
    return world, urls, str(paths[0])
