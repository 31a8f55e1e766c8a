"""Everything that changed for a client since a device last asked, each as it is now."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, func, select, tuple_
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from api.access.caller import Caller
from api.assignments.standing import ENDED_STATES
from api.assignments.tables import Assignment, OccurrenceAnswer, TermsRevision
from api.completions.merge import State
from api.completions.service_reading import project_rows
from api.completions.tables import Completion
from api.exercises.tables import ExerciseVersion
from api.people.tables import Client, PersonAlias

MOST = 200
"""Things of one kind in one answer, unless one moment changed more than that."""

Rows = list[dict[str, Any]]

_ASSIGNMENT = (
    "id",
    "client_id",
    "state",
    "version",
    "agreed_revision",
    "offered_revision",
    "counter_revision",
    "latest_revision",
    "paused_by",
    "not_now_until",
    "lapses_at",
    "offered_at",
    "changed_at",
)
_REVISIONS = (
    "agreed_revision",
    "offered_revision",
    "counter_revision",
    "shown_revision",
)
_ASSIGNMENTS = select(*Assignment.__table__.c)  # type: ignore[attr-defined]
_COMPLETIONS = select(*Completion.__table__.c)  # type: ignore[attr-defined]
_ANSWER = ("assignment_id", "occurrence", "answer", "at", "changed_seq")
_PERSON = ("id", "nickname", "standing", "is_shared", "made_at", "changed_seq")
_ANSWERS = select(*(getattr(OccurrenceAnswer, name) for name in _ANSWER)).where(
    col(OccurrenceAnswer.holds)
)
_PEOPLE = select(*(getattr(PersonAlias, name) for name in _PERSON))

_KINDS: dict[str, tuple[Any, Any]] = {
    "assignments": (_ASSIGNMENTS, Assignment),
    "answers": (_ANSWERS, OccurrenceAnswer),
    "completions": (_COMPLETIONS, Completion),
    "people": (_PEOPLE, PersonAlias),
}
_LAST = select(
    col(Client.change_seq).label("now"),
    *(
        select(func.max(table.changed_seq))
        .where(
            table.practice_id == bindparam("of_practice"),
            table.client_id == bindparam("of_client"),
        )
        .scalar_subquery()
        .label(kind)
        for kind, (_, table) in _KINDS.items()
    ),
).where(
    col(Client.practice_id) == bindparam("of_practice"),
    col(Client.id) == bindparam("of_client"),
)
"""One look at what there is to tell, before anything is read."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed, up to which change number, and whether there is more."""

    upto: int
    more: bool
    shown: dict[str, Any]


async def since(
    db: AsyncSession, caller: Caller, seen: int, have: Collection[UUID]
) -> Changes:
    """Return what changed after a change number; `have` are versions not sent again."""
    now, last = await _last_changes(db, caller)
    kinds: dict[str, tuple[Rows, int | None]] = {}
    for kind, (query, table) in _KINDS.items():
        is_news = last[kind] is not None and last[kind] > seen
        kinds[kind] = (
            await _after(db, caller, query, table, seen) if is_news else ([], None)
        )
    upto = min([now, *(end for _, end in kinds.values() if end is not None)])
    rows = {
        kind: [row for row in found if row["changed_seq"] <= upto]
        for kind, (found, _) in kinds.items()
    }
    revisions = await _revisions(db, caller, rows["assignments"])
    needed = _versions(rows, revisions) - set(have)
    shown = {
        "assignments": [_assignment(row, revisions) for row in rows["assignments"]],
        "answers": [_without_change(row) for row in rows["answers"]],
        "completions": await project_rows(db, caller, rows["completions"]),
        "exercises": await _exercises(db, caller, needed),
        "people": [_without_change(row) for row in rows["people"]],
    }
    return Changes(upto, upto < now, shown)


async def _last_changes(db: AsyncSession, caller: Caller) -> tuple[int, dict[str, Any]]:
    """Return the client's change number, and that of each kind's last change."""
    connection = await db.connection()
    found = await connection.execute(
        _LAST, {"of_practice": caller.practice_id, "of_client": caller.id}
    )
    row = dict(found.mappings().one())
    return int(row.pop("now")), row


async def _after(
    db: AsyncSession, caller: Caller, query: Select[Any], table: Any, seen: int
) -> tuple[Rows, int | None]:
    """Return rows changed since, and up to which change number they are complete.

    None for "all of them". One change is never torn in two.
    """
    own = query.where(
        table.practice_id == caller.practice_id, table.client_id == caller.id
    )
    rows = await _rows(
        db,
        own.where(table.changed_seq > seen).order_by(table.changed_seq).limit(MOST + 1),
    )
    if len(rows) <= MOST:
        return rows, None
    first, last = rows[0]["changed_seq"], rows[-1]["changed_seq"]
    if first < last:
        return rows, last - 1
    return await _rows(db, own.where(table.changed_seq == first)), first


async def _rows(db: AsyncSession, query: Select[Any]) -> Rows:
    connection = await db.connection()
    return [dict(row) for row in (await connection.execute(query)).mappings()]


def _without_change(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != "changed_seq"}


async def _revisions(
    db: AsyncSession, caller: Caller, assignments: Sequence[dict[str, Any]]
) -> dict[UUID, Rows]:
    """Return the terms that each assignment stands on, offers or was countered with."""
    wanted = {
        (row["id"], row[name])
        for row in assignments
        for name in _REVISIONS
        if row[name] is not None
    }
    found: dict[UUID, Rows] = {row["id"]: [] for row in assignments}
    if not wanted:
        return found
    pair = tuple_(col(TermsRevision.assignment_id), col(TermsRevision.number))
    query = (
        select(
            col(TermsRevision.assignment_id),
            col(TermsRevision.number).label("revision"),
            col(TermsRevision.exercise_version_id),
            col(TermsRevision.terms),
        )
        .where(
            col(TermsRevision.practice_id) == caller.practice_id, pair.in_(list(wanted))
        )
        .order_by(col(TermsRevision.number))
    )
    for row in await _rows(db, query):
        found[row.pop("assignment_id")].append(row)
    return found


def _assignment(row: dict[str, Any], revisions: dict[UUID, Rows]) -> dict[str, Any]:
    known = revisions[row["id"]]
    number = row["shown_revision"]
    return {key: row[key] for key in _ASSIGNMENT} | {
        "grants": {name: row[f"may_{name}"] for name in ("do", "remind", "share")},
        "terms_revision": number,
        "terms": next(one["terms"] for one in known if one["revision"] == number),
        "revisions": known,
    }


def _versions(rows: dict[str, Rows], revisions: dict[UUID, Rows]) -> set[UUID]:
    """Name the versions a device needs: of what is open, and of runs under way."""
    is_open = {
        row["id"] for row in rows["assignments"] if row["state"] not in ENDED_STATES
    }
    return {
        one["exercise_version_id"]
        for assignment_id, known in revisions.items()
        if assignment_id in is_open
        for one in known
    } | {
        row["exercise_version_id"]
        for row in rows["completions"]
        if row["state"] is State.IN_PROGRESS
    }


async def _exercises(
    db: AsyncSession, caller: Caller, version_ids: Collection[UUID]
) -> Rows:
    if not version_ids:
        return []
    query = (
        select(
            col(ExerciseVersion.id),
            col(ExerciseVersion.exercise_id),
            col(ExerciseVersion.number),
            col(ExerciseVersion.document),
        )
        .where(
            col(ExerciseVersion.practice_id) == caller.practice_id,
            col(ExerciseVersion.id).in_(version_ids),
        )
        .order_by(col(ExerciseVersion.id))
    )
    return await _rows(db, query)
