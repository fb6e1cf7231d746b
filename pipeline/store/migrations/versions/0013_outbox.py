"""What an operator is to be told, and how far that is."""

import sqlalchemy as sa
from alembic import op

revision = "0013_outbox"
down_revision = "0012_blocked_hosts"


def upgrade() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("channel", sa.Text, primary_key=True),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("thread", sa.Text),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("record", sa.Text, nullable=False),
    )
    op.create_index("ix_outbox_state", "outbox", ["state"])
