"""How the addresses that threads look at have answered."""

from collections.abc import Iterable

import sqlalchemy as sa

from pipeline.records.sources import SourceStatus
from pipeline.store.schema import ASKED, in_parts, sources

_FIND = sa.select(sources.c.record).where(sources.c.address == ASKED)


def find(connection: sa.Connection, address: str) -> SourceStatus:
    """The status of the address; an empty one where it was never fetched."""
    record = connection.scalar(_FIND, {"asked": address})
    return SourceStatus.model_validate_json(record) if record else SourceStatus(address=address)


def of(connection: sa.Connection, addresses: Iterable[str]) -> dict[str, SourceStatus]:
    """The status of each of these addresses; an empty one where it was never fetched."""
    statuses = {address: SourceStatus(address=address) for address in addresses}
    for part in in_parts(list(statuses)):
        for record in connection.scalars(sa.select(sources.c.record).where(sources.c.address.in_(part))):
            status = SourceStatus.model_validate_json(record)
            statuses[status.address] = status
    return statuses


def every(connection: sa.Connection) -> list[SourceStatus]:
    """The status of every address that was ever fetched, by address."""
    records = connection.scalars(sa.select(sources.c.record).order_by(sources.c.address))
    return [SourceStatus.model_validate_json(record) for record in records]


def save(connection: sa.Connection, status: SourceStatus) -> None:
    """Stores the status of an address, and replaces an earlier one."""
    record = {"record": status.model_dump_json()}
    update = sa.update(sources).where(sources.c.address == status.address)
    if connection.execute(update.values(record)).rowcount == 0:
        connection.execute(sa.insert(sources).values(address=status.address, **record))
