"""A store in one file, for one machine."""

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any, ClassVar

import sqlalchemy as sa

from pipeline.errors import BusyError
from pipeline.store.promises import PATIENCE_S


class SQLite:
    """SQLite with its write-ahead log; a commit counts when it is on the disk."""

    shared: ClassVar[bool] = False
    reads: ClassVar[Mapping[str, object]] = {}
    writes: ClassVar[Mapping[str, object]] = {"writes": True}

    def __init__(self, path: Path) -> None:
        self.name = self.address = str(path)
        self._path = path

    def engine(self) -> sa.Engine:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        engine = sa.create_engine(f"sqlite:///{self._path}", connect_args={"timeout": PATIENCE_S})
        sa.event.listen(engine, "connect", _prepare)
        sa.event.listen(engine, "begin", _begin)
        return engine

    def before_writing(self, connection: sa.Connection, *, fenced: bool) -> None:
        """Nothing: the transaction began as a writer's, and the operating system takes no lock from a living
        process."""

    @contextmanager
    def lock(self, name: str, who: str, held: str) -> Iterator[None]:
        folder = self._path.parent / "locks"
        folder.mkdir(exist_ok=True)
        with (folder / f"{name}.lock").open("a+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                file.seek(0)
                raise BusyError(
                    f"{held} is being run by {file.read().strip() or 'another run'}: wait for it to end"
                ) from None
            file.truncate(0)
            file.write(f"{who} (process {os.getpid()})")
            file.flush()
            yield
            file.truncate(0)

    def turn(self, _key: str) -> AbstractContextManager[None]:
        """Nothing to wait for: one machine's batch is one process, which keeps its turns itself."""
        return nullcontext()

    def verdict(self, connection: sa.Connection) -> list[str]:
        found = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA integrity_check")]
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check")
        return [line for line in found if line != "ok"] + [f"broken reference in {row[0]}" for row in broken]

    def number_on(self, connection: sa.Connection) -> None:
        """Nothing: the next number is one more than the highest."""

    def close(self) -> None:
        """Nothing is held between transactions."""


def _prepare(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's connection
    connection.isolation_level = None  # transactions begin where SQLAlchemy says, not where the driver guesses
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")


def _begin(connection: sa.Connection) -> None:
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
