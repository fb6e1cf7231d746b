"""The language that an operator chose for a thread's page."""

import sqlalchemy as sa
from alembic import op

revision = "0009_language"
down_revision = "0008_cast"


def upgrade() -> None:
    op.add_column("threads", sa.Column("language", sa.Text))
