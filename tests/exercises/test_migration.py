"""What was published before there was a search is found after the migration."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from api.exercises.check import publish
from api.exercises.tables import Exercise
from api.foundation import clock
from api.foundation.database import Document
from api.foundation.ids import new_id
from tests.engines import Engine, migrate
from tests.exercises.documents import exercise
from tools.migration import shape
from tools.postgres import in_own_loop


def _table(called: str, **columns: Any) -> Any:
    return sa.table(called, *(sa.column(key, kind) for key, kind in columns.items()))


_KEY: dict[str, Any] = {"practice_id": sa.Uuid(), "id": sa.Uuid()}
_MOMENT = sa.DateTime(timezone=True)
PRACTICE = _table(
    "practice",
    id=sa.Uuid(),
    slug=sa.String(),
    name=sa.String(),
    zone=sa.String(),
    version=sa.Integer(),
    opened_at=_MOMENT,
)
OLD_EXERCISE = _table(
    "exercise",
    **_KEY,
    slug=sa.String(),
    origin=sa.String(),
    summary=Document,
    latest_number=sa.Integer(),
    version=sa.Integer(),
    created_at=_MOMENT,
)
OLD_VERSION = _table(
    "exercise_version",
    **_KEY,
    exercise_id=sa.Uuid(),
    number=sa.Integer(),
    document=Document,
    content_hash=sa.String(),
    wording_fix=sa.Boolean(),
    published_at=_MOMENT,
)


def old_document() -> dict[str, Any]:
    """A document as it was published before items had kinds and grades."""
    document = publish(exercise(title="Müde Füße", tags=["slow_walk"]))
    for later in ("kind", "intensity", "cooldown_hours", "signals"):
        document.pop(later)
    return document


async def publish_as_before(url: str) -> UUID:
    """Put a practice with one published exercise and one draft into revision 0002."""
    now, practice, whole, draft = clock.now(), new_id(), new_id(), new_id()
    if url.startswith("sqlite"):
        now = now.replace(tzinfo=None)
    shown = {"title": "Müde Füße", "purpose": "To rest.", "minutes": {"least": 1}}
    common = {"practice_id": practice, "origin": "practice", "version": 1}
    rows = [
        {"id": whole, "slug": "tired-feet", "summary": shown, "latest_number": 1},
        {"id": draft, "slug": "just-begun", "summary": None, "latest_number": 0},
    ]
    version = {
        "practice_id": practice,
        "id": new_id(),
        "exercise_id": whole,
        "number": 1,
        "document": old_document(),
        "content_hash": "0" * 64,
        "wording_fix": False,
        "published_at": now,
    }
    engine = create_async_engine(url)
    async with engine.begin() as db:
        opened = {"id": practice, "slug": "p", "name": "P", "zone": "UTC", "version": 1}
        await db.execute(sa.insert(PRACTICE), [opened | {"opened_at": now}])
        await db.execute(
            sa.insert(OLD_EXERCISE),
            [row | common | {"created_at": now} for row in rows],
        )
        await db.execute(sa.insert(OLD_VERSION), [version])
    await engine.dispose()
    return whole


async def read(url: str, query: str) -> list[Any]:
    engine = create_async_engine(url)
    async with engine.connect() as db:
        rows = [tuple(row) for row in await db.execute(sa.text(query))]
    await engine.dispose()
    return rows


def test_what_was_published_before_is_filled_in(engine: Engine) -> None:
    url = engine.bare("before")
    migrate(url, "0002")
    in_own_loop(publish_as_before(url))
    migrate(url)
    query = "SELECT slug, kind, evidence, minutes_least, minutes_most FROM exercise"
    assert in_own_loop(read(url, f"{query} ORDER BY slug")) == [
        ("just-begun", None, None, None, None),
        ("tired-feet", "exercise", "D", 1, 2),
    ]
    steps = "SELECT value FROM exercise_label WHERE kind = 'step' ORDER BY value"
    assert ("allocation",) in in_own_loop(read(url, steps))
    texts = "SELECT locale, title, words FROM exercise_text"
    words = "mude fusse to try one small thing slow walk"
    assert in_own_loop(read(url, texts)) == [("en", "Müde Füße", words)]
    if url.startswith("sqlite"):
        found = "SELECT locale FROM exercise_search WHERE words MATCH '\"fus\" *'"
        assert in_own_loop(read(url, found)) == [("en",)]


async def _summary(url: str) -> Any:
    engine = create_async_engine(url)
    async with engine.connect() as db:
        query = sa.select(Exercise.summary).where(Exercise.slug == "tired-feet")  # type: ignore[call-overload]
        found = (await db.execute(query)).scalar_one()
    await engine.dispose()
    return found


def test_summaries_keep_what_they_had_and_learn_what_is_new(engine: Engine) -> None:
    url = engine.bare("before")
    migrate(url, "0002")
    in_own_loop(publish_as_before(url))
    migrate(url)
    summary = in_own_loop(_summary(url))
    assert (summary["title"], summary["intensity"]) == ("Müde Füße", 1)
    assert (summary["locale"], summary["instrument"]) == ("en", None)
    assert "text" in summary["steps"]


def test_a_full_text_table_of_another_make_is_a_difference(engine: Engine) -> None:
    url = engine.bare("changed")
    migrate(url)
    before = in_own_loop(shape(url))
    sqlite = url.startswith("sqlite")
    what = "TABLE exercise_search" if sqlite else "INDEX ix_exercise_text_words"
    in_own_loop(run(url, f"DROP {what}"))
    assert in_own_loop(shape(url)) != before


async def run(url: str, statement: str) -> None:
    engine = create_async_engine(url)
    async with engine.begin() as db:
        await db.execute(sa.text(statement))
    await engine.dispose()
