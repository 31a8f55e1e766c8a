"""The databases the tests run on: both engines, migrated once, emptied quickly.

Nothing is started before a test asks for it; under xdist the controller starts one
PostgreSQL for all workers and each worker clones its own database from the template.
"""

import asyncio
import os
import shutil
import sqlite3
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import Any, Protocol

import asyncpg
from alembic import command
from alembic.config import Config

from tools.postgres import Server, private_folder

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = "attune_template"

_EMPTY = """
DO $$
DECLARE
    filled text[] := '{}';
    candidate regclass;
    has_rows boolean;
BEGIN
    SET LOCAL lock_timeout = '10s';
    PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND TERMINATE;
    FOR candidate IN
        SELECT c.oid::regclass FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p') AND n.nspname = 'public' AND c.relname <> 'alembic_version'
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %s)', candidate) INTO has_rows;
        IF has_rows THEN filled := filled || candidate::text; END IF;
    END LOOP;
    IF cardinality(filled) > 0 THEN
        EXECUTE 'TRUNCATE ' || array_to_string(filled, ', ') || ' RESTART IDENTITY CASCADE';
    END IF;
END $$
"""


def kinds() -> list[str]:
    """Engines to run on: ATTUNE_TEST_ENGINES=sqlite leaves PostgreSQL out."""
    wanted = os.environ.get("ATTUNE_TEST_ENGINES", "sqlite,postgres")
    return [kind.strip() for kind in wanted.split(",") if kind.strip()]


def alembic_config(url: str) -> Config:
    """Alembic's configuration for one database."""
    config = Config(ROOT / "alembic.ini", attributes={"url": url})
    config.attributes["quiet"] = True
    return config


def migrate(url: str, revision: str = "head") -> None:
    """Bring a database up to a revision with the real migrations."""
    with ThreadPoolExecutor(1) as thread:  # the caller may have a loop running
        thread.submit(command.upgrade, alembic_config(url), revision).result()


class Engine(Protocol):
    """What a fixture needs from a database engine."""

    def fresh(self) -> str:
        """Return the URL of an empty, migrated database."""

    def clean(self) -> None:
        """Empty the database given out last, even while somebody has it open."""

    def bare(self, name: str) -> str:
        """Return the URL of another database, made anew and not migrated."""

    def close(self) -> None:
        """Give everything back."""


class Sqlite:
    """A migrated file, copied for every test."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._template = folder / "template.db"
        self._current = folder / "0.db"
        self._count = 0
        migrate(f"sqlite+aiosqlite:///{self._template}")

    def fresh(self) -> str:
        """Copy the template to a name nobody has used."""
        for left in self._folder.glob(f"{self._current.name}*"):
            left.unlink()
        self._count += 1
        self._current = self._folder / f"{self._count}.db"
        shutil.copyfile(self._template, self._current)
        return f"sqlite+aiosqlite:///{self._current}"

    def clean(self) -> None:
        """Write the template over the current file, as one transaction."""
        with (
            closing(sqlite3.connect(self._template)) as template,
            closing(sqlite3.connect(self._current, timeout=30)) as current,
        ):
            template.backup(current)

    def bare(self, name: str) -> str:
        """Name a file that does not exist."""
        for left in self._folder.glob(f"{name}.db*"):
            left.unlink()
        return f"sqlite+aiosqlite:///{self._folder / name}.db"

    def close(self) -> None:
        """Nothing is open; the folder belongs to whoever made it."""


class Postgres:
    """One database of the shared server, emptied for every test."""

    def __init__(self, cluster: "Cluster", name: str) -> None:
        self._cluster = cluster
        self._name = name
        self._url = cluster.clone(name)
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._admin: asyncpg.Connection = self._run(
            asyncpg.connect(cluster.admin_url(name))
        )

    def fresh(self) -> str:
        """Empty the database, ending connections that an earlier test forgot."""
        self._run(self._admin.execute(_EMPTY.replace("TERMINATE", "true")))
        return self._url

    def clean(self) -> None:
        """Empty the database and leave connections alone."""
        self._run(self._admin.execute(_EMPTY.replace("TERMINATE", "false")))

    def bare(self, name: str) -> str:
        """Make a database with nothing in it, for this worker alone."""
        return self._cluster.bare(f"{self._name}_{name}")

    def close(self) -> None:
        """Close the connection used for cleaning."""
        self._run(self._admin.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(60)


@dataclass
class Cluster:
    """The run's PostgreSQL, seen from a process that may not have started it."""

    port: int
    server: Server | None = field(default=None, repr=False)

    @classmethod
    def start(cls) -> "Cluster":
        """Start the server and migrate the template; call it in the main thread."""
        server = Server.start()
        migrate(server.create_database(TEMPLATE))
        return cls(server.port, server)

    def clone(self, name: str) -> str:
        """Make a database out of the template and return its async URL."""
        return self._view().create_database(name, template=TEMPLATE)

    def bare(self, name: str) -> str:
        """Make a database with nothing in it and return its async URL."""
        return self._view().create_database(name)

    def admin_url(self, name: str) -> str:
        """URL for cleaning up, as superuser."""
        return self._view().plain_url(name)

    def stop(self) -> None:
        """End the server if this process started it."""
        if self.server is not None:
            self.server.stop()

    def _view(self) -> Server:
        return self.server or Server.elsewhere(self.port)


def scratch() -> Path:
    """Make a folder for SQLite files, in memory where the machine offers it."""
    memory = Path("/dev/shm")  # noqa: S108 - the folder made in it is private
    roomy = memory.is_dir() and os.access(memory, os.W_OK)
    if roomy and shutil.disk_usage(memory).free > 512 * 1024 * 1024:
        return private_folder("attune-sqlite-", memory)
    return private_folder("attune-sqlite-")
