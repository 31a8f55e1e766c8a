"""The yardstick's jobs on PostgreSQL: asyncpg, one data-modifying statement each."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from bench import yardstick_work as work

Who = tuple[UUID, bytes]

_WHO = """
who AS (
  SELECT s.practice_id, s.person_id, s.device_id
  FROM access_token t
  JOIN sign_in s ON s.practice_id = t.practice_id AND s.id = t.sign_in_id
  WHERE t.practice_id = $1 AND t.hash = $2 AND t.expires_at > now()
    AND s.ended_at IS NULL AND s.expires_at > now()
)
"""

_COLUMNS = """
  practice_id, id, client_id, assignment_id, terms_revision, exercise_id,
  exercise_version_id, state, ended_by_choice, started_at, ended_at, zone, received_at,
  device_id, save, digest, document, points, fraction_done, required_count,
  default_level, level, kept_back, hidden_points, choices, by_person, hides_persons,
  changed_seq, version
"""

SUBMIT = f"""
WITH {_WHO}, agreed AS (
  SELECT who.*, r.exercise_id, r.exercise_version_id, r.terms->>'sharing' AS level
  FROM who
  JOIN assignment a ON a.practice_id = who.practice_id AND a.id = $4
    AND a.client_id = who.person_id
  JOIN terms_revision r ON r.practice_id = a.practice_id AND r.assignment_id = a.id
    AND r.number = $5
), bumped AS (
  UPDATE client SET change_seq = change_seq + 1 FROM agreed
  WHERE client.practice_id = agreed.practice_id AND client.id = agreed.person_id
  RETURNING change_seq
), kept AS (
  INSERT INTO completion ({_COLUMNS})
  SELECT practice_id, $3, person_id, $4, $5, exercise_id, exercise_version_id, $6,
    false, $7, $8, $9, $10, device_id, $11, $12, $13, $14, 1.0, 2, level, level,
    '[]', '[]', '[]', '{{}}', false, change_seq, 1
  FROM agreed, bumped
  RETURNING id
)
INSERT INTO journal_entry (practice_id, id, at, actor_kind, actor_id, device_id, verb,
  subject_kind, subject_id, client_id)
SELECT practice_id, $15, $10, 'client', person_id, device_id, 'completion.completed',
  'completion', kept.id, person_id
FROM agreed, kept
RETURNING subject_id
"""

SYNC = f"""
WITH {_WHO}, sent AS (
  SELECT * FROM unnest($3::uuid[], $4::uuid[], $5::int[], $6::text[],
    $7::timestamptz[], $8::timestamptz[], $9::text[], $11::int[], $12::bytea[],
    $13::bytea[], $14::jsonb[], $15::uuid[]) WITH ORDINALITY AS
    sent(id, assignment_id, revision, state, started_at, ended_at, zone, save, digest,
      document, points, entry_id, place)
), bumped AS (
  UPDATE client SET change_seq = change_seq + $16 FROM who
  WHERE client.practice_id = who.practice_id AND client.id = who.person_id
  RETURNING change_seq - $16 AS change_seq
), kept AS (
  INSERT INTO completion ({_COLUMNS})
  SELECT who.practice_id, sent.id, person_id, a.id, revision, r.exercise_id,
    r.exercise_version_id, sent.state, false, started_at, ended_at, sent.zone, $10,
    device_id, sent.save, sent.digest, sent.document, sent.points, 1.0, 2,
    r.terms->>'sharing', r.terms->>'sharing', '[]', '[]', '[]',
    '{{}}', false, bumped.change_seq + place, 1
  FROM sent, who, bumped, assignment a, terms_revision r
  WHERE a.practice_id = who.practice_id AND a.id = sent.assignment_id
    AND a.client_id = who.person_id AND r.practice_id = a.practice_id
    AND r.assignment_id = a.id AND r.number = sent.revision
  RETURNING id, changed_seq
), told AS (
  INSERT INTO journal_entry (practice_id, id, at, actor_kind, actor_id, device_id,
    verb, subject_kind, subject_id, client_id)
  SELECT practice_id, sent.entry_id, $10, 'client', person_id, device_id,
    'completion.completed', 'completion', kept.id, person_id
  FROM who, kept JOIN sent USING (id)
)
SELECT bumped.change_seq + $16, (SELECT count(*) FROM kept), ARRAY(
  SELECT c.id FROM completion c
  WHERE c.practice_id = who.practice_id AND c.client_id = person_id
    AND c.changed_seq > $17
  UNION ALL SELECT a.id FROM assignment a
  WHERE a.practice_id = who.practice_id AND a.client_id = person_id
    AND a.changed_seq > $17
  UNION ALL SELECT o.id FROM occurrence_answer o
  WHERE o.practice_id = who.practice_id AND o.client_id = person_id
    AND o.changed_seq > $17
  UNION ALL SELECT p.id FROM person_alias p
  WHERE p.practice_id = who.practice_id AND p.client_id = person_id
    AND p.changed_seq > $17)
