"""The reports of runs."""

from datetime import datetime

import sqlalchemy as sa

from pipeline.records.runs import RunReport
from pipeline.store.schema import runs


def add(connection: sa.Connection, report: RunReport) -> None:
    """Adds the report of a run."""
    connection.execute(
        sa.insert(runs).values(
            thread=report.thread, started_at=report.started_at.isoformat(), record=report.model_dump_json()
        )
    )


def last(connection: sa.Connection, thread: str) -> RunReport | None:
    """The report of the thread's last run, or None."""
    query = sa.select(runs.c.record).where(runs.c.thread == thread).order_by(runs.c.id.desc()).limit(1)
    record = connection.scalar(query)
    return RunReport.model_validate_json(record) if record else None


def since(connection: sa.Connection, moment: datetime) -> list[RunReport]:
    """The runs started since a moment, oldest first."""
    query = sa.select(runs.c.record).where(runs.c.started_at >= moment.isoformat()).order_by(runs.c.id)
    return [RunReport.model_validate_json(record) for record in connection.scalars(query)]
