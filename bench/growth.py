"""From ten thousand to a million stored completions on PostgreSQL.

Two databases and two servers, loaded in turn. In one the practice has grown by clients:
copies of the data set's own, with assignments, terms, completions and the journal,
made inside the database. Their ids stay in the order of time.
"""

import time
from collections.abc import Sequence

from sqlalchemy import Table

from api.all_tables import METADATA
from api.foundation.journal import Entry
from bench import report
from bench.jobs import CLIENTS, JOBS
from bench.measure import compare
from bench.stage import Stage, stage
from bench.world import EXERCISES, RUNS
from tools.postgres import Server

START = 10_000
AIM = 1.15
EACH = EXERCISES * RUNS
SMALL = max(CLIENTS, -(-START // EACH))

_COPIED = ("client", "assignment", "terms_revision", "completion")
_RENAMED = frozenset({"id", "client_id", "assignment_id"})


def _copy(table: Table) -> str:
    """Return the statement that copies a table's rows, `k` counting the copies."""
    columns = [column.name for column in table.columns]
    if table.name == "client":
        renamed = {"id"}
    else:
        renamed = {name for name in columns if name in _RENAMED}
    values = [_other(name) if name in renamed else name for name in columns]
    return (
        f"INSERT INTO {table.name} ({', '.join(columns)}) "
        f"SELECT {', '.join(values)} FROM {table.name}, generate_series($1, $2) k"
    )


def _other(column: str) -> str:
    """Return another id of the same moment: its end is changed by the copy's number."""
    return (
        f"(substr({column}::text, 1, 24) || substr(md5({column}::text || k), 1, 12))"
        "::uuid"
    )


def _statements(copies: int) -> list[str]:
    """Return what makes a database larger, in the order of its foreign keys."""
    tables = [METADATA.tables[name] for name in _COPIED]
    made = [
        _copy(table).replace("$1", "1").replace("$2", str(copies)) for table in tables
    ]
    told = (
        f"INSERT INTO {Entry.__tablename__} (practice_id, id, at, actor_kind, "
        "actor_id, device_id, verb, subject_kind, subject_id, client_id) "
        "SELECT practice_id, id, received_at, 'client', client_id, device_id, "
        "'completion.completed', 'completion', id, client_id FROM completion"
    )
    return [*made, told]


def grow(server: Server, database: str, rows: int) -> None:
    """Copy the data set until about so many completions are stored."""
    copies = max(0, -(-rows // (SMALL * EACH)) - 1)
    # Foreign keys hold by construction; checking a million of them is not the point.
    quick = "SET session_replication_role = replica; SET synchronous_commit = off; "
    for statement in _statements(copies):
        began = time.perf_counter()
        server.execute(quick + statement, database=database)
        table = statement.split()[2]
        print(f"  {table}: {time.perf_counter() - began:.0f} s", flush=True)
    server.execute("VACUUM (ANALYZE, FREEZE)", database=database)
    server.execute("CHECKPOINT", database=database)


def run(jobs: Sequence[str], rows: int, *, seconds: float, rounds: int) -> None:
    """Measure the jobs in a small and in a large practice, and print the growth."""
    print(report.machine(), flush=True)
    with stage("postgres", clients=SMALL, both=("small", "large")) as ready:
        _grow_both(ready, rows)
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
    title = f"postgres, {SMALL * EACH:,} and about {rows:,} completions"
    print(report.growth_table(title, found, AIM))


def _grow_both(ready: Stage, rows: int) -> None:
    if ready.postgres is None:
        msg = "growth is measured on PostgreSQL"
        raise RuntimeError(msg)
    first, second = (url.rpartition("/")[2] for url in ready.databases)
    print(f"filling {first}", flush=True)
    grow(ready.postgres, first, SMALL * EACH)
    print(f"filling {second} (minutes)", flush=True)
    grow(ready.postgres, second, rows)
