"""What stays as it was: published versions, terms and journal rows refuse updates.

Law 3 and the journal's promise, held by the database as well as by the code. Rows may
still be deleted: erasure is a right.
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

FROZEN = ("exercise_version", "terms_revision", "journal_entry")


def upgrade() -> None:
    if op.get_context().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'this row stays as it was' "
            "USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
    for table in FROZEN:
        op.execute(_trigger(table))


def downgrade() -> None:
    on_postgres = op.get_context().dialect.name == "postgresql"
    for table in FROZEN:
        where = f" ON {table}" if on_postgres else ""
        op.execute(f"DROP TRIGGER frozen_{table}{where}")
    if on_postgres:
        op.execute("DROP FUNCTION refuse_change()")


def _trigger(table: str) -> str:
    head = f"CREATE TRIGGER frozen_{table} BEFORE UPDATE ON {table} FOR EACH ROW"
    if op.get_context().dialect.name == "postgresql":
        return f"{head} EXECUTE FUNCTION refuse_change()"
    return f"{head} BEGIN SELECT RAISE(ABORT, 'this row stays as it was'); END"
