"""Where Attune's time goes: one job under cProfile, only while it answers."""

import io
import pstats
import tempfile
from pathlib import Path

from bench.jobs import Job
from bench.measure import one_round
from bench.stage import stage

MOST_LINES = 45


def profile(engine: str, job: Job, seconds: float) -> str:
    """Load Attune with one job under the profiler; return the costly functions.

    The profiler makes small functions look dearer than they are; use it to find
    things, and the tables to weigh them.
    """
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder) / "profile"
        with stage(engine, profile=kept) as ready:
            server = ready.servers[1]
            cost = one_round(server, job, ready.world, ready.spent, seconds)
        return f"{job.what}, {engine}, {cost.requests} requests\n" + _told(kept)


def _told(kept: Path) -> str:
    text = io.StringIO()
    found = pstats.Stats(str(kept), stream=text)
    found.sort_stats("tottime").print_stats(MOST_LINES)
    return text.getvalue()
