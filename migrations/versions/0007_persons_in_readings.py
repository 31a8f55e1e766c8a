"""Which person a reading is about, and whether the client wishes to see numbers.

Runs that are there already are about nobody known: what they say of a person can only be
read again out of their answers, by the version they were done under.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    document = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    with op.batch_alter_table("completion", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("by_person", document, nullable=False, server_default="{}")
        )
        batch_op.add_column(
            sa.Column(
                "hides_persons", sa.Boolean(), nullable=False, server_default=sa.false()
            )
        )
    with op.batch_alter_table("client", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "hides_numbers", sa.Boolean(), nullable=False, server_default=sa.false()
            )
        )
    with op.batch_alter_table("completion", schema=None) as batch_op:
        batch_op.alter_column("by_person", server_default=None)
        batch_op.alter_column("hides_persons", server_default=None)
    with op.batch_alter_table("client", schema=None) as batch_op:
        batch_op.alter_column("hides_numbers", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("client", schema=None) as batch_op:
        batch_op.drop_column("hides_numbers")
    with op.batch_alter_table("completion", schema=None) as batch_op:
        batch_op.drop_column("hides_persons")
        batch_op.drop_column("by_person")