FROM who, bumped
"""

PROGRESS = f"""
WITH {_WHO}
SELECT c.ended_at, (c.points->'distress'->>'change')::int, c.points->'state'->>'after',
  (c.points->>'worry')::int
FROM who
JOIN exercise e ON e.practice_id = who.practice_id AND e.slug = $3
JOIN completion c ON c.practice_id = who.practice_id AND c.client_id = who.person_id
  AND c.exercise_id = e.id
WHERE c.state <> 'in_progress'
ORDER BY c.ended_at DESC LIMIT 2001
"""

ASSIGNMENTS = f"""
WITH {_WHO}
SELECT {", ".join(f"a.{name}" for name in work.LISTED)}, r.terms::text
FROM who
JOIN assignment a ON a.practice_id = who.practice_id AND a.client_id = who.person_id
JOIN terms_revision r ON r.practice_id = a.practice_id AND r.assignment_id = a.id
  AND r.number = a.shown_revision
ORDER BY a.id LIMIT $3
"""


class PostgresJobs:
    """A few connections, taken and put back by hand."""

    def __init__(self, url: str, size: int = 8) -> None:
        self._url = url
        self._size = size
        self._free: list[Any] = []

    async def open(self) -> None:
        """Connect."""
        for _ in range(self._size):
            connection = await asyncpg.connect(
                self._url, server_settings={"jit": "off"}
            )
            self._free.append(connection)

    async def close(self) -> None:
        """Disconnect."""
        for connection in self._free:
            await connection.close()

    async def _fetch(self, sql: str, *values: Any) -> list[Any]:
        connection = self._free.pop()
        try:
            found: list[Any] = await connection.fetch(sql, *values)
        finally:
            self._free.append(connection)
        return found

    async def submit(self, who: Who, run: dict[str, Any]) -> bytes:
        """Keep a completion, raise the client's counter, write the journal."""
        at = datetime.now(UTC)
        points = work.readings(run["answers"])
        document = work.kept(run["answers"])
        found = await self._fetch(
            SUBMIT,
            *who,
            UUID(run["id"]),
            UUID(run["assignment_id"]),
            run["revision"],
            run["state"],
            work.moment(run["started_at"]),
            work.moment(run["ended_at"]),
            run["zone"],
            at,
            run["save"],
            work.digest(document),
            document,
            json.dumps(points),
            uuid4(),
        )
        if not found:
            raise PermissionError
        return work.dumped(work.receipt(run, points, at))

    async def progress(self, who: Who, slug: str) -> bytes:
        """Read three series of one exercise."""
        return work.series_page(await self._fetch(PROGRESS, *who, slug))

    async def assignments(self, who: Who, limit: int) -> bytes:
        """List assignments with their terms."""
        return work.assignment_page(await self._fetch(ASSIGNMENTS, *who, limit))

    async def sync(self, who: Who, batch: dict[str, Any]) -> bytes:
        """Keep a batch of completions; tell a verdict for each."""
        runs = work.runs_of(batch)
        at = datetime.now(UTC)
        points = [work.readings(run["answers"]) for run in runs]
        documents = [work.kept(run["answers"]) for run in runs]
        found = await self._fetch(
            SYNC,
            *who,
            [UUID(run["id"]) for run in runs],
            [UUID(run["assignment_id"]) for run in runs],
            [run["revision"] for run in runs],
            [run["state"] for run in runs],
            [work.moment(run["started_at"]) for run in runs],
            [work.moment(run["ended_at"]) for run in runs],
            [run["zone"] for run in runs],
            at,
            [run["save"] for run in runs],
            [work.digest(document) for document in documents],
            documents,
            [json.dumps(one) for one in points],
            [uuid4() for _ in runs],
            len(runs),
            work.since(batch),
        )
        if not found or found[0][1] != len(runs):
            raise PermissionError
        cursor, _, changed = found[0]
        return work.sync_page(batch, points, at, cursor, changed)
