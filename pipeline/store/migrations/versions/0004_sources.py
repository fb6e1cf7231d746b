"""How the places that threads look at have answered; what a server said of the bytes it sent; searches as places."""

import sqlalchemy as sa
from alembic import op

revision = "0004_sources"
down_revision = "0003_thread_life"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sources", sa.Column("address", sa.Text, primary_key=True), sa.Column("record", sa.Text, nullable=False)
    )
    op.add_column("fetches", sa.Column("etag", sa.Text))
    op.add_column("fetches", sa.Column("last_modified", sa.Text))
    op.add_column("fetches", sa.Column("charset", sa.Text))
    op.execute("ALTER TABLE thread_sources RENAME COLUMN url TO address")
