"""Entries of feeds, which are told by feed and guid; whose words some bytes are."""

import sqlalchemy as sa
from alembic import op

revision = "0007_entries"
down_revision = "0006_many_machines"


def upgrade() -> None:
    op.create_table(
        "feed_entries",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("item", sa.Text, sa.ForeignKey("items.id"), nullable=False, index=True),
        sa.Column("record", sa.Text, nullable=False),
    )
    op.add_column("fetches", sa.Column("text_from", sa.Text))
