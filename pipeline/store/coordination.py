"""What all processes that use one store share: rate limits, and one holder at a time for each key."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from pipeline.net.keyed_lock import LocalKeyedLock
from pipeline.store.database import Store

NOW = "extract(epoch FROM clock_timestamp())::float8"
"""The server's clock, in PostgreSQL's SQL, as seconds: those of the machines may differ."""

_TAKE = sa.text(f"""
    INSERT INTO paces AS p (name, used_until, rests_until) VALUES (:name, {NOW} + :takes, 0)
    ON CONFLICT (name) DO UPDATE
        SET used_until = CASE WHEN p.rests_until > {NOW} THEN p.used_until
                              ELSE greatest(p.used_until, {NOW}) + :takes END
    RETURNING used_until - {NOW} AS ahead, rests_until > {NOW} AS rests
""")  # noqa: S608 - the expression is a constant of ours
_REST = sa.text(f"""
    INSERT INTO paces AS p (name, used_until, rests_until) VALUES (:name, 0, {NOW} + :seconds)
    ON CONFLICT (name) DO UPDATE SET rests_until = {NOW} + :seconds
""")  # noqa: S608 - the same


class StoredRateLimiter:
    """A RateLimiter in the store, on PostgreSQL. Each call is a transaction of its own."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def take(self, name: str, takes_s: float, burst_s: float) -> float | None:
        """Seconds to wait before using `name`; None while it rests. As the interface says. Raises StoreError."""
        with self._store.writing(fenced=False) as connection:
            row = connection.execute(_TAKE, {"name": name, "takes": takes_s}).one()
        return None if row.rests else max(0.0, row.ahead - burst_s)

    def rest(self, name: str, seconds: float) -> None:
        """Leaves `name` alone for that long, as the interface says. Raises StoreError."""
        with self._store.writing(fenced=False) as connection:
            connection.execute(_REST, {"name": name, "seconds": seconds})


class StoredKeyedLock:
    """A KeyedLock within this process and among all processes that use its store."""

    def __init__(self, store: Store) -> None:
        self._store, self._local = store, LocalKeyedLock()

    @contextmanager
    def hold(self, key: str) -> Iterator[None]:
        """Waits until no one else holds `key`. Raises StoreError."""
        with self._local.hold(key), self._store.hold(key):
            yield
