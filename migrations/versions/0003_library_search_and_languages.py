"""Finding library items by words, and their texts in other languages.

What is published already is filled in: the columns and labels that lists filter by, and
the words by which an item is found. It reads rows, so it does not run as a script of SQL.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
EXERCISE = sa.table(
    "exercise",
    sa.column("practice_id", sa.Uuid()),
    sa.column("id", sa.Uuid()),
    sa.column("latest_number", sa.Integer()),
    sa.column("summary", JSON),
    sa.column("kind", sa.String()),
    sa.column("evidence", sa.String()),
    sa.column("minutes_least", sa.Float()),
    sa.column("minutes_most", sa.Float()),
)
VERSION = sa.table(
    "exercise_version",
    sa.column("practice_id", sa.Uuid()),
    sa.column("exercise_id", sa.Uuid()),
    sa.column("number", sa.Integer()),
    sa.column("document", JSON),
)
LABEL = sa.table(
    "exercise_label",
    sa.column("practice_id", sa.Uuid()),
    sa.column("exercise_id", sa.Uuid()),
    sa.column("kind", sa.String()),
    sa.column("value", sa.String()),
)
TEXT = sa.table(
    "exercise_text",
    sa.column("practice_id", sa.Uuid()),
    sa.column("exercise_id", sa.Uuid()),
    sa.column("locale", sa.String()),
    sa.column("words", sa.String()),
    sa.column("title", sa.String()),
    sa.column("purpose", sa.String()),
)
SEARCH = sa.table(
    "exercise_search",
    sa.column("practice_id", sa.Uuid()),
    sa.column("exercise_id", sa.Uuid()),
    sa.column("locale", sa.String()),
    sa.column("words", sa.String()),
)
COLUMNS = (
    ("kind", sa.String(length=16)),
    ("evidence", sa.String(length=1)),
    ("minutes_least", sa.Float()),
    ("minutes_most", sa.Float()),
)


def upgrade() -> None:
    for name, kind in COLUMNS:
        op.add_column("exercise", sa.Column(name, kind, nullable=True))
    _make_tables()
    on_postgres = op.get_context().dialect.name == "postgresql"
    if on_postgres:
        op.execute(
            "CREATE INDEX ix_exercise_text_words ON exercise_text "
            "USING gin (array_to_tsvector(string_to_array(words, ' ')))"
        )
    else:
        op.execute(
            "CREATE VIRTUAL TABLE exercise_search USING fts5(words, practice_id "
            "UNINDEXED, exercise_id UNINDEXED, locale UNINDEXED, tokenize = 'ascii')"
        )
    _freeze(on_postgres)
    for practice_id, exercise_id, summary, document in _published():
        _fill(practice_id, exercise_id, summary, document, on_postgres)


def downgrade() -> None:
    if op.get_context().dialect.name == "postgresql":
        op.execute("DROP TRIGGER frozen_exercise_translation ON exercise_translation")
    else:
        op.execute("DROP TRIGGER frozen_exercise_translation")
        op.execute("DROP TABLE exercise_search")
    op.drop_table("exercise_text")
    op.drop_table("exercise_translation")
    op.execute("DELETE FROM exercise_label WHERE kind = 'step'")
    for name, _ in reversed(COLUMNS):
        op.drop_column("exercise", name)


def _make_tables() -> None:
    op.create_table(
        "exercise_text",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("exercise_id", sa.Uuid(), nullable=False),
        sa.Column("locale", sa.String(length=16), nullable=False),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("purpose", sa.String(length=1200), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "exercise_id"],
            ["exercise.practice_id", "exercise.id"],
            name=op.f("fk_exercise_text_practice_id_exercise_id"),
        ),
        sa.PrimaryKeyConstraint(
            "practice_id", "exercise_id", "locale", name=op.f("pk_exercise_text")
        ),
    )
    op.create_table(
        "exercise_translation",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("locale", sa.String(length=16), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(length=32), nullable=False),
        sa.Column("document", JSON, nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["practice_id", "version_id"],
            ["exercise_version.practice_id", "exercise_version.id"],
            name=op.f("fk_exercise_translation_practice_id_version_id"),
        ),
        sa.PrimaryKeyConstraint(
            "practice_id", "id", name=op.f("pk_exercise_translation")
        ),
        sa.UniqueConstraint(
            "practice_id",
            "version_id",
            "locale",
            "revision",
            name=op.f("uq_exercise_translation_practice_id_version_id_locale_revision"),
        ),
    )


def _freeze(on_postgres: bool) -> None:
    head = (
        "CREATE TRIGGER frozen_exercise_translation BEFORE UPDATE "
        "ON exercise_translation FOR EACH ROW"
    )
    if on_postgres:
        op.execute(f"{head} EXECUTE FUNCTION refuse_change()")
    else:
        op.execute(f"{head} BEGIN SELECT RAISE(ABORT, 'this row stays as it was'); END")


def _published() -> Iterator[tuple[Any, Any, dict[str, Any], dict[str, Any]]]:
    """Walk what is published, one document at a time."""
    database = op.get_bind()
    shelf = sa.select(
        EXERCISE.c.practice_id,
        EXERCISE.c.id,
        EXERCISE.c.latest_number,
        EXERCISE.c.summary,
    ).where(EXERCISE.c.latest_number > 0)
    for practice_id, exercise_id, number, summary in database.execute(shelf).all():
        latest = sa.select(VERSION.c.document).where(
            VERSION.c.practice_id == practice_id,
            VERSION.c.exercise_id == exercise_id,
            VERSION.c.number == number,
        )
        document = database.scalars(latest).first()
        if document is not None:
            yield practice_id, exercise_id, dict(summary or {}), document


def _fill(
    practice_id: Any,
    exercise_id: Any,
    summary: dict[str, Any],
    document: dict[str, Any],
    on_postgres: bool,
) -> None:
    database = op.get_bind()
    types = sorted(
        {step["type"] for part in document["parts"] for step in part["steps"]}
    )
    locale = document.get("locale", "en")
    kind = document.get("kind", "exercise")
    more = {
        "kind": kind,
        "instrument": document.get("instrument"),
        "intensity": document.get("intensity", 1),
        "locale": locale,
        "steps": types,
    }
    database.execute(
        sa.update(EXERCISE)
        .where(EXERCISE.c.practice_id == practice_id, EXERCISE.c.id == exercise_id)
        .values(
            summary={**summary, **more},
            kind=kind,
            evidence=document["evidence"],
            minutes_least=document["minutes"]["least"],
            minutes_most=document["minutes"]["most"],
        )
    )
    key = {"practice_id": practice_id, "exercise_id": exercise_id}
    database.execute(
        sa.insert(LABEL), [{**key, "kind": "step", "value": one} for one in types]
    )
    title, purpose, tags = document["title"], document["purpose"], document["tags"]
    found_by = {**key, "locale": locale, "words": _words(title, purpose, *tags)}
    database.execute(
        sa.insert(TEXT), [{**found_by, "title": title, "purpose": purpose}]
    )
    if not on_postgres:
        database.execute(sa.insert(SEARCH), [found_by])


def _words(*texts: str) -> str:
    """Fold texts as the service of this version does: see api/exercises/search.py."""
    plain = unicodedata.normalize("NFKD", " ".join(texts).casefold())
    bare = "".join(one for one in plain if unicodedata.category(one) != "Mn")
    found = (one[:40] for one in re.findall(r"[^\W_]+", bare.casefold()))
    return " ".join(dict.fromkeys(found))
