"""A store on a PostgreSQL server, for several machines.

Writers follow one another, as they do on SQLite, by an advisory lock; readers see one moment and wait for nobody. Text
is compared by its bytes, so that both databases put the same rows in the same order. What a process holds (threads it
runs, questions it asks) are advisory locks of one session: the server lets go of them when the process, or the machine
it is on, is gone.
"""

import hashlib
import os
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
from pipeline.store.promises import PATIENCE_S
from pipeline.store.schema import metadata

_WRITERS = "writers"
_ASK_AGAIN_S = 0.1
# A machine that lost its power sends no goodbye: the server asks after 10 s of silence, and gives up 15 s later.
_GONE_QUICKLY = "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3"


class PostgreSQL:
    """The database at `url`, as a URL of the form postgresql://user@host/name. Raises UsageError where what is needed
    to speak to it is not installed."""

    shared: ClassVar[bool] = True
    reads: ClassVar[Mapping[str, object]] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    # A writer sees what was committed before its turn came, which is all there is while it lasts.
    writes: ClassVar[Mapping[str, object]] = {"isolation_level": "READ COMMITTED"}

    def __init__(self, url: str) -> None:
        try:
            import psycopg
        except ImportError:
            raise UsageError(
                "the store is on PostgreSQL, and what speaks to it is not installed: "
                "pip install 'information-machine[postgresql]'"
            ) from None
        parsed = _parsed(url)
        self.name = parsed.render_as_string(hide_password=True)
        self.address = parsed.render_as_string(hide_password=False)
        self._psycopg = psycopg
        self._was_there = False
        self._held = _Held(partial(self._connect, autocommit=True), psycopg.Error, self.name)

    def engine(self) -> sa.Engine:
        return sa.create_engine(
            "postgresql+psycopg://",
            creator=self._connect,
            pool_pre_ping=True,  # a restarted server has forgotten every connection
            max_overflow=40,  # a transaction is short, and every question under way may want one
        )

    def _connect(self, *, autocommit: bool = False) -> Any:  # noqa: ANN401 - the driver's connection
        """A new connection. A server that was there once is waited for: it is being restarted."""
        again = retry(
            retry=retry_if_exception_type(self._psycopg.OperationalError),
            stop=stop_after_delay(PATIENCE_S if self._was_there else 0),
            wait=wait_exponential(0.1, max=2),
            reraise=True,
        )
        connected = again(self._psycopg.connect)(
            self.address, autocommit=autocommit, application_name=_me(), options=_GONE_QUICKLY, connect_timeout=10
        )
        connected.adapters.register_dumper(str, _without_nul(self._psycopg))
        self._was_there = True
        return connected

    def before_writing(self, connection: sa.Connection, *, fenced: bool) -> None:
        connection.execute(sa.select(sa.func.set_config("lock_timeout", f"{PATIENCE_S}s", True)))
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_key(_WRITERS))))
        if fenced:
            self._held.fence(connection)

    @contextmanager
    def lock(self, name: str, _who: str, held: str) -> Iterator[None]:
        holder = self._held.take(f"lock {name}")
        if holder is not None:
            raise BusyError(f"{held} is being run by {holder}: wait for it to end")
        try:
            yield
        finally:
            self._held.leave(f"lock {name}")

    @contextmanager
    def turn(self, key: str) -> Iterator[None]:
        while self._held.take(f"turn {key}") is not None:
            time.sleep(_ASK_AGAIN_S)
        try:
            yield
        finally:
            self._held.leave(f"turn {key}")

    def verdict(self, connection: sa.Connection) -> list[str]:
        """Reads every row of every table, which the server checks as it reads (where it has checksums), and asks for
        indexes and references that it does not vouch for."""
        for table in metadata.sorted_tables:
            row = sa.text(f"SELECT count(t::text) FROM {table.name} AS t")  # noqa: S608 - a name of ours
            connection.execute(row)
        bad = "SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid OR NOT indisready"
        loose = "SELECT conname FROM pg_constraint WHERE NOT convalidated"
        return [
            *(f"index {name} is not valid" for name in connection.scalars(sa.text(bad))),
            *(f"reference {name} was never checked" for name in connection.scalars(sa.text(loose))),
        ]

    def number_on(self, connection: sa.Connection) -> None:
        for table in metadata.sorted_tables:
            for column in table.columns:
                if column.autoincrement is True:
                    sequence = sa.func.pg_get_serial_sequence(table.name, column.name)
                    last = sa.select(sa.func.coalesce(sa.func.max(column), 0) + 1).scalar_subquery()
                    connection.execute(sa.select(sa.func.setval(sequence, last, sa.false())))

    def close(self) -> None:
        self._held.close()


