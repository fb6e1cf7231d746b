"""Stores of older revisions."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from pipeline.store import database
from pipeline.store.postgresql import PostgreSQL
from pipeline.store.sqlite import SQLite

MIGRATIONS = Path(database.__file__).parent / "migrations"
VERSIONS = MIGRATIONS / "versions"


def upgrade(connection: sa.Connection, revision: str) -> None:
    """Brings the store up to `revision` by its migrations."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def migrate(place: Path | str, revision: str) -> None:
    """The same for what is at `place`, a file or the address of a database."""
    kept = SQLite(place) if isinstance(place, Path) else PostgreSQL(place)
    engine = kept.engine()
    with engine.connect().execution_options(**kept.writes) as connection, connection.begin():
        upgrade(connection, revision)
    engine.dispose()
