"""What was spent, by run; of the days before, by day alone."""

import sqlalchemy as sa
from alembic import op

revision = "0016_spending_of_runs"
down_revision = "0015_workers"


def upgrade() -> None:
    days = op.get_bind().execute(sa.text("SELECT * FROM spending")).mappings().all()
    op.drop_table("spending")
    spending = op.create_table(
        "spending",
        sa.Column("thread", sa.Text, primary_key=True),
        sa.Column("started_at", sa.Text, primary_key=True),
        sa.Column("in_batch", sa.Boolean, nullable=False),
        sa.Column("calls", sa.Integer, nullable=False),
        sa.Column("prompt_tokens", sa.BigInteger, nullable=False),
        sa.Column("completion_tokens", sa.BigInteger, nullable=False),
        sa.Column("money", sa.Double),
    )
    op.create_index("ix_spending_started_at", "spending", ["started_at"])
    rows = [{**day, "thread": "", "started_at": day["date"], "in_batch": False} for day in days]
    if rows:
        op.bulk_insert(spending, [{name: row[name] for name in spending.c.keys()} for row in rows])  # noqa: SIM118 - columns