class _Session(NamedTuple):
    """A connection that locks are held by, and the server process behind it: a number that may come again, and when it
    began."""

    connection: Any
    process: int
    began: Any


class _Held:
    """What this process holds. Safe to use from threads."""

    def __init__(self, connect: Callable[[], Any], error: type[Exception], name: str) -> None:
        self._connect, self._error, self._name = connect, error, name
        self._lock = threading.Lock()
        self._session: _Session | None = None
        self._names: dict[str, _Session] = {}

    def take(self, name: str) -> str | None:
        """Takes it, or says who has it."""
        with self._lock:
            if name in self._names:
                return _me()
            session = self._alive()
            try:
                got = session.connection.execute("SELECT pg_try_advisory_lock(%s)", [_key(name)]).fetchone()[0]
                if got:
                    self._names[name] = session
                    return None
                return self._holder(session, name)
            except self._error as error:
                self._session = None
                raise StoreError(f"the store {self._name} could not be locked: {error}") from error

    def leave(self, name: str) -> None:
        with self._lock:
            session = self._names.pop(name)
            try:
                session.connection.execute("SELECT pg_advisory_unlock(%s)", [_key(name)])
            except self._error:  # the session has ended, and all it held with it
                self._session = None if session is self._session else self._session

    def fence(self, connection: sa.Connection) -> None:
        """Raises StoreError where a session that holds something for this process is no more: somebody else may hold
        it by now."""
        with self._lock:
            sessions = set(self._names.values())
        for session in sessions:
            lives = "SELECT 1 FROM pg_stat_activity WHERE pid = :process AND backend_start = :began"
            if connection.scalar(sa.text(lives), {"process": session.process, "began": session.began}) is None:
                raise StoreError(
                    f"the store {self._name} let go of what this program held (was it restarted?): run again, "
                    "nothing that was answered is lost"
                )

    def close(self) -> None:
        with self._lock:
            if self._session:
                self._session.connection.close()
            self._session = None

    def _alive(self) -> _Session:
        if self._session is None or self._session.connection.closed:
            self._session = self._begin()
        return self._session

    def _begin(self) -> _Session:
        try:
            connection = self._connect()
            mine = "SELECT pid, backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid()"
            process, began = connection.execute(mine).fetchone()
        except self._error as error:
            raise StoreError(f"the store {self._name} could not be locked: {error}") from error
        return _Session(connection, process, began)

    def _holder(self, session: _Session, name: str) -> str:
        """Who has it, in the words they gave when they connected."""
        key = _key(name) & 0xFFFFFFFFFFFFFFFF
        who = (
            "SELECT application_name FROM pg_locks JOIN pg_stat_activity USING (pid) "
            "WHERE locktype = 'advisory' AND granted AND classid = %s AND objid = %s AND objsubid = 1"
        )
        found = session.connection.execute(who, [key >> 32, key & 0xFFFFFFFF]).fetchone()
        return found[0] if found else "another run"


def _me() -> str:
    """This process, as the server and other machines know it; the server keeps 63 bytes of it."""
    process = f" (process {os.getpid()})"
    return socket.gethostname()[: 63 - len(process)] + process


def _key(name: str) -> int:
    """The number that stands for a name, among the 2^64 that the server has."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)


def _without_nul(psycopg: Any) -> type:  # noqa: ANN401 - the driver, imported when needed
    """How text is handed over. PostgreSQL keeps no NUL, and what a model or a page wrote may not stop it."""

    class Dumper(psycopg.types.string.StrDumper):  # type: ignore[misc]
        def dump(self, obj: str) -> bytes:
            dumped: bytes = super().dump(obj.replace("\0", "\ufffd"))
            return dumped

    return Dumper


def _parsed(url: str) -> sa.URL:
    try:
        found = sa.make_url(url)
    except (sa.exc.ArgumentError, ValueError):
        found = None
    if found is None or found.get_backend_name() not in ("postgresql", "postgres") or not found.database:
        raise UsageError("[store] url is no address of a database: write postgresql://user@host/name")
    return found.set(drivername="postgresql")


@compiles(sa.Text, "postgresql")
def _by_its_bytes(_type: sa.Text, _compiler: object, **_: object) -> str:
    return 'TEXT COLLATE "C"'
