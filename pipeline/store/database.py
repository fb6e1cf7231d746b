"""Opens, migrates and locks the store."""

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from pipeline.errors import BusyError, StoreError

HEAD = "0005_unattended"
"""The migration this program's queries are written for."""

_MIGRATIONS = Path(__file__).parent / "migrations"
_PATIENCE_S = 30  # how long a writer waits for another to finish


class Store:
    """A store, opened and brought up to date. Raises StoreError where it cannot be. Safe to use from threads."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._engine = sa.create_engine(f"sqlite:///{path}", connect_args={"timeout": _PATIENCE_S})
            sa.event.listen(self._engine, "connect", _prepare)
            sa.event.listen(self._engine, "begin", _begin)
            self._migrate()
        except (OSError, sa.exc.DatabaseError) as error:
            raise StoreError(f"the store {path} cannot be opened: {_cause(error)}") from error

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A consistent view, for queries only. Raises StoreError where the database cannot be read."""
        try:
            with self._engine.connect() as connection, connection.begin():
                yield connection
        except sa.exc.DatabaseError as error:
            raise StoreError(f"the store {self.path} could not be read: {_cause(error)}") from error

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """One transaction: all of it is kept, or none. Writers wait for each other."""
        try:
            with self._engine.connect().execution_options(writes=True) as connection, connection.begin():
                yield connection
        except sa.exc.OperationalError as error:
            raise StoreError(f"the store {self.path} could not be written to: {_cause(error)}") from error

    @contextmanager
    def lock(self, thread: str, who: str, what: str = "") -> Iterator[None]:
        """Holds `thread` for one run, or `what` else has a name; the operating system lets go when the process ends,
        however it ends. Raises BusyError, naming the holder, where another has it."""
        folder = self.path.parent / "locks"
        folder.mkdir(exist_ok=True)
        with (folder / f"{thread}.lock").open("a+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                file.seek(0)
                holder = file.read().strip() or "another run"
                held = what or f"thread {thread!r}"
                raise BusyError(f"{held} is being run by {holder}: wait for it to end") from None
            file.truncate(0)
            file.write(f"{who} (process {os.getpid()})")
            file.flush()
            yield
            file.truncate(0)

    def verdict(self) -> str:
        """What the database says of its own integrity: `ok`, or what is wrong."""
        with self.reading() as connection:
            found = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA integrity_check")]
            found += [f"broken reference in {row[0]}" for row in connection.exec_driver_sql("PRAGMA foreign_key_check")]
        return "; ".join(line for line in found if line != "ok") or "ok"

    def backup(self, file: Path) -> None:
        """Copies the store as it stands at one moment into `file`, while others may go on writing (SQLite's online
        backup). Raises StoreError where it cannot; `file` is whole or not there."""
        part = file.with_name(file.name + ".part")
        try:
            with closing(sqlite3.connect(self.path)) as mine, closing(sqlite3.connect(part)) as copy:
                mine.backup(copy)
                copy.execute("PRAGMA journal_mode=DELETE")  # one file, that can be moved
            part.replace(file)
        except (OSError, sqlite3.Error) as error:
            part.unlink(missing_ok=True)
            raise StoreError(f"the store {self.path} could not be copied to {file}: {error}") from error

    def close(self) -> None:
        self._engine.dispose()

    def _migrate(self) -> None:
        revision = self._revision()
        if revision == HEAD:
            return
        known = {path.stem for path in (_MIGRATIONS / "versions").glob("[0-9]*.py")}
        if revision is not None and revision not in known:
            raise StoreError(f"the store {self.path} was made by a newer program ({revision}): update this one")
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


def _prepare(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's connection
    connection.isolation_level = None  # transactions begin where SQLAlchemy says, not where the driver guesses
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")


def _begin(connection: sa.Connection) -> None:
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _cause(error: Exception) -> str:
    return str(getattr(error, "orig", None) or error)
