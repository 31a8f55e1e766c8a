"""Initial."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _wait_briefly()
    op.create_table(
        "completion_part",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("completion_id", sa.Uuid(), nullable=False),
        sa.Column("part", sa.String(length=40), nullable=False),
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("terms_revision", sa.Integer(), nullable=False),
        sa.Column("exercise_version_id", sa.Uuid(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=True),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint(
            "practice_id",
            "client_id",
            "completion_id",
            "part",
            name=op.f("pk_completion_part"),
        ),
    )
    op.create_table(
        "invitation",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column(
            "roles",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
        ),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_invitation_code_hash")),
    )
    op.create_table(
        "journal_entry",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_kind", sa.String(length=16), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("device_id", sa.Uuid(), nullable=True),
        sa.Column("verb", sa.String(length=48), nullable=False),
        sa.Column("subject_kind", sa.String(length=32), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_journal_entry")),
    )
    with op.batch_alter_table("journal_entry", schema=None) as batch_op:
        batch_op.create_index(
            "ix_journal_entry_client", ["practice_id", "client_id", "id"], unique=False
        )

    op.create_table(
        "practice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice")),
        sa.UniqueConstraint("slug", name=op.f("uq_practice_slug")),
    )
    op.create_table(
        "sharing_change",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("completion_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "seen",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
        ),
        sa.Column("level", sa.String(length=32), nullable=False),
        sa.Column(
            "kept_back",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint(
            "practice_id",
            "client_id",
            "completion_id",
            "id",
            name=op.f("pk_sharing_change"),
        ),
    )
    op.create_table(
        "sign_in",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("current_refresh", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_sign_in")),
    )
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.create_index(
            "ix_sign_in_device", ["practice_id", "device_id"], unique=False
        )
        batch_op.create_index(
            "ix_sign_in_person", ["practice_id", "person_id"], unique=False
        )

    op.create_table(
        "throttle",
        sa.Column("bucket", sa.LargeBinary(), nullable=False),
        sa.Column("window_ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("bucket", name=op.f("pk_throttle")),
    )
    op.create_table(
        "used_assertion",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("jti_hash", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint(
            "practice_id", "device_id", "jti_hash", name=op.f("pk_used_assertion")
        ),
    )
    with op.batch_alter_table("used_assertion", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_used_assertion_expires_at"), ["expires_at"], unique=False
        )

    op.create_table(
        "access_token",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("sign_in_id", sa.Uuid(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "sign_in_id"],
            ["sign_in.practice_id", "sign_in.id"],
            name=op.f("fk_access_token_practice_id_sign_in_id"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "hash", name=op.f("pk_access_token")),
    )
    with op.batch_alter_table("access_token", schema=None) as batch_op:
        batch_op.create_index("ix_access_token_expires", ["expires_at"], unique=False)
        batch_op.create_index(
            "ix_access_token_sign_in", ["practice_id", "sign_in_id"], unique=False
        )

    op.create_table(
        "client",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("nickname", sa.String(length=120), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("locale", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("change_seq", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_client_practice_id")
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_client")),
    )
    op.create_table(
        "exercise",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("origin", sa.String(length=32), nullable=False),
        sa.Column("forked_from", sa.String(length=60), nullable=True),
        sa.Column("forked_number", sa.Integer(), nullable=True),
        sa.Column("modality", sa.String(length=40), nullable=True),
        sa.Column("phase", sa.String(length=16), nullable=True),
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
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_exercise_practice_id")
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_exercise")),
        sa.UniqueConstraint(
            "practice_id", "slug", name=op.f("uq_exercise_practice_id_slug")
        ),
    )
    op.create_table(
        "refresh_token",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("sign_in_id", sa.Uuid(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("parent", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["practice_id", "sign_in_id"],
            ["sign_in.practice_id", "sign_in.id"],
            name=op.f("fk_refresh_token_practice_id_sign_in_id"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "hash", name=op.f("pk_refresh_token")),
    )
    with op.batch_alter_table("refresh_token", schema=None) as batch_op:
        batch_op.create_index(
            "ix_refresh_token_sign_in", ["practice_id", "sign_in_id"], unique=False
        )

    op.create_table(
        "staff",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_staff_practice_id")
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_staff")),
    )
    op.create_table(
        "assignment",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("offered_by", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("agreed_revision", sa.Integer(), nullable=True),
        sa.Column("offered_revision", sa.Integer(), nullable=True),
        sa.Column("counter_revision", sa.Integer(), nullable=True),
        sa.Column("latest_revision", sa.Integer(), nullable=False),
        sa.Column("shown_revision", sa.Integer(), nullable=False),
        sa.Column("may_do", sa.Boolean(), nullable=False),
        sa.Column("may_remind", sa.Boolean(), nullable=False),
        sa.Column("may_share", sa.Boolean(), nullable=False),
        sa.Column(
            "counter_grants",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=True,
        ),
        sa.Column("paused_by", sa.String(length=32), nullable=True),
        sa.Column("is_held", sa.Boolean(), nullable=False),
        sa.Column("not_now_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lapses_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_seq", sa.Integer(), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "client_id"],
            ["client.practice_id", "client.id"],
            name=op.f("fk_assignment_practice_id_client_id"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_assignment")),
    )
    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.create_index(
            "ix_assignment_change",
            ["practice_id", "client_id", "changed_seq"],
            unique=False,
        )
        batch_op.create_index(
            "ix_assignment_client", ["practice_id", "client_id", "id"], unique=False
        )
        batch_op.create_index(
            "ix_assignment_lapse", ["state", "lapses_at"], unique=False
        )

    op.create_table(
        "care_tie",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["practice_id", "client_id"],
            ["client.practice_id", "client.id"],
            name=op.f("fk_care_tie_practice_id_client_id"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "staff_id"],
            ["staff.practice_id", "staff.id"],
            name=op.f("fk_care_tie_practice_id_staff_id"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_care_tie")),
    )
    with op.batch_alter_table("care_tie", schema=None) as batch_op:
        batch_op.create_index(
            "ix_care_tie_client", ["practice_id", "client_id"], unique=False
        )
        batch_op.create_index(
            "ix_care_tie_staff", ["practice_id", "staff_id", "client_id"], unique=False
        )

    op.create_table(
        "credential",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("login", sa.String(length=120), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("totp_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("totp_last_step", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "id"],
            ["staff.practice_id", "staff.id"],
            name=op.f("fk_credential_practice_id_id"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_credential")),
        sa.UniqueConstraint(
            "practice_id", "login", name=op.f("uq_credential_practice_id_login")
        ),
    )
    op.create_table(
        "device",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column(
            "public_key",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
        ),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["practice_id", "client_id"],
            ["client.practice_id", "client.id"],
            name=op.f("fk_device_practice_id_client_id"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_device")),
    )
    with op.batch_alter_table("device", schema=None) as batch_op:
        batch_op.create_index(
            "ix_device_client", ["practice_id", "client_id"], unique=False
        )

    op.create_table(
        "enrolment_code",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["practice_id", "client_id"],
            ["client.practice_id", "client.id"],
            name=op.f("fk_enrolment_code_practice_id_client_id"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_enrolment_code")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_enrolment_code_code_hash")),
    )
    op.create_table(
        "exercise_label",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("exercise_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("value", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "exercise_id"],
            ["exercise.practice_id", "exercise.id"],
            name=op.f("fk_exercise_label_practice_id_exercise_id"),
        ),
        sa.PrimaryKeyConstraint(
            "practice_id",
            "exercise_id",
            "kind",
            "value",
            name=op.f("pk_exercise_label"),
        ),
    )
    with op.batch_alter_table("exercise_label", schema=None) as batch_op:
        batch_op.create_index(
            "ix_exercise_label_value", ["practice_id", "kind", "value"], unique=False
        )

    op.create_table(
        "exercise_version",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("exercise_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "document",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
        ),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("change", sa.String(length=32), nullable=True),
        sa.Column("wording_fix", sa.Boolean(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["practice_id", "exercise_id"],
            ["exercise.practice_id", "exercise.id"],
            name=op.f("fk_exercise_version_practice_id_exercise_id"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_exercise_version")),
        sa.UniqueConstraint(
            "practice_id",
            "exercise_id",
            "number",
            name=op.f("uq_exercise_version_practice_id_exercise_id_number"),
        ),
    )
    op.create_table(
        "membership",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "roles",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["practice_id", "id"],
            ["staff.practice_id", "staff.id"],
            name=op.f("fk_membership_practice_id_id"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_membership")),
    )
    op.create_table(
        "person_alias",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("nickname", sa.String(length=120), nullable=False),
        sa.Column("standing", sa.String(length=32), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_seq", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "client_id"],
            ["client.practice_id", "client.id"],
            name=op.f("fk_person_alias_practice_id_client_id"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_person_alias")),
    )
    with op.batch_alter_table("person_alias", schema=None) as batch_op:
        batch_op.create_index(
            "ix_person_alias_client", ["practice_id", "client_id"], unique=False
        )

    op.create_table(
        "separation",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("one_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["practice_id", "one_id"],
            ["client.practice_id", "client.id"],
            name=op.f("fk_separation_practice_id_one_id"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "other_id"],
            ["client.practice_id", "client.id"],
            name=op.f("fk_separation_practice_id_other_id"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_separation")),
        sa.UniqueConstraint(
            "practice_id",
            "one_id",
            "other_id",
            name=op.f("uq_separation_practice_id_one_id_other_id"),
        ),
    )
    op.create_table(
        "zone_change",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "client_id"],
            ["client.practice_id", "client.id"],
            name=op.f("fk_zone_change_practice_id_client_id"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_zone_change")),
    )
    with op.batch_alter_table("zone_change", schema=None) as batch_op:
        batch_op.create_index(
            "ix_zone_change_client",
            ["practice_id", "client_id", "from_at"],
            unique=False,
        )

    op.create_table(
        "anchor_event",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("completion_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "assignment_id"],
            ["assignment.practice_id", "assignment.id"],
            name=op.f("fk_anchor_event_practice_id_assignment_id"),
        ),
        sa.PrimaryKeyConstraint(
            "practice_id",
            "assignment_id",
            "completion_id",
            name=op.f("pk_anchor_event"),
        ),
    )
    op.create_table(
        "assignment_move",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("verb", sa.String(length=32), nullable=False),
        sa.Column("actor", sa.String(length=32), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("device_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("recorded", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=True),
        sa.Column("replaces", sa.Integer(), nullable=True),
        sa.Column(
            "grants",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=True,
        ),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("took_effect", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=True),
        sa.Column("reason_shared", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "assignment_id"],
            ["assignment.practice_id", "assignment.id"],
            name=op.f("fk_assignment_move_practice_id_assignment_id"),
        ),
        sa.PrimaryKeyConstraint(
            "practice_id", "assignment_id", "id", name=op.f("pk_assignment_move")
        ),
    )
    op.create_table(
        "completion",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("terms_revision", sa.Integer(), nullable=False),
        sa.Column("occurrence", sa.String(length=64), nullable=True),
        sa.Column("exercise_id", sa.Uuid(), nullable=False),
        sa.Column("exercise_version_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("ended_by_choice", sa.Boolean(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=True),
        sa.Column("save", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column(
            "points",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
        ),
        sa.Column("fraction_done", sa.Float(), nullable=False),
        sa.Column("required_count", sa.Integer(), nullable=False),
        sa.Column("default_level", sa.String(length=32), nullable=False),
        sa.Column("level", sa.String(length=32), nullable=False),
        sa.Column(
            "kept_back",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "hidden_points",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "choices",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
        ),
        sa.Column("shared_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_seq", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "assignment_id"],
            ["assignment.practice_id", "assignment.id"],
            name=op.f("fk_completion_practice_id_assignment_id"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_completion")),
    )
    with op.batch_alter_table("completion", schema=None) as batch_op:
        batch_op.create_index(
            "ix_completion_assignment",
            ["practice_id", "assignment_id", "id"],
            unique=False,
        )
        batch_op.create_index(
            "ix_completion_change",
            ["practice_id", "client_id", "changed_seq"],
            unique=False,
        )
        batch_op.create_index(
            "ix_completion_list", ["practice_id", "client_id", "id"], unique=False
        )
        batch_op.create_index(
            "ix_completion_progress",
            ["practice_id", "client_id", "exercise_id", "ended_at"],
            unique=False,
        )

    op.create_table(
        "occurrence_answer",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("occurrence", sa.String(length=64), nullable=False),
        sa.Column("answer", sa.String(length=32), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("recorded", sa.Integer(), nullable=False),
        sa.Column("holds", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=True),
        sa.Column("reason_shared", sa.Boolean(), nullable=False),
        sa.Column("changed_seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "assignment_id"],
            ["assignment.practice_id", "assignment.id"],
            name=op.f("fk_occurrence_answer_practice_id_assignment_id"),
        ),
        sa.PrimaryKeyConstraint(
            "practice_id", "assignment_id", "id", name=op.f("pk_occurrence_answer")
        ),
    )
    with op.batch_alter_table("occurrence_answer", schema=None) as batch_op:
        batch_op.create_index(
            "ix_occurrence_answer_change",
            ["practice_id", "client_id", "changed_seq"],
            unique=False,
        )

    op.create_table(
        "terms_revision",
        sa.Column("practice_id", sa.Uuid(), nullable=False),
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("plan", sa.Integer(), nullable=False),
        sa.Column("proposed_by", sa.String(length=32), nullable=False),
        sa.Column("proposer_id", sa.Uuid(), nullable=False),
        sa.Column("is_material", sa.Boolean(), nullable=False),
        sa.Column("exercise_id", sa.Uuid(), nullable=False),
        sa.Column("exercise_version_id", sa.Uuid(), nullable=False),
        sa.Column(
            "terms",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
        ),
        sa.Column("hangs_on", sa.String(length=60), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "assignment_id"],
            ["assignment.practice_id", "assignment.id"],
            name=op.f("fk_terms_revision_practice_id_assignment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "exercise_version_id"],
            ["exercise_version.practice_id", "exercise_version.id"],
            name=op.f("fk_terms_revision_practice_id_exercise_version_id"),
        ),
        sa.PrimaryKeyConstraint(
            "practice_id", "assignment_id", "number", name=op.f("pk_terms_revision")
        ),
    )
    with op.batch_alter_table("terms_revision", schema=None) as batch_op:
        batch_op.create_index(
            "ix_terms_revision_hangs_on",
            ["practice_id", "client_id", "hangs_on"],
            unique=False,
        )
        batch_op.create_index(
            "ix_terms_revision_version",
            ["practice_id", "exercise_version_id"],
            unique=False,
        )


def downgrade() -> None:
    _wait_briefly()
    with op.batch_alter_table("terms_revision", schema=None) as batch_op:
        batch_op.drop_index("ix_terms_revision_version")
        batch_op.drop_index("ix_terms_revision_hangs_on")

    op.drop_table("terms_revision")
    with op.batch_alter_table("occurrence_answer", schema=None) as batch_op:
        batch_op.drop_index("ix_occurrence_answer_change")

    op.drop_table("occurrence_answer")
    with op.batch_alter_table("completion", schema=None) as batch_op:
        batch_op.drop_index("ix_completion_progress")
        batch_op.drop_index("ix_completion_list")
        batch_op.drop_index("ix_completion_change")
        batch_op.drop_index("ix_completion_assignment")

    op.drop_table("completion")
    op.drop_table("assignment_move")
    op.drop_table("anchor_event")
    with op.batch_alter_table("zone_change", schema=None) as batch_op:
        batch_op.drop_index("ix_zone_change_client")

    op.drop_table("zone_change")
    op.drop_table("separation")
    with op.batch_alter_table("person_alias", schema=None) as batch_op:
        batch_op.drop_index("ix_person_alias_client")

    op.drop_table("person_alias")
    op.drop_table("membership")
    op.drop_table("exercise_version")
    with op.batch_alter_table("exercise_label", schema=None) as batch_op:
        batch_op.drop_index("ix_exercise_label_value")

    op.drop_table("exercise_label")
    op.drop_table("enrolment_code")
    with op.batch_alter_table("device", schema=None) as batch_op:
        batch_op.drop_index("ix_device_client")

    op.drop_table("device")
    op.drop_table("credential")
    with op.batch_alter_table("care_tie", schema=None) as batch_op:
        batch_op.drop_index("ix_care_tie_staff")
        batch_op.drop_index("ix_care_tie_client")

    op.drop_table("care_tie")
    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.drop_index("ix_assignment_lapse")
        batch_op.drop_index("ix_assignment_client")
        batch_op.drop_index("ix_assignment_change")

    op.drop_table("assignment")
    op.drop_table("staff")
    with op.batch_alter_table("refresh_token", schema=None) as batch_op:
        batch_op.drop_index("ix_refresh_token_sign_in")

    op.drop_table("refresh_token")
    op.drop_table("exercise")
    op.drop_table("client")
    with op.batch_alter_table("access_token", schema=None) as batch_op:
        batch_op.drop_index("ix_access_token_sign_in")
        batch_op.drop_index("ix_access_token_expires")

    op.drop_table("access_token")
    with op.batch_alter_table("used_assertion", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_used_assertion_expires_at"))

    op.drop_table("used_assertion")
    op.drop_table("throttle")
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.drop_index("ix_sign_in_person")
        batch_op.drop_index("ix_sign_in_device")

    op.drop_table("sign_in")
    op.drop_table("sharing_change")
    op.drop_table("practice")
    with op.batch_alter_table("journal_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_journal_entry_client")

    op.drop_table("journal_entry")
    op.drop_table("invitation")
    op.drop_table("completion_part")


def _wait_briefly() -> None:
    # A migration that queues for a lock makes everybody behind it wait as well.
    if op.get_context().dialect.name == "postgresql":
        op.execute("SET LOCAL lock_timeout = '5s'")
