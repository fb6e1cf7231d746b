"""Opens, migrates, locks and copies the store, whichever database it is kept in."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from pipeline.errors import StoreError
from pipeline.store.postgresql import PostgreSQL
from pipeline.store.promises import Database
from pipeline.store.sqlite import SQLite

HEAD = "0006_many_machines"
"""The migration this program's queries are written for."""

_MIGRATIONS = Path(__file__).parent / "migrations"


class Store:
    """A store, opened and brought up to date: a file, or the address of a PostgreSQL database. Raises StoreError where
    it cannot be. Safe to use from threads."""

    def __init__(self, place: Path | str) -> None:
        self._database: Database = SQLite(place) if isinstance(place, Path) else PostgreSQL(place)
        self.name, self.shared = self._database.name, self._database.shared
        self.address = self._database.address
        """What a driver connects to, with its password: for no message."""
        try:
            self._engine = self._database.engine()
            with ExitStack() as on_failure:
                on_failure.callback(self.close)
                self._migrate()
                on_failure.pop_all()
        except (OSError, sa.exc.DBAPIError) as error:
            raise StoreError(f"the store {self.name} cannot be opened: {_cause(error)}") from error

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A consistent view, for queries only. Raises StoreError where the database cannot be read."""
        with self._failing("read"), self._transaction(self._database.reads) as connection:
            yield connection

    @contextmanager
    def writing(self, *, fenced: bool = True) -> Iterator[sa.Connection]:
        """One transaction: all of it is kept, or none. Writers wait for each other. Raises StoreError where the
        database cannot be written to; and where it has let go of a lock of this process, for another may hold it by
        now, unless the writing is not `fenced` (an answer that was paid for is kept whoever asked)."""
        with self._failing("written to"), self._transaction(self._database.writes) as connection:
            self._database.before_writing(connection, fenced=fenced)
            yield connection

    def lock(self, thread: str, who: str, what: str = "") -> AbstractContextManager[None]:
        """Holds `thread` for one run, or `what` else has a name; it is let go of when the process ends, however it
        ends. Raises BusyError, naming the holder, where another has it."""
        return self._database.lock(thread, who, what or f"thread {thread!r}")

    def turn(self, key: str) -> AbstractContextManager[None]:
        """Holds `key` as soon as no other process does."""
        return self._database.turn(key)

    def verdict(self) -> str:
        """What the database says of its own integrity: `ok`, or what is wrong."""
        with self.reading() as connection:
            return "; ".join(self._database.verdict(connection)) or "ok"

    def number_on(self, connection: sa.Connection) -> None:
        """Makes numbering go on behind rows that were copied with their numbers."""
        self._database.number_on(connection)

    def close(self) -> None:
        self._engine.dispose()
        self._database.close()

    @contextmanager
    def _transaction(self, options: Mapping[str, Any]) -> Iterator[sa.Connection]:
        with self._engine.connect().execution_options(**options) as connection, connection.begin():
            yield connection

    @contextmanager
    def _failing(self, what: str) -> Iterator[None]:
        """Says what the database could not do. What the program asked wrongly of it is a fault of ours, and no
        StoreError."""
        try:
            yield
        except (sa.exc.IntegrityError, sa.exc.ProgrammingError):
            raise
        except (sa.exc.DBAPIError, sa.exc.TimeoutError) as error:
            raise StoreError(f"the store {self.name} could not be {what}: {_cause(error)}") from error

    def _migrate(self) -> None:
        revision = self._revision()
        if revision == HEAD:
            return
        known = {path.stem for path in (_MIGRATIONS / "versions").glob("[0-9]*.py")}
        if revision is not None and revision not in known:
            raise StoreError(f"the store {self.name} was made by a newer program ({revision}): update this one")
        from alembic import command
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
        with self.writing() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    def _revision(self) -> str | None:
        with self.reading() as connection:
            if not sa.inspect(connection).has_table("alembic_version"):
                return None
            found: str | None = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
            return found


def _cause(error: Exception) -> str:
    return str(getattr(error, "orig", None) or error)
