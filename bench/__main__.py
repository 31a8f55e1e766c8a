"""`python -m bench`: Attune beside the yardstick, on both engines, in one run."""

import argparse
from collections.abc import Sequence

from bench import growth, profiles, report
from bench.jobs import JOBS
from bench.measure import compare
from bench.stage import ENGINES, stage


def options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--engine", action="append", choices=ENGINES)
    parser.add_argument("--job", action="append", choices=sorted(JOBS))
    parser.add_argument("--seconds", type=float, default=4.0, help="of one round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument(
        "--growth",
        action="store_true",
        help="compare 10,000 with 1,000,000 stored completions (PostgreSQL, minutes)",
    )
    parser.add_argument(
        "--rows", type=int, default=1_000_000, help="how far --growth goes"
    )
    parser.add_argument(
        "--profile", choices=sorted(JOBS), help="show where Attune's time goes"
    )
    return parser.parse_args()


def side_by_side(
    engine: str, jobs: Sequence[str], *, seconds: float, rounds: int
) -> None:
    """Measure the jobs on one engine and print the table."""
    with stage(engine) as ready:
        found = [
            compare(
                ready.servers,
                JOBS[name],
                ready.world,
                ready.spent,
                seconds=seconds,
                rounds=rounds,
            )
            for name in jobs
        ]
    print(report.table(engine, found), flush=True)


def main() -> None:
    """Do what the command line says."""
    wanted = options()
    jobs = wanted.job or list(JOBS)
    if wanted.profile:
        for engine in wanted.engine or ENGINES[:1]:
            print(profiles.profile(engine, JOBS[wanted.profile], wanted.seconds))
        return
    if wanted.growth:
        growth.run(jobs, wanted.rows, seconds=wanted.seconds, rounds=wanted.rounds)
        return
    print(report.machine(), flush=True)
    for engine in wanted.engine or ENGINES:
        side_by_side(engine, jobs, seconds=wanted.seconds, rounds=wanted.rounds)
    print(report.LEGEND)


if __name__ == "__main__":
    main()
