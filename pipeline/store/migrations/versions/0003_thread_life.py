"""A thread's state has a reason and a day; an item's place in a thread has a verdict: whether it can matter there."""

import sqlalchemy as sa
from alembic import op

revision = "0003_thread_life"
down_revision = "0002_endpoint_facts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("threads", sa.Column("state_since", sa.Text))
    op.add_column("threads", sa.Column("state_reason", sa.Text))
    op.add_column("thread_items", sa.Column("verdict", sa.Text))
