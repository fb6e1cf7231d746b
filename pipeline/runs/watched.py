"""The watched feeds of a store, and when a batch asks them."""

from datetime import datetime

from sqlalchemy import Connection

from pipeline.fetch.addresses import is_of
from pipeline.fetch.poll import PollTarget
from pipeline.runs.schedule import Due, feed_due
from pipeline.settings import BatchSettings
from pipeline.store import arrivals as arrival_store
from pipeline.store import blocked as blocked_store
from pipeline.store import sources as source_store


def watched_feeds(connection: Connection, now: datetime, batch: BatchSettings) -> list[tuple[PollTarget, Due]]:
    """The watched feeds, each with whether it is asked now."""
    watched, blocked = arrival_store.watched_feeds(connection), blocked_store.hosts(connection)
    statuses = source_store.of(connection, watched)
    return [
        (
            PollTarget("feed", statuses[address], seen),
            feed_due(statuses[address], seen, is_of(address, blocked), now, batch),
        )
        for address, seen in watched.items()
    ]
