"""A worker: several of them, on one machine or many, do together what a batch does alone.

    look    every minute, and when the last run has ended: watch, sort, put each thread that is due in the queue; where
            none is, the pages of days
    run     one thread, as `thread` and `batch` run it
    revive  every ten seconds: what a worker had begun that gives no sign of life is begun again

The queue (Procrastinate, in a schema of its own in the store's database) holds nothing that has to last: what is due is
decided from the store, and a job that runs twice finds its questions answered. So it is made anew for each version of
Procrastinate. Each worker brings the site of its own home after what is stored.
"""

import asyncio
import logging
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import procrastinate
import psycopg
from procrastinate import exceptions, jobs, schema

from pipeline.batch import look, run_one
from pipeline.errors import MachineError, UsageError
from pipeline.machine import Machine
from pipeline.stopping import Stopping

_LOOK, _RUN = "look", "run"
_EVERY_MINUTE, _EVERY_TEN_SECONDS = "* * * * *", "* * * * * */10"
_FIRST = 10  # the priority of what takes a moment and must not wait behind runs
_AGAIN_S = 1.0
_PUBLISHED_AFTER_S = 60.0  # what others have stored
_GRACE_S = 1.0  # for what is under way to end at the next door
_BEATS = 3  # signs of life within the time after which a worker counts as lost
_BROKEN = (exceptions.ConnectorException, psycopg.Error)

QUEUE = f"procrastinate_{procrastinate.__version__.replace('.', '_')}"
"""The schema that the queue is in."""

Says = Callable[[str, str], None]


