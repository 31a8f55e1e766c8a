"""Everything that is checked without running the service: `python -m tools.check`.

All steps run even when one fails, so that one run shows every fault.
"""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent

STEPS: dict[str, list[str]] = {
    "types": ["mypy"],
    "drift": ["tools.migration", "drift"],
    "format": ["ruff", "format", "--check", "--quiet", "."],
    "lint": ["ruff", "check", "--quiet", "."],
    "floors": ["lint-imports", "--no-logo"],
    "openapi": ["tools.openapi", "check"],
    "library": ["tools.library", "check"],
    "instruments": ["tools.instruments", "check"],
    "sizes": ["tools.sizes"],
    "locks": ["tools.locks", "check"],
}
"""Name of each step and what does it; the slowest come first."""


def run(arguments: list[str]) -> tuple[float, subprocess.CompletedProcess[str]]:
    """Run one step; return seconds and what it said."""
    began = time.monotonic()
    program, *rest = arguments
    ours = program.startswith("tools.")
    command = [sys.executable, "-m", program] if ours else [str(BIN / program)]
    done = subprocess.run(
        [*command, *rest],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return time.monotonic() - began, done


def main() -> None:
    """Run the steps named on the command line, or all; exit 1 if any finds a fault."""
    wanted = sys.argv[1:] or list(STEPS)
    if unknown := set(wanted) - set(STEPS):
        sys.exit(f"no such check: {', '.join(unknown)}; there are {', '.join(STEPS)}")
    faulty = []
    with ThreadPoolExecutor(min(2, os.cpu_count() or 1)) as pool:
        running = {pool.submit(run, STEPS[name]): name for name in wanted}
        for step in as_completed(running):
            seconds, done = step.result()
            name, good = running[step], done.returncode == 0
            print(
                f"{'ok   ' if good else 'FAULT'} {name:<8} {seconds:6.1f} s", flush=True
            )
            if not good:
                faulty.append(name)
                print(done.stdout, flush=True)
    if faulty:
        sys.exit(f"make check found faults: {', '.join(sorted(faulty))}")
    print("make check found no fault")


if __name__ == "__main__":
    main()
