"""When hosts and endpoints may be asked again, for all who work on one store."""

import sqlalchemy as sa
from alembic import op

revision = "0006_many_machines"
down_revision = "0005_unattended"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "paces",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("used_until", sa.Double, nullable=False),
        sa.Column("rests_until", sa.Double, nullable=False),
    )
