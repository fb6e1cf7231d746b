"""What an operator says of one thread: settings of its own, as JSON; what is corrected on its page."""

import sqlalchemy as sa
from alembic import op

from pipeline.store import tokens

revision = "0014_operator"
down_revision = "0013_outbox"


def upgrade() -> None:
    op.add_column("threads", sa.Column("settings", sa.Text))
    op.create_table(
        "corrections",
        sa.Column("thread", sa.Text, sa.ForeignKey("threads.slug"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("record", sa.Text, nullable=False),
    )
    for statement in tokens.statements(op.get_bind().dialect.name, "corrections"):
        op.execute(sa.text(statement))
