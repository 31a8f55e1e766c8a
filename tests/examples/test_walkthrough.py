"""The walkthrough, whole, against a real server in a process of its own."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from examples.demo_server import ROOT, demo_server

pytestmark = pytest.mark.slow


@pytest.fixture
def demo(database: str) -> Iterator[dict[str, Any]]:
    with demo_server(database) as known:
        yield known


def test_the_walkthrough_goes_through_and_doubles_nothing(
    demo: dict[str, Any], tmp_path: Path
) -> None:
    sign_in, chart = tmp_path / "sign-in.json", tmp_path / "chart.svg"
    sign_in.write_text(json.dumps(demo))
    command = [sys.executable, "-m", "examples.walkthrough", "--url", demo["url"]]
    where = ["--sign-in", str(sign_in), "--chart", str(chart)]
    done = subprocess.run(
        [*command, *where], cwd=ROOT, capture_output=True, text=True, timeout=180
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Nothing doubled: 4 runs before, 4 after." in done.stdout
    assert "The verdicts: applied, applied, applied, applied." in done.stdout
    assert "the alert is acknowledged" in done.stdout
    assert chart.read_text().startswith("<svg")
    report = chart.with_name("walkthrough-report.html").read_text()
    assert "Paced breath" in report


def test_what_app_developers_copy_needs_nothing_of_the_service() -> None:
    sources = sorted((ROOT / "examples").glob("*.py"))
    assert sources
    for source in sources:
        text = source.read_text()
        assert "SPDX-License-Identifier: Apache-2.0" in text, source.name
        assert "from api" not in text, source.name
        assert "import api" not in text, source.name
