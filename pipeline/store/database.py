"""Opens, migrates, locks and closes the store, whichever database it is in."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from pipeline.errors import StoreError
from pipeline.store import schema, tokens
from pipeline.store.postgresql import PostgreSQL
from pipeline.store.protocol import Database
from pipeline.store.sqlite import SQLite

HEAD = "0016_spending_of_runs"
"""The migration that this program's queries are written for."""

_MIGRATIONS = Path(__file__).parent / "migrations"


class Store:
    """A store, opened and migrated: a file, or the URL of a PostgreSQL database. Raises StoreError where it cannot be
    opened. Safe to use from threads."""

    def __init__(self, location: Path | str) -> None:
        self._database: Database = SQLite(location) if isinstance(location, Path) else PostgreSQL(location)
        self.name, self.shared = self._database.name, self._database.shared
        # Of a file, threads wait for each other here: SQLite would have each look again after a sleep.
        self._turn: AbstractContextManager[Any] = nullcontext() if self.shared else threading.RLock()
        self.address = self._database.address
        """What a driver connects to, with its password: never put into a message."""
        try:
            self._engine = self._database.engine()
            with ExitStack() as on_failure:
                on_failure.callback(self.close)
                self._migrate()
                on_failure.pop_all()
        except (OSError, sa.exc.DBAPIError) as error:
            raise StoreError(f"the store {self.name} cannot be opened: {self._cause(error)}") from error

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A consistent view, for queries only. Raises StoreError where the database cannot be read."""
        with self._translate_errors("read"), self._transaction(self._database.reads) as connection:
            yield connection

    @contextmanager
    def writing(self, *, fenced: bool = True) -> Iterator[sa.Connection]:
        """One transaction: all of it is stored, or nothing. Writers wait for each other. Raises StoreError where the
        database cannot be written to. A `fenced` transaction also raises it where the database has released a lock of
        this process, which another may hold by now; what must be stored even so (an answer that was paid for) is
        written unfenced."""
        with (
            self._translate_errors("written to"),
            self._turn,
            self._transaction(self._database.writes) as connection,
        ):
            self._database.before_writing(connection, fenced=fenced)
            yield connection

    def lock(self, thread: str, who: str, what: str = "") -> AbstractContextManager[None]:
        """Holds the lock of a thread, or of what `what` describes in messages; `who` describes the holder. It is
        released when the process ends, however it ends. Raises BusyError, naming the holder, where another has it."""
        return self._database.lock(thread, who, what or f"thread {thread!r}")

    def holder(self, connection: sa.Connection, thread: str) -> str | None:
        """Who holds the lock of a thread, or another by this name; None where nobody does."""
        return self._database.holder(connection, thread)

    def hold(self, key: str) -> AbstractContextManager[None]:
        """Waits until no other process holds `key`, and holds it."""
        return self._database.hold(key)

    def check_integrity(self) -> str:
        """What the database finds when it checks its own integrity: `ok`, or what is wrong."""
        with self.reading() as connection:
            return "; ".join(self._database.check_integrity(connection)) or "ok"

    def advance_sequences(self, connection: sa.Connection) -> None:
        """Lets automatic numbers go on after rows that were copied with theirs."""
        self._database.advance_sequences(connection)

    def close(self) -> None:
        """Closes all connections and releases all locks."""
        self._engine.dispose()
        self._database.close()

    @contextmanager
    def _transaction(self, options: Mapping[str, Any]) -> Iterator[sa.Connection]:
        with self._engine.connect().execution_options(**options) as connection, connection.begin():
            yield connection

    @contextmanager
    def _translate_errors(self, action: str) -> Iterator[None]:
        """Turns the database's failures into StoreError; `action` says what could not be done. A wrong query is a bug
        of this program, and stays as it is."""
        try:
            yield
        except (sa.exc.IntegrityError, sa.exc.ProgrammingError):
            raise
        except (sa.exc.DBAPIError, sa.exc.TimeoutError) as error:
            raise StoreError(f"the store {self.name} could not be {action}: {self._cause(error)}") from error

    def _cause(self, error: Exception) -> str:
        """What the database says, and what helps where that is known."""
        said = str(getattr(error, "orig", None) or error)
        advice = self._database.advice(said)
        return f"{said}: {advice}" if advice else said

    def _migrate(self) -> None:
        """Brings an older store up to date by its migrations; an empty one is made as it stands today."""
        with self.reading() as connection:
            revision = _revision(connection)
        if revision == HEAD:
            return
        revisions = {path.stem for path in (_MIGRATIONS / "versions").glob("[0-9]*.py")}
        if revision is not None and revision not in revisions:
            raise StoreError(f"the store {self.name} was made by a newer program ({revision}): update this one")
        with self.writing() as connection:
            if _revision(connection) is None:  # asked again: another program may have made it in the meantime
                schema.create(connection, HEAD, tokens.statements(connection.dialect.name))
            else:
                _upgrade(connection)


def _revision(connection: sa.Connection) -> str | None:
    """The migration that the store stands at; None where it is empty."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return revision


def _upgrade(connection: sa.Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
