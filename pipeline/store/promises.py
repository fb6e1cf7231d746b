"""What a database has to offer for a store to be kept in it: the promise that `sqlite` and `postgresql` keep."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import ClassVar, Protocol

import sqlalchemy as sa

PATIENCE_S = 30
"""How long a writer waits for another to finish, and all for a database that is being restarted."""


class Database(Protocol):
    """`name` is what messages call it, without a password, and `address` what a driver connects to; `shared` says that
    several machines may work on it; `reads` and `writes` are the execution options of a connection for the one and the
    other."""

    name: str
    address: str
    shared: ClassVar[bool]
    reads: ClassVar[Mapping[str, object]]
    writes: ClassVar[Mapping[str, object]]

    def engine(self) -> sa.Engine:
        """A new engine, whose readers see one moment and whose writers follow one another."""

    def before_writing(self, connection: sa.Connection, *, fenced: bool) -> None:
        """Called when a writer's turn has come. Raises StoreError where a lock of this process was let go of, unless
        the writing is not `fenced`."""

    def lock(self, name: str, who: str, /, held: str) -> AbstractContextManager[None]:
        """Holds `name`; let go of when the process ends, however it ends. Raises BusyError, saying that `held` is
        being run by whom, where somebody has it."""

    def turn(self, key: str, /) -> AbstractContextManager[None]:
        """Holds `key` as soon as no other process does."""

    def verdict(self, connection: sa.Connection) -> list[str]:
        """What is wrong with the database by its own account."""

    def number_on(self, connection: sa.Connection) -> None:
        """Makes numbering go on behind rows that were copied with their numbers."""

    def close(self) -> None:
        """Lets go of everything."""
