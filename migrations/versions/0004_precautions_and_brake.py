"""Precautions, phases, overrides with a reason, and the titration brake."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

FROZEN = ("precaution_change", "phase_change", "gate_override", "brake_event")


def upgrade() -> None:
    _wait_briefly()
    op.create_table(
        "youth_set",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column(
            "exercises",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_youth_set_practice_id")
        ),
        sa.PrimaryKeyConstraint("practice_id", name=op.f("pk_youth_set")),
    )
    op.create_table(
        "brake_event",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.Column("exercise", sa.String(length=60), nullable=True),
        sa.Column("grade", sa.Integer(), nullable=True),
        sa.Column("side", sa.String(length=32), nullable=True),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "client_id"],
            ["client.practice_id", "client.id"],
            name=op.f("fk_brake_event_practice_id_client_id"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_brake_event")),
        sa.UniqueConstraint(
            "practice_id",
            "client_id",
            "number",
            name=op.f("uq_brake_event_practice_id_client_id_number"),
        ),
        sa.UniqueConstraint(
            "practice_id",
            "client_id",
            "source_id",
            name=op.f("uq_brake_event_practice_id_client_id_source_id"),
        ),
    )
    op.create_table(
        "phase_change",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("phase", sa.String(length=32), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "client_id"],
            ["client.practice_id", "client.id"],
            name=op.f("fk_phase_change_practice_id_client_id"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_phase_change")),
        sa.UniqueConstraint(
            "practice_id",
            "client_id",
            "number",
            name=op.f("uq_phase_change_practice_id_client_id_number"),
        ),
    )
    op.create_table(
        "precaution_change",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("holds", sa.Boolean(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "client_id"],
            ["client.practice_id", "client.id"],
            name=op.f("fk_precaution_change_practice_id_client_id"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_precaution_change")),
        sa.UniqueConstraint(
            "practice_id",
            "client_id",
            "number",
            "code",
            name=op.f("uq_precaution_change_practice_id_client_id_number_code"),
        ),
    )
    op.create_table(
        "gate_override",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("rule", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "assignment_id", "revision"],
            [
                "terms_revision.practice_id",
                "terms_revision.assignment_id",
                "terms_revision.number",
            ],
            name=op.f("fk_gate_override_practice_id_assignment_id_revision"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_gate_override")),
    )
    with op.batch_alter_table("gate_override", schema=None) as batch_op:
        batch_op.create_index(
            "ix_gate_override_terms",
            ["practice_id", "assignment_id", "revision"],
            unique=False,
        )

    for table in FROZEN:
        op.execute(_trigger(table))


def downgrade() -> None:
    _wait_briefly()
    with op.batch_alter_table("gate_override", schema=None) as batch_op:
        batch_op.drop_index("ix_gate_override_terms")

    op.drop_table("gate_override")
    op.drop_table("precaution_change")
    op.drop_table("phase_change")
    op.drop_table("brake_event")
    op.drop_table("youth_set")


def _wait_briefly() -> None:
    # A migration that queues for a lock makes everybody behind it wait as well.
    if op.get_context().dialect.name == "postgresql":
        op.execute("SET LOCAL lock_timeout = '5s'")


def _trigger(table: str) -> str:
    head = f"CREATE TRIGGER frozen_{table} BEFORE UPDATE ON {table} FOR EACH ROW"
    if op.get_context().dialect.name == "postgresql":
        return f"{head} EXECUTE FUNCTION refuse_change()"
    return f"{head} BEGIN SELECT RAISE(ABORT, 'this row stays as it was'); END"
