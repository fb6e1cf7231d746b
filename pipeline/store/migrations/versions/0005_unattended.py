"""Watched feeds and what they brought, batches, days; what a thread has taken in; answers that are awaited."""

import sqlalchemy as sa
from alembic import op

revision = "0005_unattended"
down_revision = "0004_sources"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("threads", sa.Column("merged_into", sa.Text))
    op.add_column("threads", sa.Column("settled", sa.Text))
    op.add_column("thread_sources", sa.Column("taken", sa.Text))
    op.create_table("watched", sa.Column("address", sa.Text, primary_key=True), sa.Column("taken", sa.Text))
    op.create_table(
        "arrivals",
        sa.Column("item", sa.Text, sa.ForeignKey("items.id"), primary_key=True),
        sa.Column("came_at", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False, index=True),
        sa.Column("record", sa.Text, nullable=False),
    )
    op.create_table(
        "batches",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("started_at", sa.Text, nullable=False),
        sa.Column("record", sa.Text, nullable=False),
    )
    op.create_table("days", sa.Column("date", sa.Text, primary_key=True), sa.Column("record", sa.Text, nullable=False))
    op.create_table(
        "awaited",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("thread", sa.Text),
        sa.Column("request", sa.Text, nullable=False),
        sa.Column("job", sa.Text, index=True),
    )
