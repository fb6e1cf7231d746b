"""Watched feeds, and what they brought."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa

from pipeline.records.arrivals import Arrival
from pipeline.store.schema import arrivals, watched


def watch(connection: sa.Connection, addresses: Iterable[str]) -> None:
    """Adds feeds to those that are watched; one that is watched already stays as it is."""
    already_watched = set(watched_feeds(connection))
    for address in dict.fromkeys(addresses):
        if address not in already_watched:
            connection.execute(sa.insert(watched).values(address=address))


def unwatch(connection: sa.Connection, address: str) -> None:
    """Removes a feed from those that are watched."""
    connection.execute(sa.delete(watched).where(watched.c.address == address))


def watched_feeds(connection: sa.Connection) -> dict[str, str | None]:
    """The watched feeds, by address, each with the digest of the bytes whose entries have all arrived."""
    rows = connection.execute(sa.select(watched.c.address, watched.c.taken).order_by(watched.c.address))
    return {row.address: row.taken for row in rows}


def mark_seen(connection: sa.Connection, address: str, digest: str | None) -> None:
    """Stores that every entry of a feed with this digest of its bytes has arrived."""
    connection.execute(sa.update(watched).where(watched.c.address == address).values(taken=digest))


def add(connection: sa.Connection, arrival: Arrival) -> bool:
    """Adds an arrival that is not looked at yet, and returns whether it is new: an item arrives once."""
    if connection.scalar(sa.select(arrivals.c.item).where(arrivals.c.item == arrival.item)):
        return False
    connection.execute(
        sa.insert(arrivals).values(
            item=arrival.item,
            came_at=arrival.came_at.isoformat(),
            state="new",
            record=arrival.model_dump_json(),
        )
    )
    return True


def replace(connection: sa.Connection, arrival: Arrival) -> None:
    """Replaces the record of an arrival by one that says more; its state stays."""
    record = {"record": arrival.model_dump_json()}
    connection.execute(sa.update(arrivals).where(arrivals.c.item == arrival.item).values(record))


def new(connection: sa.Connection) -> list[Arrival]:
    """Arrivals that are not looked at yet, by item id."""
    return _of_state(connection, "new")


def loose(connection: sa.Connection) -> list[Arrival]:
    """Arrivals that were looked at and belong to no thread so far, by item id."""
    return _of_state(connection, "loose")


def put(connection: sa.Connection, items: Sequence[str], state: str) -> None:
    """Sets the state of arrivals: `loose`, `assigned` (to a thread) or `past` (too old to be looked at again)."""
    for item in items:
        connection.execute(sa.update(arrivals).where(arrivals.c.item == item).values(state=state))


def expire(connection: sa.Connection, before: datetime) -> None:
    """Sets loose arrivals that came before a moment to `past`."""
    expired = (arrivals.c.state == "loose", arrivals.c.came_at < before.isoformat())
    connection.execute(sa.update(arrivals).where(*expired).values(state="past"))


def count(connection: sa.Connection) -> dict[str, int]:
    """How many arrivals there are in each state."""
    rows = connection.execute(sa.select(arrivals.c.state, sa.func.count()).group_by(arrivals.c.state))
    return {str(state): int(total) for state, total in rows}


def _of_state(connection: sa.Connection, state: str) -> list[Arrival]:
    query = sa.select(arrivals.c.record).where(arrivals.c.state == state).order_by(arrivals.c.item)
    return [Arrival.model_validate_json(record) for record in connection.scalars(query)]
