"""A store in one file, for one machine."""

import fcntl
import os
import re
import shutil
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import ClassVar

import sqlalchemy as sa

from pipeline.errors import BusyError
from pipeline.store.protocol import WAIT_S

_LEAST_FREE = 1 << 20  # bytes that SQLite has to have to begin
_PAUSE_S = 0.01  # between two tries at what SQLite does not wait for itself


class SQLite:
    """A file of SQLite with its write-ahead log. A commit returns when it is on the disk."""

    shared: ClassVar[bool] = False
    reads: ClassVar[Mapping[str, object]] = {}
    writes: ClassVar[Mapping[str, object]] = {"writes": True}

    def __init__(self, path: Path) -> None:
        self.name = self.address = str(path)
        self._path = path

    def engine(self) -> sa.Engine:
        """A new engine; makes the file's folder where it is missing."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        if not self._path.exists():  # to open and close one that is in use drops this process's locks on it
            os.close(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600))  # its owner's, and its log with it
        engine = sa.create_engine(f"sqlite:///{self._path}", connect_args={"timeout": WAIT_S})
        sa.event.listen(engine, "connect", _prepare)
        sa.event.listen(engine, "begin", _begin)
        return engine

    def before_writing(self, connection: sa.Connection, *, fenced: bool) -> None:
        """Nothing: BEGIN IMMEDIATE has waited for other writers, and the operating system takes no lock from a living
        process."""

    @contextmanager
    def lock(self, name: str, who: str, what: str) -> Iterator[None]:
        """Holds the lock `name` by a file beside the store. Raises BusyError, naming the holder, where another has
        it."""
        folder = self._path.parent / "locks"
        folder.mkdir(exist_ok=True)
        with (folder / f"{name}.lock").open("a+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                file.seek(0)
                raise BusyError(
                    f"{what} is being run by {file.read().strip() or 'another run'}: wait for it to end"
                ) from None
            file.truncate(0)
            file.write(f"{who} (process {os.getpid()})")
            file.flush()
            yield
            file.truncate(0)

    def holder(self, _connection: sa.Connection, name: str) -> str | None:
        """Who wrote itself into the lock's file and still lives. The lock is not tried: who comes at that moment would
        find it taken."""
        try:
            who = (self._path.parent / "locks" / f"{name}.lock").read_text(encoding="utf-8")
        except OSError:
            return None
        process = re.search(r"\(process (\d+)\)$", who)
        return who if process and _lives(int(process[1])) else None

    def hold(self, _key: str) -> AbstractContextManager[None]:
        """Nothing: one machine's batch is one process, which has a lock for each key itself."""
        return nullcontext()

    def check_integrity(self, connection: sa.Connection) -> list[str]:
        """What SQLite's own checks of the file and of its references find wrong."""
        lines = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA integrity_check")]
        broken_references = connection.exec_driver_sql("PRAGMA foreign_key_check")
        return [line for line in lines if line != "ok"] + [f"broken reference in {row[0]}" for row in broken_references]

    def advice(self, said: str) -> str:
        """SQLite tells of a full disk only where it was writing; where it could not begin, of a disk that fails."""
        kept = "what was stored before is kept"
        with suppress(OSError):
            if "is full" in said or ("disk I/O" in said and shutil.disk_usage(self._path.parent).free < _LEAST_FREE):
                return f"its disk is full: make room, and run it again; {kept}"
        if "disk I/O" in said:
            return f"its disk fails: look at the system's log, and `check` afterwards; {kept}"
        if "readonly" in said or "Permission" in said:
            return "run as the user whose home it is, or give this one the right to write there"
        return "another program writes to it for long: run it again" if "is locked" in said else ""

    def advance_sequences(self, connection: sa.Connection) -> None:
        """Nothing: SQLite's next number is one more than the highest."""

    def close(self) -> None:
        """Nothing: no connection is kept for locks."""


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # another user's
        return True
    return True


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # transactions begin where SQLAlchemy says, not where the driver guesses
    _use_write_ahead_log(connection)
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")


def _use_write_ahead_log(connection: sqlite3.Connection) -> None:
    """The file is told once, and then stays so. SQLite does not wait for another that tells it at the same moment: both
    would be upgrading a lock, and one is refused at once (sqlite.org/c3ref/busy_handler.html)."""
    give_up_at = time.monotonic() + WAIT_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > give_up_at:
                raise
            time.sleep(_PAUSE_S)
        else:
            return


def _begin(connection: sa.Connection) -> None:
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
