"""${message}."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
${imports if imports else ""}

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    _wait_briefly()
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    _wait_briefly()
    ${downgrades if downgrades else "pass"}


def _wait_briefly() -> None:
    # A migration that queues for a lock makes everybody behind it wait as well.
    if op.get_context().dialect.name == "postgresql":
        op.execute("SET LOCAL lock_timeout = '5s'")
