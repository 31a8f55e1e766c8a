"""Every table as the rooms declare it, until the first release fixes them."""

from alembic import op
from sqlmodel import SQLModel

import api.all_tables  # noqa: F401 - importing it fills the metadata

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    SQLModel.metadata.create_all(op.get_bind())


def downgrade() -> None:
    SQLModel.metadata.drop_all(op.get_bind())
