"""The tables that `python -m bench` prints."""

import os
import platform
from collections.abc import Sequence
from pathlib import Path

from bench.measure import Compared, Cost

_WIDTHS = (9, 10, 9, 8, 8, 10, 10, 8, 7, 6)
_HEADS = (
    *("job", "server", "req/s", "p50 ms", "p99 ms", "server µs", "database µs"),
    *("RSS MiB", "ratio", "aim"),
)

LEGEND = """
Medians of the rounds; both servers were loaded in turn, 8 connections, on loopback.
µs: processor time of one request (PostgreSQL: all processes of the cluster).
ratio: the yardstick's processor time over Attune's, server and database together.
How figures move from 10,000 to 1,000,000 completions: python -m bench --growth
Where Attune's time goes: python -m bench --profile submit
"""


def machine() -> str:
    """Say on what the figures were made."""
    models = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if line.startswith("model name")
    ]
    load = os.getloadavg()[0]
    return (
        f"{models[0] if models else 'unknown processor'}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}, load before the run {load:.1f}"
    )


def table(title: str, found: Sequence[Compared]) -> str:
    """Return one engine's table."""
    lines = ["", title, _line(_HEADS)]
    for one in found:
        aim = "" if one.job.aim is None else f"{one.job.aim:.2f}"
        lines.append(_row(one.job.name, one.names[0], one.first, "", ""))
        lines.append(_row("", one.names[1], one.second, f"{one.ratio:.2f}", aim))
    return "\n".join(lines)


def growth_table(title: str, found: Sequence[Compared], aim: float) -> str:
    """Return how much more a request costs in the larger practice."""
    lines = ["", title, _line((*_HEADS[:-2], "growth", "at most"))]
    for one in found:
        grown = f"{1 / one.ratio:.2f}"
        lines.append(_row(one.job.name, one.names[0], one.first, "", ""))
        lines.append(_row("", one.names[1], one.second, grown, f"{aim:.2f}"))
    return "\n".join(lines)


def _row(job: str, server: str, cost: Cost, ratio: str, aim: str) -> str:
    return _line(
        (
            job,
            server,
            f"{cost.per_second:,.0f}",
            f"{cost.p50:.2f}",
            f"{cost.p99:.2f}",
            f"{cost.server:.0f}",
            f"{cost.database:.0f}",
            f"{cost.memory:.0f}",
            ratio,
            aim,
        )
    )


def _line(cells: Sequence[str]) -> str:
    left = [f"{cell:<{width}}" for cell, width in zip(cells[:2], _WIDTHS, strict=False)]
    right = [
        f"{cell:>{max(width, len(head))}}"
        for cell, width, head in zip(cells[2:], _WIDTHS[2:], _HEADS[2:], strict=True)
    ]
    return "  ".join((*left, *right)).rstrip()
