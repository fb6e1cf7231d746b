"""What was spent, by day; of the days before, what the reports of runs and batches say."""

import json
from collections import Counter

import sqlalchemy as sa
from alembic import op

revision = "0011_spending"
down_revision = "0010_page_tokens"

COLUMNS = ("model_calls", "prompt_tokens", "completion_tokens")


def upgrade() -> None:
    spending = op.create_table(
        "spending",
        sa.Column("date", sa.Text, primary_key=True),
        sa.Column("calls", sa.Integer, nullable=False),
        sa.Column("prompt_tokens", sa.BigInteger, nullable=False),
        sa.Column("completion_tokens", sa.BigInteger, nullable=False),
        sa.Column("money", sa.Double),
    )
    days: dict[str, Counter[str]] = {}
    for table in ("runs", "batches"):
        for (record,) in op.get_bind().execute(sa.text(f"SELECT record FROM {table} ORDER BY id")):  # noqa: S608 - ours
            report = json.loads(record)
            day = days.setdefault(report["started_at"][:10], Counter())
            for name in COLUMNS:  # what they cost is told by the prices of whoever looks
                of_threads = sum(thread.get(name, 0) for thread in report.get("threads", ()))
                day[name] += report.get(name, 0) - of_threads
    rows = [
        {"date": date, "calls": day[COLUMNS[0]], **{name: day[name] for name in COLUMNS[1:]}}
        for date, day in sorted(days.items())
        if day[COLUMNS[0]]
    ]
    if rows:
        op.bulk_insert(spending, rows)
