"""The pages of days, and the batches behind them."""

import sqlalchemy as sa

from pipeline.records.batches import BatchReport
from pipeline.records.days import Day
from pipeline.store.schema import batches, days


def save(connection: sa.Connection, day: Day) -> None:
    """Stores the day's page, and replaces an earlier one of that day."""
    record = {"record": day.model_dump_json()}
    if connection.execute(sa.update(days).where(days.c.date == day.date).values(record)).rowcount == 0:
        connection.execute(sa.insert(days).values(date=day.date, **record))


def find(connection: sa.Connection, date: str) -> Day | None:
    """The page of the day (YYYY-MM-DD), or None."""
    record = connection.scalar(sa.select(days.c.record).where(days.c.date == date))
    return Day.model_validate_json(record) if record else None


def every(connection: sa.Connection) -> list[Day]:
    """All days, oldest first."""
    records = connection.scalars(sa.select(days.c.record).order_by(days.c.date))
    return [Day.model_validate_json(record) for record in records]


def add_batch(connection: sa.Connection, report: BatchReport) -> None:
    """Adds the report of a batch."""
    connection.execute(
        sa.insert(batches).values(started_at=report.started_at.isoformat(), record=report.model_dump_json())
    )


def last_batches(connection: sa.Connection, limit: int) -> list[BatchReport]:
    """The last `limit` batches, newest first."""
    query = sa.select(batches.c.record).order_by(batches.c.id.desc()).limit(limit)
    return [BatchReport.model_validate_json(record) for record in connection.scalars(query)]
