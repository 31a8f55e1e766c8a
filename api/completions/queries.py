"""Statements about completions, built once; nothing here decides anything."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Executable,
    Select,
    and_,
    bindparam,
    case,
    insert,
    or_,
    select,
    update,
)
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from api.completions.merge import State
from api.completions.sharing import Change, Facts, Level, PartFacts
from api.completions.tables import Completion, CompletionPart, SharingChange
from api.foundation import journal

Row = Mapping[str, Any]

_C = Completion.__table__.c  # type: ignore[attr-defined]
_P = CompletionPart.__table__.c  # type: ignore[attr-defined]
_S = SharingChange.__table__.c  # type: ignore[attr-defined]

FIND: Executable = select(*_C).where(
    _C.practice_id == bindparam("of_practice"), _C.id == bindparam("of_completion")
)
PARTS: Executable = (
    select(*_P)
    .where(
        _P.practice_id == bindparam("of_practice"),
        _P.client_id == bindparam("of_client"),
        _P.completion_id == bindparam("of_completion"),
    )
    .order_by(_P.part)
)
CHANGES: Executable = (
    select(*_S)
    .where(
        _S.practice_id == bindparam("of_practice"),
        _S.client_id == bindparam("of_client"),
        _S.completion_id == bindparam("of_completion"),
    )
    .order_by(_S.received_at, _S.id)
)
ADD = insert(Completion)
ADD_PART = insert(CompletionPart)
ADD_CHANGE = insert(SharingChange)
TELL = insert(journal.Entry)


async def find(db: AsyncSession, practice_id: UUID, completion_id: UUID) -> Row | None:
    """Return a completion's row, whoever it belongs to, or None."""
    connection = await db.connection()
    found = await connection.execute(
        FIND, {"of_practice": practice_id, "of_completion": completion_id}
    )
    row = found.mappings().first()
    return None if row is None else dict(row)


async def find_many(
    db: AsyncSession, practice_id: UUID, ids: Collection[UUID]
) -> dict[UUID, Row]:
    """Return completions by id, whoever they belong to."""
    query = select(*_C).where(
        _C.practice_id == practice_id, col(Completion.id).in_(ids)
    )
    connection = await db.connection()
    found = (await connection.execute(query)).mappings()
    return {row["id"]: dict(row) for row in found}


async def changes_of_many(
    db: AsyncSession, practice_id: UUID, client_id: UUID, ids: Collection[UUID]
) -> dict[UUID, list[Row]]:
    """Return a client's choices about sharing, by completion."""
    query = (
        select(*_S)
        .where(
            _S.practice_id == practice_id,
            _S.client_id == client_id,
            col(SharingChange.completion_id).in_(ids),
        )
        .order_by(_S.received_at, _S.id)
    )
    found: dict[UUID, list[Row]] = {}
    connection = await db.connection()
    for row in (await connection.execute(query)).mappings():
        found.setdefault(row["completion_id"], []).append(dict(row))
    return found


def _of(practice_id: UUID, client_id: UUID, completion_id: UUID) -> dict[str, UUID]:
    return {
        "of_practice": practice_id,
        "of_client": client_id,
        "of_completion": completion_id,
    }


async def parts_of(
    db: AsyncSession, practice_id: UUID, client_id: UUID, completion_id: UUID
) -> list[Row]:
    """Return the follow-up parts that have arrived for a completion."""
    connection = await db.connection()
    found = await connection.execute(PARTS, _of(practice_id, client_id, completion_id))
    return [dict(row) for row in found.mappings()]


async def changes_of(
    db: AsyncSession, practice_id: UUID, client_id: UUID, completion_id: UUID
) -> list[Row]:
    """Return the choices about sharing that have arrived for a completion."""
    connection = await db.connection()
    found = await connection.execute(
        CHANGES, _of(practice_id, client_id, completion_id)
    )
    return [dict(row) for row in found.mappings()]


async def change(
    db: AsyncSession, practice_id: UUID, row_id: UUID, values: Row
) -> None:
    """Write new values into a completion's row."""
    connection = await db.connection()
    await connection.execute(
        update(Completion)
        .where(_C.practice_id == practice_id, _C.id == row_id)
        .values(**values)
    )


