"""What progress reads: one statement a page, built once, nothing decided here.

Rows come raw, as the driver gives them (JSON as text, moments and ids in its own
form), because this is a hot read; `runs.py` makes sense of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Text,
    and_,
    bindparam,
    cast,
    literal_column,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.types import NullType
from sqlmodel import col

from api.access.caller import Caller
from api.access.permissions import Reach, Right
from api.completions.merge import State
from api.completions.sharing import Level
from api.completions.tables import Completion
from api.exercises.tables import Exercise
from api.foundation import clock
from api.foundation.database import Database
from api.foundation.errors import NotFound
from api.foundation.straight import Statement
from api.people import service as people
from api.people.tables import Client

MOST_RUNS = 2_000

_C = Completion.__table__.c  # type: ignore[attr-defined]
_SHOWS_READINGS = (Level.SCORES, Level.FULL)
_SHOWS_FACTS = (Level.FACT, *_SHOWS_READINGS)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which runs: of one exercise, one assignment, between two moments.

    `facts_only` takes the runs whose being done may be known, and none of their readings.
    """

    exercise: str | None = None
    assignment_id: UUID | None = None
    from_at: datetime | None = None
    before: datetime | None = None
    facts_only: bool = False


@dataclass(frozen=True, slots=True)
class Shape:
    """What decides about the text of the statement."""

    reach: Reach
    own: bool
    exercise: bool
    assignment: bool
    from_at: bool
    before: bool
    persons: bool = False
    facts_only: bool = False


def _raw(column: Any) -> ColumnElement[Any]:
    return type_coerce(column, NullType()).label(column.key)


def _text(column: Any) -> ColumnElement[Any]:
    return type_coerce(cast(column, Text), NullType()).label(column.key)


@cache
def _runs(shape: Shape) -> Statement:
    """Ended runs of one client, newest first, or one empty row where there are none.

    No row at all means that the client is not within reach.
    """
    wanted = [
        _C.practice_id == col(Client.practice_id),
        _C.client_id == col(Client.id),
        _C.state != State.IN_PROGRESS,
        *_narrowed(shape),
    ]
    if not shape.own:
        lasting = or_(_C.shared_until.is_(None), _C.shared_until > bindparam("now"))
        levels = _SHOWS_FACTS if shape.facts_only else _SHOWS_READINGS
        wanted += [or_(*(_C.level == level for level in levels)), lasting]
    columns = (
        _C.exercise_version_id,
        _C.assignment_id,
        _C.terms_revision,
        _C.state,
        _C.ended_at,
        _C.zone,
    )
    return Statement(
        select(
            *map(_raw, columns),
            *_readings(shape),
            _raw(_C.shared_until),
            col(Client.change_seq).label("change"),
            _raw(col(Client.hides_numbers)),
            _raw(_C.id),
            *([_text(_C.by_person), _raw(_C.hides_persons)] if shape.persons else ()),
        )
        .select_from(Client)
        .outerjoin(Completion, and_(*wanted))
        .where(
            people.prepared_reach(shape.reach, col(Client.id)),
            col(Client.id) == bindparam("of_client"),
        )
        .order_by(_C.ended_at.desc(), _C.id.desc())
        .limit(MOST_RUNS + 1)
    )


def _readings(shape: Shape) -> list[ColumnElement[Any]]:
    if shape.facts_only:
        return [literal_column("'{}'"), literal_column("'[]'")]
    return [_text(_C.points), _text(_C.hidden_points)]


def _narrowed(shape: Shape) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if shape.exercise:
        of_slug = select(col(Exercise.id)).where(
            col(Exercise.practice_id) == bindparam("reach_practice"),
            col(Exercise.slug) == bindparam("exercise"),
        )
        found.append(_C.exercise_id == of_slug.scalar_subquery())
    if shape.assignment:
        found.append(_C.assignment_id == bindparam("assignment_id"))
    if shape.from_at:
        found.append(_C.ended_at >= bindparam("from_at"))
    if shape.before:
        found.append(_C.ended_at < bindparam("before"))
    return found


@dataclass(frozen=True, slots=True)
class Found:
    """Raw rows, the client's change number they belong to, and whether all are here.

    `hides_numbers` is the client's own wish; it concerns nobody else's view.
    """

    rows: Sequence[Sequence[Any]]
    change: int
    complete: bool
    hides_numbers: bool


def _reach(caller: Caller) -> Reach:
    reach = caller.reach(Right.READ_PROGRESS)
    if reach is None:
        raise NotFound
    return reach


async def runs_of(
    store: Database,
    caller: Caller,
    client_id: UUID,
    wanted: Wanted,
    *,
    persons: bool = False,
) -> Found:
    """Read a client's ended runs whose readings the caller may see; NotFound out of
    reach. With `persons` each row ends with its readings by person.
    """
    shape = Shape(
        _reach(caller),
        caller.is_client,
        wanted.exercise is not None,
        wanted.assignment_id is not None,
        wanted.from_at is not None,
        wanted.before is not None,
        persons,
        wanted.facts_only,
    )
    found = await store.straight.read(
        _runs(shape),
        {
            **people.reach_values(caller),
            "of_client": client_id,
            "now": clock.now(),
            "exercise": wanted.exercise,
            "assignment_id": wanted.assignment_id,
            "from_at": wanted.from_at,
            "before": wanted.before,
        },
    )
    if not found:
        raise NotFound
    rows = [row for row in found[:MOST_RUNS] if row[0] is not None]
    change, hides_numbers = found[0][9:11]
    return Found(rows, change, len(found) <= MOST_RUNS, bool(hides_numbers))


@cache
def _change(reach: Reach) -> Statement:
    return Statement(
        select(col(Client.change_seq)).where(
            people.prepared_reach(reach, col(Client.id)),
            col(Client.id) == bindparam("of_client"),
        )
    )


async def change_of(store: Database, caller: Caller, client_id: UUID) -> int:
    """Return the client's change number; NotFound out of reach."""
    values = {**people.reach_values(caller), "of_client": client_id}
    found = await store.straight.read(_change(_reach(caller)), values)
    if not found:
        raise NotFound
    return int(found[0][0])
