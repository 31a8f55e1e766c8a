"""What a therapist has looked at and said, markers of sessions, notes of withdrawals."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _wait_briefly()
    op.create_table(
        "session_marker",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("exercise_version_id", sa.Uuid(), nullable=False),
        sa.Column(
            "document",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "points",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
        ),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "client_id"],
            ["client.practice_id", "client.id"],
            name=op.f("fk_session_marker_practice_id_client_id"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "exercise_version_id"],
            ["exercise_version.practice_id", "exercise_version.id"],
            name=op.f("fk_session_marker_practice_id_exercise_version_id"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_session_marker")),
    )
    with op.batch_alter_table("session_marker", schema=None) as batch_op:
        batch_op.create_index(
            "ix_session_marker_client", ["practice_id", "client_id", "id"], unique=False
        )

    op.create_table(
        "withdrawal_note",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "assignment_id"],
            ["assignment.practice_id", "assignment.id"],
            name=op.f("fk_withdrawal_note_practice_id_assignment_id"),
        ),
        sa.PrimaryKeyConstraint(
            "practice_id", "assignment_id", name=op.f("pk_withdrawal_note")
        ),
    )
    with op.batch_alter_table("withdrawal_note", schema=None) as batch_op:
        batch_op.create_index(
            "ix_withdrawal_note_client", ["practice_id", "client_id"], unique=False
        )

    op.create_table(
        "comment",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("completion_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.String(length=2000), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["practice_id", "author_id"],
            ["staff.practice_id", "staff.id"],
            name=op.f("fk_comment_practice_id_author_id"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "completion_id"],
            ["completion.practice_id", "completion.id"],
            name=op.f("fk_comment_practice_id_completion_id"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_comment")),
    )
    with op.batch_alter_table("comment", schema=None) as batch_op:
        batch_op.create_index(
            "ix_comment_client", ["practice_id", "client_id", "id"], unique=False
        )
        batch_op.create_index(
            "ix_comment_completion",
            ["practice_id", "completion_id", "id"],
            unique=False,
        )

    op.create_table(
        "look",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("completion_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "completion_id"],
            ["completion.practice_id", "completion.id"],
            name=op.f("fk_look_practice_id_completion_id"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "staff_id"],
            ["staff.practice_id", "staff.id"],
            name=op.f("fk_look_practice_id_staff_id"),
        ),
        sa.PrimaryKeyConstraint(
            "practice_id", "completion_id", "staff_id", name=op.f("pk_look")
        ),
    )
    with op.batch_alter_table("look", schema=None) as batch_op:
        batch_op.create_index(
            "ix_look_client", ["practice_id", "client_id"], unique=False
        )


def downgrade() -> None:
    _wait_briefly()
    with op.batch_alter_table("look", schema=None) as batch_op:
        batch_op.drop_index("ix_look_client")

    op.drop_table("look")
    with op.batch_alter_table("comment", schema=None) as batch_op:
        batch_op.drop_index("ix_comment_completion")
        batch_op.drop_index("ix_comment_client")

    op.drop_table("comment")
    with op.batch_alter_table("withdrawal_note", schema=None) as batch_op:
        batch_op.drop_index("ix_withdrawal_note_client")

    op.drop_table("withdrawal_note")
    with op.batch_alter_table("session_marker", schema=None) as batch_op:
        batch_op.drop_index("ix_session_marker_client")

    op.drop_table("session_marker")


def _wait_briefly() -> None:
    # A migration that queues for a lock makes everybody behind it wait as well.
    if op.get_context().dialect.name == "postgresql":
        op.execute("SET LOCAL lock_timeout = '5s'")
