"""The straight way of a first sending: one statement on PostgreSQL, three on SQLite.

It keeps a completion only where nothing has to be weighed: agreed terms that have not
changed since, nothing that came before it, no plan that hangs on a completion.
"""

from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col

from api.assignments.standing import AGREED_STATES
from api.assignments.tables import Assignment, TermsRevision
from api.completions.sharing import Level
from api.completions.tables import Completion, CompletionPart, SharingChange
from api.foundation.journal import Entry
from api.foundation.straight import Statement
from api.people.tables import Client

_C = Completion.__table__.c  # type: ignore[attr-defined]
_E = Entry.__table__.c  # type: ignore[attr-defined]
_LEVELS = ("default_level", "level")
_NONE_YET: dict[str, Any] = {
    "by_person": {},
    "hides_persons": False,
    "kept_back": [],
    "hidden_points": [],
    "choices": [],
    "shared_until": None,
    "version": 1,
}
_TOLD = "told_"


def _sent(column: Any) -> ColumnElement[Any]:
    """Return where the value of a column comes from: what was sent, or nothing yet."""
    if column.name in _NONE_YET:
        return literal(_NONE_YET[column.name], column.type)
    return bindparam(column.name, type_=column.type)


def _given(name: str) -> ColumnElement[Any]:
    return bindparam(name, type_=_C[name].type)


def _before_it(table: Any) -> ColumnElement[bool]:
    return exists().where(
        col(table.practice_id) == _given("practice_id"),
        col(table.client_id) == _given("client_id"),
        col(table.completion_id) == _given("id"),
    )


def _gate() -> Select[Any]:
    """Return the default level, as one row, where the straight way may be gone.

    With it comes the change number that this was true at. Everybody who writes for a
    client raises it under the row's lock; who waited for that lock must compare it.
    """
    kept = exists().where(
        _C.practice_id == _given("practice_id"), _C.id == _given("id")
    )
    hangs = exists().where(
        col(TermsRevision.practice_id) == _given("practice_id"),
        col(TermsRevision.client_id) == _given("client_id"),
        col(TermsRevision.hangs_on).is_not(None),
    )
    level = case(
        (col(Assignment.may_share), bindparam("terms_level", type_=_C.level.type)),
        else_=literal(Level.SEALED, _C.level.type),
    )
    return select(level.label("level"), col(Client.change_seq).label("seen")).where(
        _own_client(),
        col(Assignment.practice_id) == _given("practice_id"),
        col(Assignment.id) == _given("assignment_id"),
        col(Assignment.client_id) == _given("client_id"),
        or_(*(col(Assignment.state) == state for state in sorted(AGREED_STATES))),
        col(Assignment.changed_at) <= bindparam("at", type_=_C.started_at.type),
        ~kept,
        ~_before_it(CompletionPart),
        ~_before_it(SharingChange),
        ~hangs,
    )


def _own_client() -> ColumnElement[bool]:
    return and_(
        col(Client.practice_id) == _given("practice_id"),
        col(Client.id) == _given("client_id"),
    )


def _values(gate: CTE, change: Any) -> list[ColumnElement[Any]]:
    return [
        gate.c.level
        if column.name in _LEVELS
        else change
        if column.name == "changed_seq"
        else _sent(column)
        for column in _C
    ]


def _told() -> list[ColumnElement[Any]]:
    return [bindparam(_TOLD + column.name, type_=column.type) for column in _E]


def _on_postgres() -> Statement:
    gate = _gate().cte("gate")
    bump = (
        update(Client)
        .where(_own_client(), col(Client.change_seq) == gate.c.seen)
        .values(change_seq=col(Client.change_seq) + 1)
        .returning(col(Client.change_seq))
        .cte("bump")
    )
    kept = (
        postgresql.insert(Completion)
        .from_select(
            [column.name for column in _C],
            select(*_values(gate, bump.c.change_seq)).select_from(
                gate.join(bump, true())
            ),
        )
        .on_conflict_do_nothing()
        .returning(_C.level)
        .cte("kept")
    )
    told = (
        insert(Entry)
        .from_select([column.name for column in _E], select(*_told()).select_from(kept))
        .cte("told")
    )
    return Statement(select(kept.c.level).add_cte(told))


def _on_sqlite() -> tuple[Statement, ...]:
    """Return the steps; `changes()` tells each whether the one before did something."""
    gate = _gate().cte("gate")
    source = select(*_values(gate, gate.c.seen + 1)).select_from(gate).where(true())
    kept = (
        sqlite.insert(Completion)
        .from_select([column.name for column in _C], source)
        .on_conflict_do_nothing()
        .returning(_C.level)
    )
    bump = (
        update(Client)
        .where(_own_client(), func.changes() > 0)
        .values(change_seq=col(Client.change_seq) + 1)
    )
    told = insert(Entry).from_select(
        [column.name for column in _E], select(*_told()).where(func.changes() > 0)
    )
    return Statement(kept), Statement(bump), Statement(told)


KEEP_ON_POSTGRES = _on_postgres()
KEEP_ON_SQLITE = _on_sqlite()


def told(entry: dict[str, Any]) -> dict[str, Any]:
    """Name a journal entry's values as the statements here expect them."""
    return {_TOLD + name: value for name, value in entry.items()}


TERMS = Statement(
    select(
        col(TermsRevision.exercise_id),
        col(TermsRevision.exercise_version_id),
        col(TermsRevision.terms)["setting"].as_string(),
        col(TermsRevision.terms)["sharing"].as_string(),
    ).where(
        col(TermsRevision.practice_id) == _given("practice_id"),
        col(TermsRevision.assignment_id) == _given("assignment_id"),
        col(TermsRevision.client_id) == _given("client_id"),
        col(TermsRevision.number) == bindparam("revision", type_=_C.save.type),
    )
)
"""What never changes of the terms a run was begun under."""
