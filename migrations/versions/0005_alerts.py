"""Alerts, acknowledgements, and who reads them in a practice."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

FROZEN = ("alert", "alert_acknowledgement", "alert_share", "safety_settings")


def upgrade() -> None:
    _wait_briefly()
    op.create_table(
        "safety_settings",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "settings",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
        ),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"],
            ["practice.id"],
            name=op.f("fk_safety_settings_practice_id"),
        ),
        sa.PrimaryKeyConstraint(
            "practice_id", "number", name=op.f("pk_safety_settings")
        ),
    )
    op.create_table(
        "alert",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("rule", sa.String(length=32), nullable=False),
        sa.Column("rule_version", sa.Integer(), nullable=False),
        sa.Column("settings_number", sa.Integer(), nullable=False),
        sa.Column("priority", sa.String(length=32), nullable=False),
        sa.Column("audience", sa.String(length=32), nullable=False),
        sa.Column("source_kind", sa.String(length=32), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("source_part", sa.String(length=60), nullable=False),
        sa.Column("source_version", sa.Integer(), nullable=False),
        sa.Column("finding", sa.String(length=64), nullable=False),
        sa.Column(
            "payload",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "made_of",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
        ),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "client_id"],
            ["client.practice_id", "client.id"],
            name=op.f("fk_alert_practice_id_client_id"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_alert")),
        sa.UniqueConstraint(
            "practice_id",
            "source_id",
            "source_part",
            "rule",
            "finding",
            name=op.f("uq_alert_practice_id_source_id_source_part_rule_finding"),
        ),
    )
    with op.batch_alter_table("alert", schema=None) as batch_op:
        batch_op.create_index(
            "ix_alert_client", ["practice_id", "client_id", "id"], unique=False
        )
        batch_op.create_index("ix_alert_rule", ["rule", "raised_at"], unique=False)

    op.create_table(
        "alert_acknowledgement",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("alert_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("outcome", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "alert_id"],
            ["alert.practice_id", "alert.id"],
            name=op.f("fk_alert_acknowledgement_practice_id_alert_id"),
        ),
        sa.PrimaryKeyConstraint(
            "practice_id", "id", name=op.f("pk_alert_acknowledgement")
        ),
        sa.UniqueConstraint(
            "practice_id",
            "alert_id",
            "staff_id",
            "outcome",
            name=op.f("uq_alert_acknowledgement_practice_id_alert_id_staff_id_outcome"),
        ),
    )
    op.create_table(
        "alert_share",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("alert_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "alert_id"],
            ["alert.practice_id", "alert.id"],
            name=op.f("fk_alert_share_practice_id_alert_id"),
        ),
        sa.PrimaryKeyConstraint(
            "practice_id", "alert_id", "number", name=op.f("pk_alert_share")
        ),
    )

    for table in FROZEN:
        op.execute(_trigger(table))


def downgrade() -> None:
    _wait_briefly()
    op.drop_table("alert_share")
    op.drop_table("alert_acknowledgement")
    with op.batch_alter_table("alert", schema=None) as batch_op:
        batch_op.drop_index("ix_alert_rule")
        batch_op.drop_index("ix_alert_client")

    op.drop_table("alert")
    op.drop_table("safety_settings")


def _wait_briefly() -> None:
    # A migration that queues for a lock makes everybody behind it wait as well.
    if op.get_context().dialect.name == "postgresql":
        op.execute("SET LOCAL lock_timeout = '5s'")


def _trigger(table: str) -> str:
    head = f"CREATE TRIGGER frozen_{table} BEFORE UPDATE ON {table} FOR EACH ROW"
    if op.get_context().dialect.name == "postgresql":
        return f"{head} EXECUTE FUNCTION refuse_change()"
    return f"{head} BEGIN SELECT RAISE(ABORT, 'this row stays as it was'); END"
