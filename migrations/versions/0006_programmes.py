"""Programmes offered to clients: plans, their parts and moves."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

FROZEN = ("programme_version", "plan_revision", "plan_part", "plan_move", "gate_change")


def upgrade() -> None:
    _wait_briefly()
    op.create_table(
        "programme",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("origin", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=True),
        sa.Column(
            "summary",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=True,
        ),
        sa.Column(
            "draft",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=True,
        ),
        sa.Column("latest_number", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_programme_practice_id")
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_programme")),
        sa.UniqueConstraint(
            "practice_id", "slug", name=op.f("uq_programme_practice_id_slug")
        ),
    )
    op.create_table(
        "programme_version",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "document",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
        ),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["practice_id", "programme_id"],
            ["programme.practice_id", "programme.id"],
            name=op.f("fk_programme_version_practice_id_programme_id"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_programme_version")),
        sa.UniqueConstraint(
            "practice_id",
            "programme_id",
            "number",
            name=op.f("uq_programme_version_practice_id_programme_id_number"),
        ),
    )
    op.create_table(
        "gate_change",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("move_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "assignment_id"],
            ["assignment.practice_id", "assignment.id"],
            name=op.f("fk_gate_change_practice_id_assignment_id"),
        ),
        sa.PrimaryKeyConstraint(
            "practice_id", "assignment_id", "ordinal", name=op.f("pk_gate_change")
        ),
    )
    op.create_table(
        "programme_plan",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("programme_version_id", sa.Uuid(), nullable=False),
        sa.Column("offered_by", sa.Uuid(), nullable=False),
        sa.Column("agreed_revision", sa.Integer(), nullable=True),
        sa.Column("offered_revision", sa.Integer(), nullable=True),
        sa.Column("latest_revision", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_seq", sa.Integer(), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "client_id"],
            ["client.practice_id", "client.id"],
            name=op.f("fk_programme_plan_practice_id_client_id"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "programme_version_id"],
            ["programme_version.practice_id", "programme_version.id"],
            name=op.f("fk_programme_plan_practice_id_programme_version_id"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_programme_plan")),
    )
    with op.batch_alter_table("programme_plan", schema=None) as batch_op:
        batch_op.create_index(
            "ix_programme_plan_client", ["practice_id", "client_id", "id"], unique=False
        )

    op.create_table(
        "plan_move",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("verb", sa.String(length=32), nullable=False),
        sa.Column("actor", sa.String(length=32), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("recorded", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=True),
        sa.Column("part", sa.String(length=40), nullable=True),
        sa.Column(
            "said",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=2000), nullable=True),
        sa.Column("reason_shared", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "plan_id"],
            ["programme_plan.practice_id", "programme_plan.id"],
            name=op.f("fk_plan_move_practice_id_plan_id"),
        ),
        sa.PrimaryKeyConstraint(
            "practice_id", "plan_id", "id", name=op.f("pk_plan_move")
        ),
    )
    op.create_table(
        "plan_part",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("part", sa.String(length=40), nullable=False),
        sa.Column("since_revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "assignment_id"],
            ["assignment.practice_id", "assignment.id"],
            name=op.f("fk_plan_part_practice_id_assignment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "plan_id"],
            ["programme_plan.practice_id", "programme_plan.id"],
            name=op.f("fk_plan_part_practice_id_plan_id"),
        ),
        sa.PrimaryKeyConstraint(
            "practice_id", "assignment_id", name=op.f("pk_plan_part")
        ),
    )
    with op.batch_alter_table("plan_part", schema=None) as batch_op:
        batch_op.create_index(
            "ix_plan_part_plan", ["practice_id", "plan_id"], unique=False
        )

    op.create_table(
        "plan_revision",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "parts",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "plan_id"],
            ["programme_plan.practice_id", "programme_plan.id"],
            name=op.f("fk_plan_revision_practice_id_plan_id"),
        ),
        sa.PrimaryKeyConstraint(
            "practice_id", "plan_id", "number", name=op.f("pk_plan_revision")
        ),
    )

    for table in FROZEN:
        op.execute(_trigger(table))


def downgrade() -> None:
    on_postgres = op.get_context().dialect.name == "postgresql"
    for table in FROZEN:
        where = f" ON {table}" if on_postgres else ""
        op.execute(f"DROP TRIGGER frozen_{table}{where}")
    _wait_briefly()
    op.drop_table("plan_revision")
    with op.batch_alter_table("plan_part", schema=None) as batch_op:
        batch_op.drop_index("ix_plan_part_plan")

    op.drop_table("plan_part")
    op.drop_table("plan_move")
    with op.batch_alter_table("programme_plan", schema=None) as batch_op:
        batch_op.drop_index("ix_programme_plan_client")

    op.drop_table("programme_plan")
    op.drop_table("gate_change")
    op.drop_table("programme_version")
    op.drop_table("programme")


def _wait_briefly() -> None:
    # A migration that queues for a lock makes everybody behind it wait as well.
    if op.get_context().dialect.name == "postgresql":
        op.execute("SET LOCAL lock_timeout = '5s'")


def _trigger(table: str) -> str:
    head = f"CREATE TRIGGER frozen_{table} BEFORE UPDATE ON {table} FOR EACH ROW"
    if op.get_context().dialect.name == "postgresql":
        return f"{head} EXECUTE FUNCTION refuse_change()"
    return f"{head} BEGIN SELECT RAISE(ABORT, 'this row stays as it was'); END"
