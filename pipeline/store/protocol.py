"""The interface of a database that a store can be in: `sqlite` and `postgresql` implement it."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import ClassVar, Protocol

import sqlalchemy as sa

WAIT_S = 30
"""Seconds that a writer waits for another to finish, and everybody for a database that is being restarted. Chosen, not
measured."""


class Database(Protocol):
    """A database. `name` is what messages call it, without a password, and `address` what a driver connects to;
    `shared` says that several machines may use it; `reads` and `writes` are the execution options of a connection for
    reading and for writing."""

    name: str
    address: str
    shared: ClassVar[bool]
    reads: ClassVar[Mapping[str, object]]
    writes: ClassVar[Mapping[str, object]]

    def engine(self) -> sa.Engine:
        """A new engine, whose readers see one moment and whose writers follow one another."""

    def before_writing(self, connection: sa.Connection, *, fenced: bool) -> None:
        """Called at the start of each writing transaction; waits until no other writes. Raises StoreError for a
        `fenced` one where a lock of this process was released by the database."""

    def lock(self, name: str, who: str, /, what: str) -> AbstractContextManager[None]:
        """Holds the lock `name`, which is released when the process ends, however it ends; `who` describes the holder.
        Raises BusyError where another holds it: the message says that `what` is being run, and by whom."""

    def holder(self, connection: sa.Connection, name: str) -> str | None:
        """Who holds the lock `name`, or None."""

    def hold(self, key: str, /) -> AbstractContextManager[None]:
        """Waits until no other process holds `key`, and holds it."""

    def check_integrity(self, connection: sa.Connection) -> list[str]:
        """What the database finds wrong when it checks itself."""

    def advice(self, said: str) -> str:
        """What an operator does about an error that the database tells so; "" where nothing is known."""

    def advance_sequences(self, connection: sa.Connection) -> None:
        """Lets automatic numbers go on after rows that were copied with theirs."""

    def close(self) -> None:
        """Releases all locks and closes their connection."""
