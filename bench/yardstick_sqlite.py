"""The yardstick's jobs on SQLite: one thread for writing, a few for reading.

Each job is one hop to a thread, where `sqlite3` runs its statements. What the load
submits at the same time is not gathered: one job is one commit.
"""

import asyncio
import json
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import local
from typing import Any
from uuid import UUID, uuid4

from bench import yardstick_work as work

Who = tuple[UUID, bytes]

_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "secure_delete=ON",
    "busy_timeout=30000",
)

WHO = """
SELECT s.person_id, s.device_id FROM access_token t
JOIN sign_in s ON s.practice_id = t.practice_id AND s.id = t.sign_in_id
WHERE t.practice_id = ?1 AND t.hash = ?2 AND t.expires_at > ?3
  AND s.ended_at IS NULL AND s.expires_at > ?3
"""

AGREED = """
SELECT r.exercise_id, r.exercise_version_id, r.terms->>'sharing' FROM assignment a
JOIN terms_revision r ON r.practice_id = a.practice_id AND r.assignment_id = a.id
WHERE a.practice_id = ? AND a.id = ? AND a.client_id = ? AND r.number = ?
"""

BUMP = """
UPDATE client SET change_seq = change_seq + 1 WHERE practice_id = ? AND id = ?
RETURNING change_seq
"""

SEQ = "SELECT change_seq FROM client WHERE practice_id = ? AND id = ?"

KEEP = """
INSERT INTO completion (practice_id, id, client_id, assignment_id, terms_revision,
  exercise_id, exercise_version_id, state, ended_by_choice, started_at, ended_at, zone,
  received_at, device_id, save, digest, document, points, fraction_done,
  required_count, default_level, level, kept_back, hidden_points, choices,
  by_person, hides_persons, changed_seq, version)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1.0, 2, ?, ?, '[]', '[]',
  '[]', '{}', 0, ?, 1)
"""

TELL = """
INSERT INTO journal_entry (practice_id, id, at, actor_kind, actor_id, device_id, verb,
  subject_kind, subject_id, client_id)
VALUES (?, ?, ?, 'client', ?, ?, 'completion.completed', 'completion', ?, ?)
"""

PROGRESS = """
SELECT c.ended_at, c.points->'distress'->>'change', c.points->'state'->>'after',
  c.points->>'worry'
FROM exercise e JOIN completion c ON c.practice_id = e.practice_id
  AND c.exercise_id = e.id
WHERE e.practice_id = ? AND e.slug = ? AND c.client_id = ? AND c.state <> 'in_progress'
ORDER BY c.ended_at DESC LIMIT 2001
"""

ASSIGNMENTS = f"""
SELECT {", ".join(f"a.{name}" for name in work.LISTED)}, r.terms FROM assignment a
JOIN terms_revision r ON r.practice_id = a.practice_id AND r.assignment_id = a.id
  AND r.number = a.shown_revision
WHERE a.practice_id = ? AND a.client_id = ? ORDER BY a.id LIMIT ?
"""


CHANGED = """
SELECT id FROM completion WHERE practice_id = ?1 AND client_id = ?2 AND changed_seq > ?3
UNION ALL SELECT id FROM assignment
WHERE practice_id = ?1 AND client_id = ?2 AND changed_seq > ?3
UNION ALL SELECT id FROM occurrence_answer
WHERE practice_id = ?1 AND client_id = ?2 AND changed_seq > ?3
UNION ALL SELECT id FROM person_alias
WHERE practice_id = ?1 AND client_id = ?2 AND changed_seq > ?3
"""


