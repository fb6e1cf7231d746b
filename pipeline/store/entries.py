"""Entries of feeds, and the items they became."""

from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from pipeline.records.entries import FeedEntry
from pipeline.store.schema import feed_entries, in_parts


def find(connection: sa.Connection, keys: Sequence[str], items: Sequence[str]) -> list[FeedEntry]:
    """The entries under `keys`, and those that became one of `items`."""
    records: dict[str, str] = {}
    for column, values in ((feed_entries.c.key, keys), (feed_entries.c.item, items)):
        for part in in_parts(values):
            rows = connection.execute(sa.select(feed_entries.c.key, feed_entries.c.record).where(column.in_(part)))
            records |= {row.key: row.record for row in rows}
    return [FeedEntry.model_validate_json(records[key]) for key in sorted(records)]


def save(connection: sa.Connection, entries: Iterable[FeedEntry]) -> None:
    """Keeps entries as their feeds give them now."""
    for entry in entries:
        values = {"item": entry.item, "record": entry.model_dump_json()}
        if connection.execute(sa.update(feed_entries).where(feed_entries.c.key == entry.key).values(values)).rowcount:
            continue
        connection.execute(sa.insert(feed_entries).values(key=entry.key, **values))
