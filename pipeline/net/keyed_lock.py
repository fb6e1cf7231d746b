"""One holder at a time for each key, within this process."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class LocalKeyedLock:
    """A KeyedLock within this process: one lock for each key that is in use."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._locks: dict[str, tuple[threading.Lock, int]] = {}  # each with how many threads hold or await it

    @contextmanager
    def hold(self, key: str) -> Iterator[None]:
        """Waits until no other thread holds `key`."""
        with self._lock:
            key_lock, users = self._locks.get(key, (threading.Lock(), 0))
            self._locks[key] = (key_lock, users + 1)
        try:
            with key_lock:
                yield
        finally:
            with self._lock:
                users = self._locks[key][1] - 1
                if users:
                    self._locks[key] = (key_lock, users)
                else:
                    del self._locks[key]
