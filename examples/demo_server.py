"""Starts a demo server of one's own for the walkthrough, and ends it by its own pid.

SPDX-License-Identifier: Apache-2.0
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parent.parent
SIGN_IN_FILE = "demo-sign-in.json"
PATIENCE = 90.0


@contextmanager
def demo_server(database_url: str | None = None) -> Iterator[dict[str, Any]]:
    """Run `python -m api.cli demo` on a free port; give what its sign-in file says.

    Without `database_url` the data is a temporary SQLite file, gone afterwards.
    """
    with TemporaryDirectory(prefix="attune-demo-") as folder:
        more = {} if database_url is None else {"ATTUNE_DATABASE_URL": database_url}
        command = [sys.executable, "-m", "api.cli", "demo"]
        where = ["--port", "0", "--folder", folder]
        with subprocess.Popen(  # noqa: S603 - this program's own server
            [*command, *where],
            cwd=ROOT,
            env=os.environ | more,
            stdout=subprocess.DEVNULL,
        ) as server:
            try:
                yield _when_ready(server, Path(folder) / SIGN_IN_FILE)
            finally:
                server.terminate()
                server.wait(timeout=30)


def _when_ready(server: "subprocess.Popen[bytes]", file: Path) -> dict[str, Any]:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if server.poll() is not None:
            sys.exit("The demo server ended before it was ready; see above.")
        sign_in = read_sign_in(file)
        if sign_in.get("enrolment_code") and _answers(str(sign_in["url"])):
            return sign_in
        time.sleep(0.1)
    sys.exit("The demo server was not ready in time.")


def read_sign_in(file: Path) -> dict[str, Any]:
    """Read how to sign in to a demo; empty while the file is not there or not whole."""
    try:
        found = json.loads(file.read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return dict(found)


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/readyz", timeout=5).is_success
    except httpx.TransportError:
        return False
