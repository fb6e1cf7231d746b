"""Questions that are put down, and the jobs they were handed in with."""

from collections.abc import Sequence

import sqlalchemy as sa

from pipeline.model.exchange import Request
from pipeline.store.database import Store
from pipeline.store.schema import awaited


class StoredAwaited:
    """The questions that answers are awaited for, in the store. Each call is a transaction of its own."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def put(self, thread: str, request: Request) -> None:
        with self._store.writing(fenced=False) as connection:
            if connection.scalar(sa.select(awaited.c.key).where(awaited.c.key == request.key)) is None:
                connection.execute(
                    sa.insert(awaited).values(key=request.key, thread=thread, request=request.model_dump_json())
                )

    def unsent(self) -> list[Request]:
        """Those in no job yet."""
        return self._of(awaited.c.job.is_(None))

    def of_job(self, job: str) -> dict[str, Request]:
        """Those of one job, by key."""
        return {request.key: request for request in self._of(awaited.c.job == job)}

    def jobs(self) -> list[str]:
        """The jobs that answers are awaited from."""
        query = sa.select(awaited.c.job).where(awaited.c.job.is_not(None)).distinct().order_by(awaited.c.job)
        with self._store.reading() as connection:
            return list(connection.scalars(query))

    def sent(self, job: str, requests: Sequence[Request]) -> None:
        """Remembers which job they were handed in with."""
        with self._store.writing(fenced=False) as connection:
            for request in requests:
                connection.execute(sa.update(awaited).where(awaited.c.key == request.key).values(job=job))

    def done(self, job: str) -> None:
        """Awaits nothing more of a job: what it left unanswered is put down again by who needs it."""
        with self._store.writing(fenced=False) as connection:
            connection.execute(sa.delete(awaited).where(awaited.c.job == job))

    def _of(self, which: sa.ColumnElement[bool]) -> list[Request]:
        query = sa.select(awaited.c.request).where(which).order_by(awaited.c.key)
        with self._store.reading() as connection:
            return [Request.model_validate_json(record) for record in connection.scalars(query)]
