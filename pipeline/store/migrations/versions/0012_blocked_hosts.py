"""Hosts that the operator has blocked."""

import sqlalchemy as sa
from alembic import op

revision = "0012_blocked_hosts"
down_revision = "0011_spending"


def upgrade() -> None:
    op.create_table(
        "blocked_hosts",
        sa.Column("host", sa.Text, primary_key=True),
        sa.Column("since", sa.Text, nullable=False),
    )
