"""A pace that all who work on one store keep together."""

import sqlalchemy as sa

from pipeline.store.database import Store

_NOW = "extract(epoch FROM clock_timestamp())::float8"  # the server's clock: machines need not agree on theirs
_TAKE = sa.text(f"""
    INSERT INTO paces AS p (name, used_until, rests_until) VALUES (:name, {_NOW} + :takes, 0)
    ON CONFLICT (name) DO UPDATE
        SET used_until = CASE WHEN p.rests_until > {_NOW} THEN p.used_until
                              ELSE greatest(p.used_until, {_NOW}) + :takes END
    RETURNING used_until - {_NOW} AS ahead, rests_until > {_NOW} AS rests
""")  # noqa: S608 - the clock's name is ours
_REST = sa.text(f"""
    INSERT INTO paces AS p (name, used_until, rests_until) VALUES (:name, 0, {_NOW} + :seconds)
    ON CONFLICT (name) DO UPDATE SET rests_until = {_NOW} + :seconds
""")  # noqa: S608 - the same


class StoredPace:
    """A pace in the store, on PostgreSQL. Each call is a transaction of its own."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def take(self, name: str, takes_s: float, burst_s: float) -> float | None:
        """As promised. Raises StoreError."""
        with self._store.writing(fenced=False) as connection:
            row = connection.execute(_TAKE, {"name": name, "takes": takes_s}).one()
        return None if row.rests else max(0.0, row.ahead - burst_s)

    def rest(self, name: str, seconds: float) -> None:
        """As promised. Raises StoreError."""
        with self._store.writing(fenced=False) as connection:
            connection.execute(_REST, {"name": name, "seconds": seconds})
