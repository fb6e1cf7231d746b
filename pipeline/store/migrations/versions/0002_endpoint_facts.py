"""What is found out about an endpoint is kept: the rung that works there, its context, whether it counts."""

import sqlalchemy as sa
from alembic import op

revision = "0002_endpoint_facts"
down_revision = "0001_first_store"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "endpoint_facts",
        sa.Column("endpoint", sa.Text, primary_key=True),
        sa.Column("model", sa.Text, primary_key=True),
        sa.Column("record", sa.Text, nullable=False),
    )
