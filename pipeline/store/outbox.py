"""What an operator is to be told, and how far that is. It is put here in the transaction that stores what it tells of,
so that neither is there without the other, and told behind it."""

from collections.abc import Iterable

import sqlalchemy as sa

from pipeline.records.notices import Channel, Delivery, Notice
from pipeline.store.schema import outbox


def add(connection: sa.Connection, notice: Notice, channels: Iterable[Channel]) -> None:
    """Adds a notice for each way it is to go. One that is there already stays as it is."""
    there = set(connection.scalars(sa.select(outbox.c.channel).where(outbox.c.id == notice.id)))
    for channel in channels:
        if channel not in there:
            delivery = Delivery(notice=notice, channel=channel)
            connection.execute(
                sa.insert(outbox).values(
                    id=notice.id,
                    channel=channel,
                    at=notice.at.isoformat(),
                    thread=notice.thread,
                    state=delivery.state,
                    record=delivery.model_dump_json(),
                )
            )


def waiting(connection: sa.Connection) -> list[Delivery]:
    """What is still to be told, oldest first."""
    return _select(connection, outbox.c.state.in_(("waiting", "sending")))


def given_up(connection: sa.Connection, since: str) -> list[Delivery]:
    """What was not told and will not be, of events since a moment (ISO 8601), oldest first."""
    return _select(connection, (outbox.c.state == "given up") & (outbox.c.at >= since))


def save(connection: sa.Connection, delivery: Delivery) -> None:
    """Stores how far a notice is. One whose thread was deleted in the meantime is gone, and stays so."""
    own = (outbox.c.id == delivery.notice.id) & (outbox.c.channel == delivery.channel)
    changed = {"state": delivery.state, "record": delivery.model_dump_json()}
    connection.execute(sa.update(outbox).where(own).values(changed))


def _select(connection: sa.Connection, condition: sa.ColumnElement[bool]) -> list[Delivery]:
    query = sa.select(outbox.c.record).where(condition).order_by(outbox.c.at, outbox.c.id, outbox.c.channel)
    return [Delivery.model_validate_json(record) for record in connection.scalars(query)]
