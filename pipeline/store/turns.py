"""Turns among all who work on one store."""

from collections.abc import Iterator
from contextlib import contextmanager

from pipeline.model.ledger import LocalTurns
from pipeline.store.database import Store


class StoredTurns:
    """Turns within this process, and among those that share its store."""

    def __init__(self, store: Store) -> None:
        self._store, self._here = store, LocalTurns()

    @contextmanager
    def of(self, key: str) -> Iterator[None]:
        """As promised. Raises StoreError."""
        with self._here.of(key), self._store.turn(key):
            yield
