"""Deferred questions, and the batch jobs they were submitted with."""

from collections.abc import Sequence

import sqlalchemy as sa

from pipeline.records.replies import Request
from pipeline.store.database import Store
from pipeline.store.schema import awaited


class StoredDeferredQuestions:
    """A DeferredQuestionStore in the store. Each call is a transaction of its own."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def put(self, thread: str, request: Request) -> None:
        """Adds a question of `thread`; one that is there already stays as it is."""
        with self._store.writing(fenced=False) as connection:
            if connection.scalar(sa.select(awaited.c.key).where(awaited.c.key == request.key)) is None:
                connection.execute(
                    sa.insert(awaited).values(key=request.key, thread=thread, request=request.model_dump_json())
                )

    def waiting(self) -> list[Request]:
        """The questions that are in no job yet."""
        return self._select(awaited.c.job.is_(None))

    def of_job(self, job: str) -> dict[str, Request]:
        """The questions of one job, by key."""
        return {request.key: request for request in self._select(awaited.c.job == job)}

    def jobs(self) -> list[str]:
        """The ids of the jobs whose answers are still to come."""
        query = sa.select(awaited.c.job).where(awaited.c.job.is_not(None)).distinct().order_by(awaited.c.job)
        with self._store.reading() as connection:
            return list(connection.scalars(query))

    def mark_submitted(self, job: str, requests: Sequence[Request]) -> None:
        """Stores that these questions were submitted with `job`."""
        with self._store.writing(fenced=False) as connection:
            for request in requests:
                connection.execute(sa.update(awaited).where(awaited.c.key == request.key).values(job=job))

    def remove_job(self, job: str) -> None:
        """Removes the questions of a job that has ended. The next run that asks a question it left unanswered defers it
        again."""
        with self._store.writing(fenced=False) as connection:
            connection.execute(sa.delete(awaited).where(awaited.c.job == job))

    def _select(self, where: sa.ColumnElement[bool]) -> list[Request]:
        query = sa.select(awaited.c.request).where(where).order_by(awaited.c.key)
        with self._store.reading() as connection:
            return [Request.model_validate_json(record) for record in connection.scalars(query)]
