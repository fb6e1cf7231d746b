"""Watched feeds, and what they brought."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa

from pipeline.records.arrivals import Arrival
from pipeline.store.schema import arrivals, watched


def watch(connection: sa.Connection, addresses: Iterable[str]) -> None:
    """Adds feeds to those that are watched; nothing for one that is there."""
    known = set(watched_feeds(connection))
    for address in dict.fromkeys(addresses):
        if address not in known:
            connection.execute(sa.insert(watched).values(address=address))


def unwatch(connection: sa.Connection, address: str) -> None:
    connection.execute(sa.delete(watched).where(watched.c.address == address))


def watched_feeds(connection: sa.Connection) -> dict[str, str | None]:
    """The watched feeds, each with the digest of the bytes whose entries have arrived."""
    rows = connection.execute(sa.select(watched.c.address, watched.c.taken).order_by(watched.c.address))
    return {row.address: row.taken for row in rows}


def take_in(connection: sa.Connection, address: str, digest: str | None) -> None:
    """Remembers that all that these bytes of a feed name has arrived."""
    connection.execute(sa.update(watched).where(watched.c.address == address).values(taken=digest))


def add(connection: sa.Connection, arrival: Arrival) -> bool:
    """Adds it as loose, and says whether it is new: an item arrives once."""
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
    """Keeps more of what is known of an arrival."""
    record = {"record": arrival.model_dump_json()}
    connection.execute(sa.update(arrivals).where(arrivals.c.item == arrival.item).values(record))


def new(connection: sa.Connection) -> list[Arrival]:
    """Those not looked at yet, in the order of their ids."""
    return _of_state(connection, "new")


def loose(connection: sa.Connection) -> list[Arrival]:
    """Those that were looked at and belong to no thread so far, in the order of their ids."""
    return _of_state(connection, "loose")


def put(connection: sa.Connection, items: Sequence[str], state: str) -> None:
    """Makes arrivals `loose`, `assigned` (a thread has them) or `past` (too old to be looked at again)."""
    for item in items:
        connection.execute(sa.update(arrivals).where(arrivals.c.item == item).values(state=state))


def let_go(connection: sa.Connection, before: datetime) -> None:
    """Makes loose arrivals past that came before a moment."""
    old = (arrivals.c.state == "loose", arrivals.c.came_at < before.isoformat())
    connection.execute(sa.update(arrivals).where(*old).values(state="past"))


def count(connection: sa.Connection) -> dict[str, int]:
    """How many there are in each state."""
    rows = connection.execute(sa.select(arrivals.c.state, sa.func.count()).group_by(arrivals.c.state))
    return {str(state): int(number) for state, number in rows}


def _of_state(connection: sa.Connection, state: str) -> list[Arrival]:
    query = sa.select(arrivals.c.record).where(arrivals.c.state == state).order_by(arrivals.c.item)
    return [Arrival.model_validate_json(record) for record in connection.scalars(query)]