class Worker:
    """One worker of `machine`'s store; `says` hears of it, thread by thread. With `site` it keeps its home's site.
    Raises UsageError where settings ask for what workers cannot hold to."""

    def __init__(self, machine: Machine, says: Says, stopping: Stopping, *, site: bool) -> None:
        _refuse(machine)
        self._machine, self._says, self._stopping, self._site = machine, says, stopping, site
        self._slots = machine.settings.batch.parallel
        self._lost_after_s = machine.settings.worker.lost_after_s
        self._threads = ThreadPoolExecutor(self._slots + 2)
        kept_alive = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}
        connector = procrastinate.PsycopgConnector(
            conninfo=machine.store.address, kwargs={"options": f"-c search_path={QUEUE}", **kept_alive}
        )
        self._app = procrastinate.App(connector=connector)
        self._register()

    def run(self) -> None:
        """Works until it is told to stop."""
        _tell_through(self._says)
        try:
            asyncio.run(self._run())
        finally:
            self._threads.shutdown(wait=False, cancel_futures=True)

    # the tasks

    def _register(self) -> None:
        self._look = self._app.task(name=_LOOK, queueing_lock=_LOOK, lock=_LOOK, priority=_FIRST)(self._look_round)
        self._app.periodic(cron=_EVERY_MINUTE)(self._look)
        self._run_one = self._app.task(name=_RUN)(self._run_thread)
        revive = self._app.task(name="revive", queueing_lock="revive", priority=_FIRST)(self._revive)
        self._app.periodic(cron=_EVERY_TEN_SECONDS)(revive)

    async def _look_round(self, timestamp: int) -> None:
        """Puts each thread that is due in the queue, once."""
        del timestamp
        due = await self._apart(self._looked)
        waiting = {job.task_kwargs["slug"] for job in await self._runs()}
        for slug in due or ():
            if slug not in waiting:
                await self._run_one.configure(lock=f"thread {slug}").defer_async(slug=slug)
        self._news.set()

    async def _run_thread(self, slug: str) -> None:
        await self._apart(self._ran, slug)
        self._news.set()
        if len(await self._runs()) <= 1:  # this one
            await self._ask_to_look()

    async def _revive(self, timestamp: int) -> None:
        """Begins again what a lost worker was at. A look or a revival comes again by itself."""
        del timestamp
        manager = self._app.job_manager
        for job in await manager.get_stalled_jobs(seconds_since_heartbeat=self._lost_after_s):
            slug = str(job.task_kwargs.get("slug", ""))
            self._says(slug, f"worker      another is lost: its {job.task_name} is taken up")
            if job.task_name == _RUN:
                await manager.retry_job(job)
            else:
                await manager.finish_job(job, jobs.Status.FAILED, delete_job=True)

    async def _runs(self) -> list[jobs.Job]:
        """Those that are waiting or under way."""
        manager = self._app.job_manager
        return [
            job
            for status in (jobs.Status.TODO, jobs.Status.DOING)
            for job in await manager.list_jobs_async(task=_RUN, status=status.value)
        ]

    async def _ask_to_look(self) -> None:
        with suppress(exceptions.AlreadyEnqueued):
            await self._look.defer_async(timestamp=int(self._machine.clock().timestamp()))

    # what they do, on threads of their own

    def _looked(self) -> tuple[str, ...]:
        started = self._machine.clock()
        with self._machine.workshop.means(started, self._says) as means:
            return look(means, started)

    def _ran(self, slug: str) -> None:
        started = self._machine.clock()
        with self._machine.workshop.means(started, self._says) as means:
            run_one(means, slug, started)

    async def _apart(self, work: Callable[..., Any], *words: str) -> Any:  # noqa: ANN401 - whatever the work gives
        """Does work that waits; what stops it is said, and tried again when it is due again."""
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work, *words)
        except MachineError as error:
            self._says(words[0] if words else "", f"            ! {error}")
            return None

    # life

    async def _run(self) -> None:
        told, self._news = asyncio.Event(), asyncio.Event()
        for name in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            if signal.getsignal(name) is not signal.SIG_IGN:
                asyncio.get_running_loop().add_signal_handler(name, self._told_to_stop, told)
        works = [self._work(), self._publish()] if self._site else [self._work()]
        under_way = [asyncio.create_task(work) for work in works]
        await asyncio.wait([asyncio.create_task(told.wait()), *under_way], return_when=asyncio.FIRST_COMPLETED)
        for task in under_way:
            task.cancel()
        for ended in await asyncio.gather(*under_way, return_exceptions=True):
            if isinstance(ended, Exception) and not isinstance(ended, _BROKEN):
                raise ended

    def _told_to_stop(self, told: asyncio.Event) -> None:
        self._stopping.tell()
        told.set()

    async def _work(self) -> None:
        """Does jobs, and begins anew where the database went away."""
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
                        update_heartbeat_interval=self._lost_after_s / _BEATS,
                        stalled_worker_timeout=self._lost_after_s,
                    )
            except _BROKEN as error:
                self._says("", f"            ! {_gone(error)}")
            await asyncio.sleep(_AGAIN_S)

    def _make_queue(self) -> None:
        """Makes the queue's tables where there are none; two that start at once follow one another."""
        with psycopg.connect(self._machine.store.address) as connection:
            connection.execute("SELECT pg_advisory_xact_lock(hashtext('queue'))")
            there = connection.execute("SELECT to_regclass(%s)", [f"{QUEUE}.procrastinate_jobs"]).fetchone()
            if there and there[0] is None:
                connection.execute(f"CREATE SCHEMA IF NOT EXISTS {QUEUE}")
                connection.execute(f"SET LOCAL search_path TO {QUEUE}")
                connection.execute(schema.SchemaManager.get_schema())

    async def _publish(self) -> None:
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), _PUBLISHED_AFTER_S)
            self._news.clear()
            await self._apart(self._machine.publish)


def _refuse(machine: Machine) -> None:
    chosen = machine.settings
    if chosen.replay:
        raise UsageError(f"{machine.home} replays a recording, and workers live in the world: use another home")
    if chosen.batch.tokens or chosen.batch.money or chosen.batch.deferred:
        raise UsageError(
            "[batch] tokens, money and deferred are for batches: a worker's runs are held to [model] run_tokens and "
            "run_money; take them out"
        )


class _Teller(logging.Handler):
    """Says in one line what the queue's library reports; a fault of ours it tells whole."""

    def __init__(self, says: Says) -> None:
        super().__init__(logging.ERROR)
        self._says = says

    def emit(self, record: logging.LogRecord) -> None:
        fault = record.exc_info[1] if record.exc_info else None
        if fault is None:
            said = record.getMessage()
        elif isinstance(fault, (*_BROKEN, asyncio.CancelledError)):
            said = _gone(fault)
        else:
            said = self.format(record)
        self._says("", f"            ! {said}")


def _gone(error: BaseException) -> str:
    """What is said of a database that went away."""
    return f"the queue: {' '.join(str(error).split()) or type(error).__name__}; it is tried again"


def _tell_through(says: Says) -> None:
    for name in ("procrastinate", "psycopg.pool", "asyncio"):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [_Teller(says)], False
