"""How places have answered."""

import sqlalchemy as sa

from pipeline.records.sources import SourceStatus
from pipeline.store.schema import sources


def find(connection: sa.Connection, address: str) -> SourceStatus:
    """The status of the place; a fresh one where it was never asked."""
    record = connection.scalar(sa.select(sources.c.record).where(sources.c.address == address))
    return SourceStatus.model_validate_json(record) if record else SourceStatus(address=address)


def every(connection: sa.Connection) -> list[SourceStatus]:
    """All places that were ever asked, by address."""
    records = connection.scalars(sa.select(sources.c.record).order_by(sources.c.address))
    return [SourceStatus.model_validate_json(record) for record in records]


def save(connection: sa.Connection, status: SourceStatus) -> None:
    record = {"record": status.model_dump_json()}
    mine = sa.update(sources).where(sources.c.address == status.address)
    if connection.execute(mine.values(record)).rowcount == 0:
        connection.execute(sa.insert(sources).values(address=status.address, **record))