async def add_change(
    db: AsyncSession,
    scope: tuple[UUID, UUID, UUID],
    chosen: Change,
    received_at: datetime,
) -> None:
    """Append a choice about sharing; `scope` is practice, client and completion."""
    connection = await db.connection()
    await connection.execute(ADD_CHANGE, change_row(scope, chosen, received_at))


def change_row(
    scope: tuple[UUID, UUID, UUID], chosen: Change, received_at: datetime
) -> dict[str, Any]:
    """Return the row of a choice about sharing."""
    practice_id, client_id, completion_id = scope
    return {
        "practice_id": practice_id,
        "client_id": client_id,
        "completion_id": completion_id,
        "id": chosen.id,
        "device_id": chosen.device_id,
        "at": chosen.at,
        "received_at": received_at,
        "seen": sorted(map(str, chosen.seen)),
        "level": chosen.level,
        "kept_back": sorted(chosen.kept_back),
    }


async def change_part(db: AsyncSession, row: Row) -> None:
    """Put another sending in the place of a follow-up part."""
    connection = await db.connection()
    await connection.execute(
        update(CompletionPart)
        .where(
            _P.practice_id == row["practice_id"],
            _P.client_id == row["client_id"],
            _P.completion_id == row["completion_id"],
            _P.part == row["part"],
        )
        .values(**row)
    )


def to_change(row: Row) -> Change:
    """Read a choice about sharing."""
    return Change(
        row["id"],
        row["device_id"],
        row["at"],
        row["level"],
        frozenset(row["kept_back"]),
        frozenset(map(UUID, row["seen"])),
    )


_FACTS = tuple(
    name
    for name in Facts.__dataclass_fields__
    if name not in {"choices", "hidden_points", "until", "parts"}
)


def to_facts(row: Row, parts: Sequence[Row] = ()) -> Facts:
    """Read what a projection may need out of a row and those of its parts."""
    return Facts(
        **{name: row[name] for name in _FACTS},
        choices=tuple(map(UUID, row["choices"])),
        hidden_points=frozenset(row["hidden_points"]),
        until=row["shared_until"],
        parts=tuple(
            PartFacts(
                part["part"],
                part["done_at"],
                part["zone"],
                part["received_at"],
                part["document"],
            )
            for part in parts
        ),
    )


# --- reading for somebody -----------------------------------------------------

_SHARES_ANSWERS = (_C.level == Level.FULL) & (_C.state != State.IN_PROGRESS)
_FOR_OTHERS = [
    case((_SHARES_ANSWERS, column), else_=None).label("document")
    if column.name == "document"
    else column
    for column in _C
]
"""Answers that are not shared do not even leave the database."""


def readable(*, own: bool, now: datetime) -> Select[Any]:
    """Return the query of what may be read: all for the client, else what is shared."""
    if own:
        return select(*_C)
    return select(*_FOR_OTHERS).where(shared(now))


def shared(now: datetime) -> ColumnElement[bool]:
    """Return the condition under which a completion exists for others at all."""
    lasting = or_(_C.shared_until.is_(None), _C.shared_until > now)
    return and_(_C.level != Level.SEALED, lasting)


async def parts_of_many(
    db: AsyncSession, practice_id: UUID, client_and_id: Sequence[tuple[UUID, UUID]]
) -> dict[UUID, list[Row]]:
    """Return the parts of several completions, each given as (client, completion)."""
    by_completion: dict[UUID, list[Row]] = {}
    if not client_and_id:
        return by_completion
    wanted = set(client_and_id)
    clients = {client for client, _ in wanted}
    query = (
        select(*_P)
        .where(
            _P.practice_id == practice_id,
            col(CompletionPart.client_id).in_(clients),
            col(CompletionPart.completion_id).in_([one for _, one in wanted]),
        )
        .order_by(_P.part)
    )
    connection = await db.connection()
    for row in (await connection.execute(query)).mappings():
        if (row["client_id"], row["completion_id"]) in wanted:
            by_completion.setdefault(row["completion_id"], []).append(dict(row))
    return by_completion
