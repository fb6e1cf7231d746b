"""A store on a PostgreSQL server, for several machines.

Writers follow one another, as they do on SQLite, by an advisory lock; readers see one moment and wait for nobody. Text
is compared by its bytes, so that both databases put the same rows in the same order. The locks that a process holds (of
threads it runs, of questions it asks) are advisory locks of one session: the server releases them when the process, or
the machine it is on, is gone.
"""

import hashlib
import os
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any, ClassVar, NamedTuple

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_exponential

from pipeline.errors import BusyError, StoreError, UsageError
from pipeline.store.protocol import WAIT_S
from pipeline.store.schema import metadata

_WRITERS = "writers"
_RETRY_S = 0.1
# A machine that lost its power closes no connection: the server asks after 10 s of silence, and gives up 15 s later.
_KEEPALIVES = "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3"


_HOLDER = (
    "SELECT application_name FROM pg_locks JOIN pg_stat_activity USING (pid) "
    "WHERE locktype = 'advisory' AND granted AND classid = %s AND objid = %s AND objsubid = 1"
)


class PostgreSQL:
    """The database at `url`, of the form postgresql://user@host/name. Raises UsageError where the URL is no such, or
    the driver is not installed."""

    shared: ClassVar[bool] = True
    reads: ClassVar[Mapping[str, object]] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    # Writers are serialised: each sees all that was committed before it, and nothing is committed while it lasts.
    writes: ClassVar[Mapping[str, object]] = {"isolation_level": "READ COMMITTED"}

    def __init__(self, url: str) -> None:
        try:
            import psycopg
        except ImportError:
            raise UsageError(
                "the store is on PostgreSQL, and what speaks to it is not installed: "
                "pip install 'information-machine[postgresql]'"
            ) from None
        parsed_url = _parse_url(url)
        self.name = parsed_url.set(query={}).render_as_string(hide_password=True)  # a query may have a password too
        self.address = parsed_url.render_as_string(hide_password=False)
        self._psycopg = psycopg
        self._connected_before = False
        self._locks = _SessionLocks(partial(self._connect, autocommit=True), psycopg.Error, self.name)

    def engine(self) -> sa.Engine:
        """A new engine, whose connections wait for a server that is being restarted."""
        return sa.create_engine(
            "postgresql+psycopg://",
            creator=self._connect,
            pool_pre_ping=True,  # a restarted server has closed every connection
            max_overflow=40,  # a transaction is short, and every question under way may need one
        )

    def _connect(self, *, autocommit: bool = False) -> Any:  # noqa: ANN401 - the driver's connection
        """A new connection. Once connected, a server that cannot be reached is waited for: it is being restarted."""
        retrying = retry(
            retry=retry_if_exception_type(self._psycopg.OperationalError),
            stop=stop_after_delay(WAIT_S if self._connected_before else 0),
            wait=wait_exponential(0.1, max=2),
            reraise=True,
        )
        try:
            connection = retrying(self._psycopg.connect)(
                self.address,
                autocommit=autocommit,
                application_name=process_name(),
                options=_KEEPALIVES,
                connect_timeout=10,
            )
        except self._psycopg.ProgrammingError as error:  # of the address, whose password it may quote
            raise UsageError(f"[store] url cannot be used ({_unquoted(str(error))})") from None
        connection.adapters.register_dumper(str, _nul_free_dumper(self._psycopg))
        self._connected_before = True
        return connection

    def before_writing(self, connection: sa.Connection, *, fenced: bool) -> None:
        """Waits until no other writes. Raises StoreError for a `fenced` transaction where a lock was lost."""
        connection.execute(sa.select(sa.func.set_config("lock_timeout", f"{WAIT_S}s", True)))
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_key(_WRITERS))))
        if fenced:
            self._locks.fence(connection)

    @contextmanager
    def lock(self, name: str, _who: str, what: str) -> Iterator[None]:
        """Holds the lock `name`. Raises BusyError, naming the holder, where another has it."""
        holder = self._locks.acquire(f"lock {name}")
        if holder is not None:
            raise BusyError(f"{what} is being run by {holder}: wait for it to end")
        try:
            yield
        finally:
            self._locks.release(f"lock {name}")

    def holder(self, connection: sa.Connection, name: str) -> str | None:
        """Who has the lock, by the application name of its connection."""
        key = _key(f"lock {name}") & 0xFFFFFFFFFFFFFFFF
        query = _HOLDER.replace("%s", ":high", 1).replace("%s", ":low", 1)
        who: str | None = connection.scalar(sa.text(query), {"high": key >> 32, "low": key & 0xFFFFFFFF})
        return who

    @contextmanager
    def hold(self, key: str) -> Iterator[None]:
        """Waits until no other process holds `key`, and holds it."""
        while self._locks.acquire(f"turn {key}") is not None:
            time.sleep(_RETRY_S)
        try:
            yield
        finally:
            self._locks.release(f"turn {key}")

    def advice(self, said: str) -> str:
        """Nothing: the server's own words name what is wrong there."""
        del said
        return ""

    def check_integrity(self, connection: sa.Connection) -> list[str]:
        """Reads every row of every table, which the server checks as it reads (where it has checksums), and lists the
        indexes and references that it marks as not valid."""
        for table in metadata.sorted_tables:
            read_all = sa.text(f"SELECT count(t::text) FROM {table.name} AS t")  # noqa: S608 - a name of ours
            connection.execute(read_all)
        invalid_indexes = "SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid OR NOT indisready"
        unchecked_references = "SELECT conname FROM pg_constraint WHERE NOT convalidated"
        return [
            *(f"index {name} is not valid" for name in connection.scalars(sa.text(invalid_indexes))),
            *(f"reference {name} was never checked" for name in connection.scalars(sa.text(unchecked_references))),
        ]

    def advance_sequences(self, connection: sa.Connection) -> None:
        """Sets the sequence of every numbered column behind its highest number."""
        for table in metadata.sorted_tables:
            for column in table.columns:
                if column.autoincrement is True:
                    sequence = sa.func.pg_get_serial_sequence(table.name, column.name)
                    last = sa.select(sa.func.coalesce(sa.func.max(column), 0) + 1).scalar_subquery()
                    connection.execute(sa.select(sa.func.setval(sequence, last, sa.false())))

    def close(self) -> None:
        """Releases all locks and closes their connection."""
        self._locks.close()


