"""A worker: several of them, on one machine or many, do together what a batch does alone.

    look    every minute, and when the last run has ended: polls watched feeds, sorts, and queues each thread that is
            due; where none is, makes the pages of days
    run     runs one thread, as `thread` and `batch` do
    revive  every ten seconds: starts the jobs of workers that send no heartbeat again

Each says in the store what it is at, for `status`.

The queue (Procrastinate, in a schema of its own in the store's database) holds nothing that has to last: what is due is
decided from the store, and a job that runs twice finds its questions answered. So each version of Procrastinate gets a
new schema. Each worker regenerates the site of its own home.
"""

import asyncio
import logging
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any

import procrastinate
import psycopg
from procrastinate import exceptions, jobs, schema

from pipeline.app.machine import Machine
from pipeline.errors import MachineError, StoreError, UsageError
from pipeline.net.stopping import StopSignal
from pipeline.records.runs import Progress, ProgressEvent
from pipeline.records.workers import WorkerReport
from pipeline.runs.batch import look, run_one
from pipeline.store import workers as worker_store
from pipeline.store.postgresql import process_name

_LOOK, _RUN = "look", "run"
_LOOKING = "looking for what is due"
_EVERY_MINUTE, _EVERY_TEN_SECONDS = "* * * * *", "* * * * * */10"
_HIGH_PRIORITY = 10  # of short jobs, which must not wait behind runs
# Chosen, not measured:
_RECONNECT_PAUSE_S = 1.0
_PUBLISH_EVERY_S = 60.0  # at the latest: the site also shows what other workers have stored
_GRACE_S = 1.0  # for running jobs to end at their next request
_HEARTBEATS = 3  # within the time after which a worker counts as lost
_CONNECTION_ERRORS = (exceptions.ConnectorException, psycopg.Error)

QUEUE = f"procrastinate_{procrastinate.__version__.replace('.', '_')}"
"""The database schema of the queue."""


