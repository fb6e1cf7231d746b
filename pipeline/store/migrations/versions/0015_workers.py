"""Workers, and what each says that it does."""

import sqlalchemy as sa
from alembic import op

revision = "0015_workers"
down_revision = "0014_operator"


def upgrade() -> None:
    op.create_table(
        "workers",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("lives_until", sa.Double, nullable=False),
        sa.Column("record", sa.Text, nullable=False),
    )
