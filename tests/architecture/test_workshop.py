"""The tools themselves: a server of our own goes when its starter goes."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tools import bootstrap, check, locks
from tools.postgres import Server, find_installation, private_folder
from tools.sizes import ROOT

STARTER = """
import json, os, sys, time
from tools.postgres import Server
server = Server.start()
print(json.dumps([server.process.pid, server.port, str(server.folder)]), flush=True)
time.sleep(600)
"""


def listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def gone(port: int, *, seconds: float = 20) -> bool:
    """Wait until nobody listens any more."""
    end = time.monotonic() + seconds
    while listening(port) and time.monotonic() < end:
        time.sleep(0.05)
    return not listening(port)


@pytest.mark.slow
def test_a_server_ends_with_its_block_and_leaves_nothing() -> None:
    with Server.start() as server:
        assert server.version
        assert listening(server.port)
    server.stop()
    assert gone(server.port)
    assert not server.folder.exists()


@pytest.mark.slow
def test_a_server_does_not_outlive_a_killed_run_and_the_next_sweeps_up() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", STARTER], cwd=ROOT, stdout=subprocess.PIPE
    ) as starter:
        assert starter.stdout is not None
        _, port, folder = json.loads(starter.stdout.readline())
        starter.send_signal(signal.SIGKILL)
    assert gone(port)
    mine = private_folder("attune-postgres-")
    assert not Path(folder).exists()
    mine.rmdir()


@pytest.mark.slow
def test_two_servers_live_side_by_side() -> None:
    with Server.start() as one, Server.start(durable=True) as other:
        assert one.port != other.port
        assert one.create_database("a") != other.create_database("a")


def test_a_living_runs_folder_is_left_alone(tmp_path: Path) -> None:
    mine = private_folder("run-", tmp_path)
    private_folder("run-", tmp_path)
    assert mine.exists()
    assert str(os.getpid()) in mine.name


def test_either_set_of_binaries_can_be_asked_for() -> None:
    assert find_installation("embedded").program("postgres")


def test_a_changed_lock_is_installed_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    lock = tmp_path / "requirements" / "run.txt"
    lock.parent.mkdir()
    lock.write_text("a==1\n")
    before = bootstrap.fingerprint("run")
    assert bootstrap.fingerprint("run") == before
    lock.write_text("a==2\n")
    assert bootstrap.fingerprint("run") != before


def test_a_lock_with_a_registry_or_without_hash_is_caught(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locks, "FOLDER", tmp_path)
    (tmp_path / "run.txt").write_text("a==1 \\\n    --hash=sha256:0\n")
    (tmp_path / "pdf.txt").write_text("c==1 \\\n    --hash=sha256:0\n")
    (tmp_path / "dev.txt").write_text("--index https://x.example\na==2\n")
    assert locks.faults() == [
        "a: run has 1, dev has 2",
        "c: pdf has 1, dev has None",
        "dev.txt names a registry",
        "dev.txt: no hash for a==2",
    ]


def test_make_help_names_every_command() -> None:
    said = subprocess.run(
        ["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    for command in ("run", "test", "check", "bench", "walkthrough", "migration"):
        assert f"make {command} " in said


def test_every_check_has_a_name_one_can_ask_for() -> None:
    assert {"types", "format", "lint", "floors", "drift", "openapi"} <= set(check.STEPS)
