"""Whom a caller may see, and what other rooms ask about a client.

Every look at a client's things goes through `client_for` or `within_reach`; nothing
here tells an absent client from one who is out of reach.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, bindparam, exists, false, update
from sqlalchemy.orm import InstrumentedAttribute
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.access.caller import Caller
from api.access.permissions import Reach, Right
from api.foundation.errors import NotFound
from api.people.tables import CareTie, Client, PersonAlias, Standing, ZoneChange

ClientColumn = ColumnElement[UUID] | InstrumentedAttribute[UUID]
"""A column that holds a client's id, in a table that also has `practice_id`."""


def reach_clause(
    reach: Reach | None, client_column: Any, practice: Any, person: Any
) -> ColumnElement[bool]:
    """Return the SQL condition of a reach; `practice` and `person` are values or binds.

    `client_column` is any column with client ids; its table has `practice_id`.
    """
    column = client_column.expression
    in_practice: ColumnElement[bool] = column.table.c.practice_id == practice
    match reach:
        case Reach.OWN:
            return and_(in_practice, column == person)
        case Reach.CARE_TEAM:
            tie = exists().where(
                col(CareTie.practice_id) == practice,
                col(CareTie.staff_id) == person,
                col(CareTie.client_id) == column,
                col(CareTie.ended_at).is_(None),
            )
            return and_(in_practice, tie)
        case Reach.PRACTICE:
            return in_practice
        case None:
            return false()


def within_reach(
    caller: Caller, right: Right, client_column: Any
) -> ColumnElement[bool]:
    """Limit a query with a column of client ids to what the caller may see."""
    return reach_clause(
        caller.reach(right), client_column, caller.practice_id, caller.id
    )


def prepared_reach(reach: Reach, client_column: Any) -> ColumnElement[bool]:
    """Return `reach_clause` with binds, for statements built once at import.

    Execute them with `reach_values(caller)`.
    """
    return reach_clause(
        reach, client_column, bindparam("reach_practice"), bindparam("reach_person")
    )


def reach_values(caller: Caller) -> dict[str, UUID]:
    """Return the values of the binds that `prepared_reach` leaves open."""
    return {"reach_practice": caller.practice_id, "reach_person": caller.id}


async def client_for(
    db: AsyncSession,
    caller: Caller,
    client_id: UUID,
    *,
    right: Right,
    lock: bool = False,
) -> Client:
    """Return the client if they are within reach for the right, else NotFound.

    `lock=True` keeps the row locked to the end of the transaction (PostgreSQL; on
    SQLite a writer is alone anyway).
    """
    query = select(Client).where(
        within_reach(caller, right, col(Client.id)), col(Client.id) == client_id
    )
    if lock:
        query = query.with_for_update()
    client = (await db.exec(query)).first()
    if client is None:
        raise NotFound
    return client


_NEXT_CHANGE = (
    update(Client)
    .where(
        col(Client.practice_id) == bindparam("of_practice"),
        col(Client.id) == bindparam("of_client"),
    )
    .values(change_seq=col(Client.change_seq) + 1)
    .returning(col(Client.change_seq))
)


async def next_change(db: AsyncSession, practice_id: UUID, client_id: UUID) -> int:
    """Raise the client's change counter under its row lock and return it.

    Whoever writes something that the client's devices must hear of stamps the row
    with it as `changed_seq`. Raises NotFound for a client that does not exist.
    """
    connection = await db.connection()
    found = await connection.execute(
        _NEXT_CHANGE, {"of_practice": practice_id, "of_client": client_id}
    )
    change = found.scalar_one_or_none()
    if change is None:
        raise NotFound
    return int(change)


async def people_aliases(
    db: AsyncSession,
    caller: Caller,
    client_id: UUID,
    *,
    after: UUID | None = None,
    limit: int | None = None,
) -> list[PersonAlias]:
    """Return a client's persons: all to the client, only shared ones to staff.

    All of them, or the page of `limit` that follows `after`.
    """
    right = Right.MANAGE_OWN_PEOPLE if caller.is_client else Right.MANAGE_CLIENTS
    await client_for(db, caller, client_id, right=right)
    query = select(PersonAlias).where(
        col(PersonAlias.practice_id) == caller.practice_id,
        col(PersonAlias.client_id) == client_id,
    )
    if not caller.is_client:
        query = query.where(col(PersonAlias.is_shared))
    if after is not None:
        query = query.where(col(PersonAlias.id) > after)
    query = query.order_by(col(PersonAlias.id)).limit(limit)
    return list((await db.exec(query)).all())


async def person_standing(
    db: AsyncSession, practice_id: UUID, client_id: UUID, person_id: UUID
) -> Standing | None:
    """Return how the client sees a person, or None for no such person of theirs."""
    query = select(col(PersonAlias.standing)).where(
        col(PersonAlias.practice_id) == practice_id,
        col(PersonAlias.client_id) == client_id,
        col(PersonAlias.id) == person_id,
    )
    return (await db.exec(query)).first()


async def zone_history(
    db: AsyncSession, practice_id: UUID, client_id: UUID
) -> list[tuple[datetime, str]]:
    """Return from when the client lived in which IANA zone, oldest first."""
    query = (
        select(ZoneChange.from_at, ZoneChange.zone)
        .where(
            col(ZoneChange.practice_id) == practice_id,
            col(ZoneChange.client_id) == client_id,
        )
        .order_by(col(ZoneChange.from_at), col(ZoneChange.id))
    )
    return [(at, zone) for at, zone in (await db.exec(query)).all()]
