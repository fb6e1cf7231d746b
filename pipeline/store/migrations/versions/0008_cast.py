"""Sentences that a page cites and no claim consists of, recorded as claims; what the operator said of a cast."""

import sqlalchemy as sa
from alembic import op

revision = "0008_cast"
down_revision = "0007_entries"


def upgrade() -> None:
    op.create_table(
        "cited_sentences",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("snapshot", sa.Text, sa.ForeignKey("snapshots.id"), nullable=False, index=True),
        sa.Column("record", sa.Text, nullable=False),
    )
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    for deed in ("UPDATE", "DELETE"):
        refused = (
            "FOR EACH STATEMENT EXECUTE FUNCTION never_change('cited_sentences')"
            if on_postgresql
            else "BEGIN SELECT RAISE(ABORT, 'cited_sentences never change: add a new one'); END"
        )
        op.execute(f"CREATE TRIGGER cited_sentences_no_{deed.lower()} BEFORE {deed} ON cited_sentences {refused}")
    op.create_table(
        "cast_decisions",
        sa.Column("thread", sa.Text, sa.ForeignKey("threads.slug"), primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("record", sa.Text, nullable=False),
    )