class Worker:
    """One worker on `machine`'s store. `progress` receives its steps; `stop` is set when a signal comes. With `site` it
    regenerates its home's site. Raises UsageError for settings that workers cannot keep to."""

    def __init__(self, machine: Machine, progress: Progress, stop: StopSignal, *, site: bool) -> None:
        _check_settings(machine)
        self._machine, self._progress, self._stop, self._site = machine, progress, stop, site
        self._slots = machine.settings.batch.parallel
        self._lost_after_s = machine.settings.worker.lost_after_s
        self._threads = ThreadPoolExecutor(self._slots + 3)
        keepalives = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}
        connector = procrastinate.PsycopgConnector(
            conninfo=machine.store.address, kwargs={"options": f"-c search_path={QUEUE}", **keepalives}
        )
        self._app = procrastinate.App(connector=connector)
        self._name, self._since = process_name(), machine.clock()
        self._doing: dict[str, datetime] = {}
        self._idle_since = self._since
        self._register()

    def run(self) -> None:
        """Works until a signal tells it to stop."""
        _log_to(self._progress)
        try:
            asyncio.run(self._run())
        finally:
            self._threads.shutdown(wait=False, cancel_futures=True)

    # the tasks

    def _register(self) -> None:
        self._look = self._app.task(name=_LOOK, queueing_lock=_LOOK, lock=_LOOK, priority=_HIGH_PRIORITY)(
            self._queue_due_threads
        )
        self._app.periodic(cron=_EVERY_MINUTE)(self._look)
        self._run_one = self._app.task(name=_RUN)(self._run_thread)
        revive = self._app.task(name="revive", queueing_lock="revive", priority=_HIGH_PRIORITY)(self._revive)
        self._app.periodic(cron=_EVERY_TEN_SECONDS)(revive)

    async def _queue_due_threads(self, timestamp: int) -> None:
        """The task "look": queues each thread that is due, unless it is queued already."""
        del timestamp
        with self._at(_LOOKING):
            due = await self._in_thread(self._look_now)
        queued = {job.task_kwargs["slug"] for job in await self._run_jobs()}
        for slug in due or ():
            if slug not in queued:
                await self._run_one.configure(lock=f"thread {slug}").defer_async(slug=slug)
        self._news.set()

    async def _run_thread(self, slug: str) -> None:
        """The task "run": runs one thread, and looks again after the last one."""
        with self._at(slug):
            await self._in_thread(self._run_now, slug)
        self._news.set()
        if len(await self._run_jobs()) <= 1:  # this one
            await self._ask_to_look()

    async def _revive(self, timestamp: int) -> None:
        """The task "revive": queues the runs of lost workers again. A look or a revival comes again by itself."""
        del timestamp
        manager = self._app.job_manager
        for job in await manager.get_stalled_jobs(seconds_since_heartbeat=self._lost_after_s):
            slug = str(job.task_kwargs.get("slug", ""))
            self._progress(ProgressEvent(slug, "worker", f"another is lost: its {job.task_name} is taken up"))
            if job.task_name == _RUN:
                await manager.retry_job(job)
            else:
                await manager.finish_job(job, jobs.Status.FAILED, delete_job=True)

    async def _run_jobs(self) -> list[jobs.Job]:
        """The jobs of runs that are waiting or running."""
        manager = self._app.job_manager
        return [
            job
            for status in (jobs.Status.TODO, jobs.Status.DOING)
            for job in await manager.list_jobs_async(task=_RUN, status=status.value)
        ]

    async def _ask_to_look(self) -> None:
        with suppress(exceptions.AlreadyEnqueued):
            await self._look.defer_async(timestamp=int(self._machine.clock().timestamp()))

    # what others see of it

    @contextmanager
    def _at(self, work: str) -> Iterator[None]:
        """The worker is at `work`, a thread's slug or another, while the context is open."""
        self._doing[work] = self._machine.clock()
        self._changed.set()
        try:
            yield
        finally:
            del self._doing[work]
            self._idle_since = self._machine.clock()
            self._changed.set()

    async def _give_signs(self) -> None:
        """Reports what the worker is at: whenever that changes, and so often that it does not count as lost."""
        while True:
            self._changed.clear()
            await self._in_thread(self._report_now)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), self._lost_after_s / _HEARTBEATS)

    def _report_now(self) -> None:
        report = WorkerReport(name=self._name, since=self._since, doing=dict(self._doing), idle_since=self._idle_since)
        with suppress(StoreError), self._machine.store.writing(fenced=False) as connection:  # the queue reports it
            worker_store.report(connection, report, self._lost_after_s)

    def _forget_now(self) -> None:
        with suppress(StoreError), self._machine.store.writing(fenced=False) as connection:
            worker_store.forget(connection, self._name)

    # their work, in operating system threads

    def _look_now(self) -> tuple[str, ...]:
        started = self._machine.clock()
        with self._machine.services.batch_context(started, self._progress) as context:
            return look(context)

    def _run_now(self, slug: str) -> None:
        started = self._machine.clock()
        with self._machine.services.batch_context(started, self._progress) as context:
            run_one(context, slug)

    def _tell_now(self) -> None:
        self._machine.tell(self._progress)

    async def _in_thread(self, work: Callable[..., Any], *slug: str) -> Any:  # noqa: ANN401 - as `work` returns
        """What blocking `work` returns; None where it fails: the error is reported, and it is done when next due."""
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work, *slug)
        except MachineError as error:
            self._progress(ProgressEvent(slug[0] if slug else "", "failed", str(error), "problem"))
            return None

    # start and end

    async def _run(self) -> None:
        stopped, self._news, self._changed = asyncio.Event(), asyncio.Event(), asyncio.Event()
        for name in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            if signal.getsignal(name) is not signal.SIG_IGN:
                asyncio.get_running_loop().add_signal_handler(name, self._on_signal, stopped)
        tasks = [asyncio.create_task(coroutine) for coroutine in (self._work(), self._publish(), self._give_signs())]
        await asyncio.wait([asyncio.create_task(stopped.wait()), *tasks], return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        with suppress(TimeoutError):
            await asyncio.wait_for(self._in_thread(self._forget_now), _GRACE_S)
        for result in results:
            if isinstance(result, Exception) and not isinstance(result, _CONNECTION_ERRORS):
                raise result

    def _on_signal(self, stopped: asyncio.Event) -> None:
        self._stop.set()
        stopped.set()

    async def _work(self) -> None:
        """Does jobs; connects again where the connection to the database is lost."""
        while True:
            try:
                await asyncio.get_running_loop().run_in_executor(self._threads, self._make_queue)
                async with self._app.open_async():
                    await self._ask_to_look()
                    await self._app.run_worker_async(
                        concurrency=self._slots,
                        delete_jobs=jobs.DeleteJobCondition.ALWAYS,
                        install_signal_handlers=False,
                        shutdown_graceful_timeout=_GRACE_S,
                        update_heartbeat_interval=self._lost_after_s / _HEARTBEATS,
                        stalled_worker_timeout=self._lost_after_s,
                    )
            except _CONNECTION_ERRORS as error:
                self._progress(ProgressEvent("", "failed", _connection_lost(error), "problem"))
            await asyncio.sleep(_RECONNECT_PAUSE_S)

    def _make_queue(self) -> None:
        """Makes the queue's tables where there are none; a lock keeps workers that start together apart."""
        with psycopg.connect(self._machine.store.address) as connection:
            connection.execute("SELECT pg_advisory_xact_lock(hashtext('queue'))")
            row = connection.execute("SELECT to_regclass(%s)", [f"{QUEUE}.procrastinate_jobs"]).fetchone()
            if row and row[0] is None:
                connection.execute(f"CREATE SCHEMA IF NOT EXISTS {QUEUE}")
                connection.execute(f"SET LOCAL search_path TO {QUEUE}")
                connection.execute(schema.SchemaManager.get_schema())

    async def _publish(self) -> None:
        """Regenerates the site, and tells the operator what is new, after each job, and every minute for what other
        workers have stored."""
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), _PUBLISH_EVERY_S)
            self._news.clear()
            if self._site:
                await self._in_thread(self._machine.publish)
            await self._in_thread(self._tell_now)