class SqliteJobs:
    """Every thread has its own connection."""

    def __init__(self, path: str, readers: int = 4) -> None:
        self._path = path
        self._own = local()
        self._writer = ThreadPoolExecutor(1)
        self._readers = ThreadPoolExecutor(readers)

    async def open(self) -> None:
        """Nothing to do: a thread connects when it is first used."""

    async def close(self) -> None:
        """End the threads; their connections end with them."""
        self._writer.shutdown()
        self._readers.shutdown()

    def _connection(self) -> sqlite3.Connection:
        found: sqlite3.Connection | None = getattr(self._own, "connection", None)
        if found is None:
            found = sqlite3.connect(self._path, isolation_level=None)
            for pragma in _PRAGMAS:
                found.execute(f"PRAGMA {pragma}")
            self._own.connection = found
        return found

    async def _write(self, job: Callable[..., bytes], *values: Any) -> bytes:
        def work_there() -> bytes:
            connection = self._connection()
            connection.execute("BEGIN IMMEDIATE")
            try:
                made = job(connection, *values)
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")
            return made

        return await asyncio.get_running_loop().run_in_executor(
            self._writer, work_there
        )

    async def _read(self, job: Callable[..., bytes], *values: Any) -> bytes:
        return await asyncio.get_running_loop().run_in_executor(
            self._readers, lambda: job(self._connection(), *values)
        )

    async def submit(self, who: Who, run: dict[str, Any]) -> bytes:
        """Keep a completion, raise the client's counter, write the journal."""
        return await self._write(_submit, who, run)

    async def progress(self, who: Who, slug: str) -> bytes:
        """Read three series of one exercise."""
        return await self._read(_progress, who, slug)

    async def assignments(self, who: Who, limit: int) -> bytes:
        """List assignments with their terms."""
        return await self._read(_assignments, who, limit)

    async def sync(self, who: Who, batch: dict[str, Any]) -> bytes:
        """Keep a batch of completions; tell a verdict for each."""
        return await self._write(_sync, who, batch)


def _found(connection: sqlite3.Connection, who: Who) -> tuple[str, str, str]:
    practice = who[0].hex
    row = connection.execute(WHO, (practice, who[1], _text(datetime.now(UTC))))
    person = row.fetchone()
    if person is None:
        raise PermissionError
    return practice, person[0], person[1]


def _text(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%S.%f")


def _keep(
    connection: sqlite3.Connection,
    found: tuple[str, str, str],
    run: dict[str, Any],
    at: datetime,
) -> tuple[dict[str, Any], int]:
    practice, person, device = found
    assignment, ident = UUID(run["assignment_id"]).hex, UUID(run["id"]).hex
    agreed = connection.execute(
        AGREED, (practice, assignment, person, run["revision"])
    ).fetchone()
    if agreed is None:
        raise PermissionError
    (seq,) = connection.execute(BUMP, (practice, person)).fetchone()
    points = work.readings(run["answers"])
    document = work.kept(run["answers"])
    connection.execute(
        KEEP,
        (
            *(practice, ident, person, assignment, run["revision"], *agreed[:2]),
            *(run["state"], _text(work.moment(run["started_at"]))),
            *(_text(work.moment(run["ended_at"])), run["zone"], _text(at), device),
            *(run["save"], work.digest(document), document, json.dumps(points)),
            *(agreed[2], agreed[2], seq),
        ),
    )
    connection.execute(
        TELL, (practice, uuid4().hex, _text(at), person, device, ident, person)
    )
    return points, seq


def _submit(connection: sqlite3.Connection, who: Who, run: dict[str, Any]) -> bytes:
    at = datetime.now(UTC)
    points, _ = _keep(connection, _found(connection, who), run, at)
    return work.dumped(work.receipt(run, points, at))


def _sync(connection: sqlite3.Connection, who: Who, batch: dict[str, Any]) -> bytes:
    at = datetime.now(UTC)
    found = _found(connection, who)
    scope = (found[0], found[1])
    changed = connection.execute(CHANGED, (*scope, work.since(batch))).fetchall()
    points = [_keep(connection, found, run, at)[0] for run in work.runs_of(batch)]
    (seq,) = connection.execute(SEQ, scope).fetchone()
    return work.sync_page(batch, points, at, seq, changed)


def _progress(connection: sqlite3.Connection, who: Who, slug: str) -> bytes:
    practice, person, _ = _found(connection, who)
    return work.series_page(connection.execute(PROGRESS, (practice, slug, person)))


def _assignments(connection: sqlite3.Connection, who: Who, limit: int) -> bytes:
    practice, person, _ = _found(connection, who)
    rows = connection.execute(ASSIGNMENTS, (practice, person, limit))
    return work.assignment_page(rows)
