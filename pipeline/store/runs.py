"""The reports of runs."""

from datetime import datetime

import sqlalchemy as sa

from pipeline.records.runs import RunReport
from pipeline.store.schema import ASKED, runs, threads


def add(connection: sa.Connection, report: RunReport) -> None:
    """Adds the report of a run."""
    connection.execute(
        sa.insert(runs).values(
            thread=report.thread, started_at=report.started_at.isoformat(), record=report.model_dump_json()
        )
    )


_LAST = sa.select(runs.c.record).where(runs.c.thread == ASKED).order_by(runs.c.id.desc()).limit(1)


def last(connection: sa.Connection, thread: str) -> RunReport | None:
    """The report of the thread's last run, or None."""
    record = connection.scalar(_LAST, {"asked": thread})
    return RunReport.model_validate_json(record) if record else None


def last_of_each(connection: sa.Connection) -> dict[str, RunReport]:
    """The report of each thread's last run, by slug."""
    newest = sa.select(runs.c.record).where(runs.c.thread == threads.c.slug).order_by(runs.c.id.desc()).limit(1)
    rows = connection.execute(sa.select(threads.c.slug, newest.scalar_subquery().label("record")))
    return {row.slug: RunReport.model_validate_json(row.record) for row in rows if row.record}


def since(connection: sa.Connection, moment: datetime) -> list[RunReport]:
    """The runs started since a moment, oldest first."""
    query = sa.select(runs.c.record).where(runs.c.started_at >= moment.isoformat()).order_by(runs.c.id)
    return [RunReport.model_validate_json(record) for record in connection.scalars(query)]