def _check_settings(machine: Machine) -> None:
    settings = machine.settings
    if settings.replay:
        raise UsageError(f"{machine.home} replays a recording, and workers live in the world: use another home")
    if settings.batch.tokens or settings.batch.money or settings.batch.deferred:
        raise UsageError(
            "[batch] tokens, money and deferred are for batches: a worker's runs are held to [model] run_tokens and "
            "run_money; take them out"
        )


class _ProgressHandler(logging.Handler):
    """Reports errors of the queue's libraries: in one line where the database is to blame, else with the traceback."""

    def __init__(self, progress: Progress) -> None:
        super().__init__(logging.ERROR)
        self._progress = progress

    def emit(self, record: logging.LogRecord) -> None:
        """Reports one log record as a problem."""
        error = record.exc_info[1] if record.exc_info else None
        if error is None:
            text = record.getMessage()
        elif isinstance(error, (*_CONNECTION_ERRORS, asyncio.CancelledError)):
            text = _connection_lost(error)
        else:
            text = self.format(record)
        self._progress(ProgressEvent("", "failed", text, "problem"))


def _connection_lost(error: BaseException) -> str:
    """The report of a lost connection to the database."""
    return f"the queue: {' '.join(str(error).split()) or type(error).__name__}; it is tried again"


def _log_to(progress: Progress) -> None:
    """Sends the errors of the queue's libraries to `progress` instead of standard error."""
    for name in ("procrastinate", "psycopg.pool", "asyncio"):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [_ProgressHandler(progress)], False
