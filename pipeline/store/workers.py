"""Workers and what each says that it does, on PostgreSQL. Who gives no sign of life any more is none."""

import sqlalchemy as sa

from pipeline.records.workers import WorkerReport
from pipeline.store.coordination import NOW

_KEPT_S = 86_400  # of one that is lost; chosen, not measured
_SAY = sa.text(f"""
    INSERT INTO workers (name, lives_until, record) VALUES (:name, {NOW} + :lives_s, :record)
    ON CONFLICT (name) DO UPDATE SET lives_until = excluded.lives_until, record = excluded.record
""")  # noqa: S608 - the expression is a constant of ours
_FORGET = sa.text(f"DELETE FROM workers WHERE name = :name OR lives_until < {NOW} - {_KEPT_S}")  # noqa: S608 - the same
_LIVE = sa.text(f"SELECT record FROM workers WHERE lives_until > {NOW} ORDER BY name")  # noqa: S608 - the same


def report(connection: sa.Connection, worker: WorkerReport, lives_s: float) -> None:
    """Stores what a worker does; without another report it counts as lost after `lives_s` seconds."""
    values = {"name": worker.name, "lives_s": lives_s, "record": worker.model_dump_json()}
    connection.execute(_SAY, values)


def forget(connection: sa.Connection, name: str) -> None:
    """Forgets a worker that has ended, and those that were lost long ago."""
    connection.execute(_FORGET, {"name": name})


def live(connection: sa.Connection) -> list[WorkerReport]:
    """The workers that live, by name; none in a store that workers cannot share."""
    if connection.dialect.name != "postgresql":
        return []
    return [WorkerReport.model_validate_json(record) for record in connection.scalars(_LIVE)]
