"""What is never changed can't be changed, not even by a slip in the code."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel.ext.asyncio.session import AsyncSession

from api.exercises.service import load_library
from api.foundation import clock
from api.practices.tables import Practice


@pytest.mark.parametrize(
    ("table", "column"), [("exercise_version", "number"), ("journal_entry", "verb")]
)
async def test_a_frozen_row_refuses_an_update(
    db: AsyncSession, table: str, column: str
) -> None:
    practice = Practice(slug="p", name="P", zone="UTC", opened_at=clock.now())
    db.add(practice)
    await db.flush()
    await load_library(db, practice.id)
    connection = await db.connection()
    change = text(f"UPDATE {table} SET {column} = {column}")  # noqa: S608 - our names
    with pytest.raises(DBAPIError, match="stays as it was"):
        await connection.execute(change)


async def test_a_frozen_row_can_still_be_erased(db: AsyncSession) -> None:
    practice = Practice(slug="p", name="P", zone="UTC", opened_at=clock.now())
    db.add(practice)
    await db.flush()
    await load_library(db, practice.id)
    connection = await db.connection()
    for dependent in ("exercise_text", "exercise_translation"):
        await connection.execute(text(f"DELETE FROM {dependent}"))  # noqa: S608 - ours
    gone = await connection.execute(text("DELETE FROM exercise_version"))
    assert gone.rowcount > 0
