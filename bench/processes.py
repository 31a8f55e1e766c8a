"""The processes under measurement: started here, measured here, ended by own pid.

CPU time comes from the kernel's scheduler statistics (nanoseconds), memory from
`/proc/<pid>/status`. Linux only.
"""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.load import Seen

ROOT = Path(__file__).resolve().parent.parent
_TICKS = os.sysconf("SC_CLK_TCK")
START_SECONDS = 30.0


def cpu_seconds(pid: int) -> float:
    """Return the processor time of a process and all its living threads."""
    total = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            total += int((task / "schedstat").read_text().split()[0])
    return total / 1e9


def _stat(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def family_cpu_seconds(pid: int) -> float:
    """Return the processor time of a process, its children, and those that ended."""
    total = cpu_seconds(pid)
    stat = _stat(pid)
    total += (int(stat[13]) + int(stat[14])) / _TICKS  # children already waited for
    for child in children(pid):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            total += cpu_seconds(child)
    return total


def children(pid: int) -> list[int]:
    """Return the living children of a process."""
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(child) for child in found.split()]


def memory_mib(pid: int) -> float:
    """Return the resident memory of a process in MiB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def free_port() -> int:
    """Return a port of the loopback interface that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Running:
    """A server that answers on a port of the loopback interface."""

    name: str
    process: "subprocess.Popen[bytes]"
    port: int
    log: Path

    def last_words(self, most: int = 2_000) -> str:
        """Return the end of what the server has written."""
        return self.log.read_text(errors="replace")[-most:]


@contextlib.contextmanager
def serve(
    name: str,
    factory: str,
    environment: Mapping[str, str],
    *,
    folder: Path,
) -> Iterator[Running]:
    """Run an ASGI app factory under uvicorn, as Attune runs in production."""
    port = free_port()
    log = folder / f"{name}-{port}.log"
    with log.open("wb") as lines:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "uvicorn", factory, "--factory"),
                *("--host", "127.0.0.1", "--port", str(port)),
                *("--loop", "uvloop", "--http", "httptools"),
                *("--no-access-log", "--log-level", "warning"),
                *("--no-server-header", "--no-date-header"),
            ],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdout=lines,
            stderr=subprocess.STDOUT,
        )
    try:
        _until_answering(process, port, log)
        yield Running(name, process, port, log)
    finally:
        _end(process)


def _until_answering(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        time.sleep(0.05)
    msg = f"the server did not start: {log.read_text(errors='replace')}"
    raise RuntimeError(msg)


def _end(process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)


def drive(plan: Mapping[str, Any]) -> Seen:
    """Run the load generator over a plan, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.load"],
        cwd=ROOT,
        input=json.dumps(plan).encode(),
        stdout=subprocess.PIPE,
        check=True,
    )
    return Seen(**json.loads(done.stdout))
