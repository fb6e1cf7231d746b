"""A token for each thread that tells whether anything of it changed; indexes for what every run looks up."""

import sqlalchemy as sa
from alembic import op

from pipeline.store import tokens

revision = "0010_page_tokens"
down_revision = "0009_language"

INDEXES = {
    "thread_items": (["item"], ["thread", "position"]),
    "fetches": (["item", "position"],),
    "snapshots": (["item", "position"], ["position"]),
    "extractions": (["snapshot", "position"], ["position"]),
    "versions": (["made_at"],),
    "runs": (["started_at"],),
    "batches": (["started_at"],),
}
TOUCHING = (
    "threads",
    "thread_items",
    "items",
    "fetches",
    "snapshots",
    "extractions",
    "cited_sentences",
    "versions",
    "days",
)


def upgrade() -> None:
    op.create_table(
        "page_tokens",
        sa.Column("thread", sa.Text, primary_key=True),
        sa.Column("token", sa.BigInteger, nullable=False),
    )
    op.add_column("threads", sa.Column("settled_token", sa.BigInteger))
    for table, indexes in INDEXES.items():
        for columns in indexes:
            op.create_index(f"ix_{table}_{'_'.join(columns)}", table, columns)
    for table in ("snapshots", "extractions"):  # the new ones begin with the same column
        op.drop_index(f"ix_{table}_{'item' if table == 'snapshots' else 'snapshot'}", table)
    connection = op.get_bind()
    for statement in tokens.statements(connection.dialect.name, *TOUCHING):
        op.execute(sa.text(statement))
    op.execute(sa.text("UPDATE threads SET title = title"))  # each draws its first
