"""What a thread has otherwise than its home: settings of its own, as JSON."""

import sqlalchemy as sa
from alembic import op

revision = "0013_operator"
down_revision = "0012_blocked_hosts"


def upgrade() -> None:
    op.add_column("threads", sa.Column("settings", sa.Text))