class _Session(NamedTuple):
    """A connection that holds locks, and the server process that serves it: its number, which may be used again, and
    when it began."""

    connection: Any
    process: int
    began: Any


class _SessionLocks:
    """The locks that this process holds. Safe to use from threads."""

    def __init__(self, connect: Callable[[], Any], error: type[Exception], name: str) -> None:
        self._connect, self._error, self._name = connect, error, name
        self._lock = threading.Lock()
        self._session: _Session | None = None
        self._sessions: dict[str, _Session] = {}  # of each lock, by its name

    def acquire(self, name: str) -> str | None:
        """Takes the lock and returns None; or returns who has it."""
        with self._lock:
            if name in self._sessions:
                return process_name()
            session = self._live_session()
            try:
                acquired = session.connection.execute("SELECT pg_try_advisory_lock(%s)", [_key(name)]).fetchone()[0]
                if acquired:
                    self._sessions[name] = session
                    return None
                return self._holder(session, name)
            except self._error as error:
                self._session = None
                raise StoreError(f"the store {self._name} could not be locked: {error}") from error

    def release(self, name: str) -> None:
        """Releases the lock; nothing where the session that held it has ended."""
        with self._lock:
            session = self._sessions.pop(name)
            try:
                session.connection.execute("SELECT pg_advisory_unlock(%s)", [_key(name)])
            except self._error:  # the session has ended, and its locks with it
                self._session = None if session is self._session else self._session

    def fence(self, connection: sa.Connection) -> None:
        """Raises StoreError where a session that held a lock of this process has ended: another may hold it by now."""
        with self._lock:
            sessions = set(self._sessions.values())
        for session in sessions:
            alive = "SELECT 1 FROM pg_stat_activity WHERE pid = :process AND backend_start = :began"
            if connection.scalar(sa.text(alive), {"process": session.process, "began": session.began}) is None:
                raise StoreError(
                    f"the store {self._name} let go of what this program held (was it restarted?): run again, "
                    "nothing that was answered is lost"
                )

    def close(self) -> None:
        """Ends the session, and with it all locks."""
        with self._lock:
            if self._session:
                self._session.connection.close()
            self._session = None

    def _live_session(self) -> _Session:
        if self._session is None or self._session.connection.closed:
            self._session = self._begin_session()
        return self._session

    def _begin_session(self) -> _Session:
        try:
            connection = self._connect()
            own_process = "SELECT pid, backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid()"
            process, began = connection.execute(own_process).fetchone()
        except self._error as error:
            raise StoreError(f"the store {self._name} could not be locked: {error}") from error
        return _Session(connection, process, began)

    def _holder(self, session: _Session, name: str) -> str:
        """Who has the lock, by the application name of its connection."""
        key = _key(name) & 0xFFFFFFFFFFFFFFFF
        row = session.connection.execute(_HOLDER, [key >> 32, key & 0xFFFFFFFF]).fetchone()
        return row[0] if row else "another run"


def process_name() -> str:
    """The name of this process for the server and other machines; the server keeps 63 bytes of it."""
    suffix = f" (process {os.getpid()})"
    return socket.gethostname()[: 63 - len(suffix)] + suffix


def _key(name: str) -> int:
    """The advisory lock of a name: one of the 2^64 numbers that the server has for them."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)


def _nul_free_dumper(psycopg: Any) -> type:  # noqa: ANN401 - the driver, imported when needed
    """A psycopg dumper of text that replaces NUL, which PostgreSQL refuses and a page or a model may write."""

    class Dumper(psycopg.types.string.StrDumper):  # type: ignore[misc]
        def dump(self, obj: str) -> bytes:
            encoded: bytes = super().dump(obj.replace("\0", "\ufffd"))
            return encoded

    return Dumper


def _parse_url(url: str) -> sa.URL:
    try:
        parsed_url = sa.make_url(url)
    except (sa.exc.ArgumentError, ValueError):
        parsed_url = None
    if parsed_url is None or parsed_url.get_backend_name() not in ("postgresql", "postgres") or not parsed_url.database:
        raise UsageError("[store] url is no address of a database: write postgresql://user@host/name")
    if "@" in (parsed_url.host or ""):  # the end of a password would pass for the host, and stand in every message
        raise UsageError("[store] url has more than one @: write one that is part of the password as %40")
    return parsed_url.set(drivername="postgresql")


def _unquoted(message: str) -> str:
    """What libpq says of an address, without a part of it that may be of the password: it names parameters alone."""
    return message if message.startswith("invalid URI query parameter") else re.sub(r'".*"', '"…"', message)


@compiles(sa.Text, "postgresql")
def _collate_by_bytes(_type: sa.Text, _compiler: object, **_: object) -> str:
    return 'TEXT COLLATE "C"'
