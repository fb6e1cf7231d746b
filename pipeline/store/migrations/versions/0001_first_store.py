"""The first store: threads, items and what was read, claimed, written and paid for."""

import sqlalchemy as sa
from alembic import op

revision = "0001_first_store"
down_revision = None
branch_labels = None
depends_on = None

_NEVER_CHANGE = ("snapshots", "extractions", "claims", "source_numbers", "versions")

_REFUSES = """
CREATE FUNCTION never_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% never change: add a new one', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation';
END $$
"""


def upgrade() -> None:
    op.create_table(
        "threads",
        sa.Column("slug", sa.Text, primary_key=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("created_at", sa.Text, nullable=False),
    )
    op.create_table(
        "thread_sources",
        sa.Column("thread", sa.Text, sa.ForeignKey("threads.slug"), primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
    )
    op.create_table(
        "items",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("host", sa.Text, nullable=False, index=True),
        sa.Column("copy_of", sa.Text, sa.ForeignKey("items.id"), index=True),
        sa.Column("record", sa.Text, nullable=False),
    )
    op.create_table(
        "thread_items",
        sa.Column("thread", sa.Text, sa.ForeignKey("threads.slug"), primary_key=True),
        sa.Column("item", sa.Text, sa.ForeignKey("items.id"), primary_key=True),
        sa.Column("position", sa.Integer, nullable=False),
    )
    op.create_table(
        "fetches",
        sa.Column("item", sa.Text, sa.ForeignKey("items.id"), primary_key=True),
        sa.Column("digest", sa.Text, primary_key=True),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("final_url", sa.Text, nullable=False),
        sa.Column("fetched_at", sa.Text, nullable=False),
        sa.Column("media_type", sa.Text, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    for table, parent, of in (
        ("snapshots", "items", "item"),
        ("extractions", "snapshots", "snapshot"),
        ("claims", "extractions", "extraction"),
    ):
        op.create_table(
            table,
            sa.Column("id", sa.Text, primary_key=True),
            sa.Column(of, sa.Text, sa.ForeignKey(f"{parent}.id"), nullable=False, index=True),
            sa.Column("position", sa.Integer, nullable=False),
            sa.Column("record", sa.Text, nullable=False),
        )
    op.create_table(
        "source_numbers",
        sa.Column("thread", sa.Text, sa.ForeignKey("threads.slug"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("item", sa.Text, sa.ForeignKey("items.id"), nullable=False),
        sa.UniqueConstraint("thread", "item"),
    )
    op.create_table(
        "versions",
        sa.Column("thread", sa.Text, sa.ForeignKey("threads.slug"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("made_at", sa.Text, nullable=False),
        sa.Column("record", sa.Text, nullable=False),
    )
    op.create_table(
        "runs",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("thread", sa.Text, sa.ForeignKey("threads.slug"), nullable=False, index=True),
        sa.Column("started_at", sa.Text, nullable=False),
        sa.Column("record", sa.Text, nullable=False),
    )
    op.create_table(
        "replies",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("attempt", sa.Integer, primary_key=True),
        sa.Column("request", sa.Text, nullable=False),
        sa.Column("reply", sa.Text, nullable=False),
        sa.Column("rejected", sa.Text),
    )
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    if on_postgresql:
        op.execute(_REFUSES)
    for table in _NEVER_CHANGE:
        for deed in ("UPDATE", "DELETE"):
            refused = (
                f"FOR EACH STATEMENT EXECUTE FUNCTION never_change('{table}')"
                if on_postgresql
                else f"BEGIN SELECT RAISE(ABORT, '{table} never change: add a new one'); END"
            )
            op.execute(f"CREATE TRIGGER {table}_no_{deed.lower()} BEFORE {deed} ON {table} {refused}")
