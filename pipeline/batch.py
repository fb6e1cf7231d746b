"""Many threads in one process, unattended.

    watch -> sort -> the threads that are due, each a run of its own -> the day's page -> the site

One thread that fails is a line in the report. What a batch may spend is divided fairly among the threads that are due:
what one leaves is there for the others, and those whose part was too small share, in a second round, what is left then.
A model that cannot be asked at all ends the asking, not the report. One batch at a time.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import datetime
from typing import NamedTuple

from pipeline import due
from pipeline.errors import BusyError, MachineError, ModelUnavailable, Stopped, StoreError
from pipeline.model.allowance import Allowance
from pipeline.model.jobs import Jobs
from pipeline.records.batches import BatchReport, ThreadDone, Waiting, done
from pipeline.records.runs import Report, Trouble
from pipeline.records.threads import Thread
from pipeline.stages.jobs import collect, hand_in
from pipeline.stages.run import Notes, Tools
from pipeline.stages.sort import Policy, Sorting, sort
from pipeline.stages.today import tell_days
from pipeline.stages.watch import Watched, due_feeds, watch
from pipeline.store import days as day_store
from pipeline.store import items as item_store
from pipeline.store import runs as run_store
from pipeline.store import threads as thread_store
from pipeline.store.database import Store
from pipeline.store.replies import StoredReplies
from pipeline.thread_run import run_thread

LOCK = "_batch"  # no thread's slug has an underscore
_UNASKABLE = "model unavailable"
_UNANSWERED = (_UNASKABLE, "no usable answer", "allowance spent")


class Means(NamedTuple):
    """What a batch works with. `tools` opens those of one run: whose it is ("" for the batch itself), and what it may
    spend; `part` makes one run's allowance of the batch's, for so many that are still to spend. With `jobs`, threads'
    questions are handed in and answered later."""

    store: Store
    tools: Callable[[str, Allowance], AbstractContextManager[Tools]]
    part: Callable[[int], Allowance]
    publish: Callable[[], object]
    say: Callable[[str, str], None]
    rules: due.Rules
    policy: Policy
    parallel: int
    jobs: Jobs | None


class Queue(NamedTuple):
    """What a batch would do now: the threads that are due, longest not run first, those that wait, and how many
    watched feeds are due."""

    due: tuple[tuple[Thread, str], ...]
    waiting: tuple[Waiting, ...]
    feeds: int


def queue(store: Store, now: datetime, rules: due.Rules) -> Queue:
    """What is due."""
    with store.reading() as connection:
        standing, settled = item_store.standings(connection), thread_store.settled(connection)
        found = []
        for thread in thread_store.every(connection):
            if due.is_followed(thread):
                last = run_store.last(connection, thread.slug)
                waits = thread_store.waits(standing, settled, thread.slug)
                found.append((thread, last, due.thread_due(thread, last, waits, now, rules)))
        feeds = len(due_feeds(connection, now, rules))
    ready = sorted(
        ((thread, last, verdict) for thread, last, verdict in found if verdict.now),
        key=lambda each: (each[1].started_at if each[1] else datetime.min.replace(tzinfo=now.tzinfo), each[0].slug),
    )
    waiting = tuple(Waiting(thread=t.slug, why=v.why, until=v.until) for t, _, v in found if not v.now)
    return Queue(tuple((thread, verdict.why) for thread, _, verdict in ready), waiting, feeds)


def run_batch(means: Means, now: datetime) -> BatchReport:
    """Does what is due and reports it; the report is stored. Raises BusyError where another batch is under way, and
    Stopped or StoreError where this one cannot go on: what it did stands, and the next goes on from there."""
    resting = due.rests_until(now, means.rules)
    if resting:
        return BatchReport(started_at=now, resting_until=resting)
    with means.store.lock(LOCK, f"a batch started {now:%Y-%m-%d %H:%M:%S} UTC", "the batch"):
        batch = _Batch(means, now)
        try:
            batch.run()
        except (KeyboardInterrupt, Stopped):
            batch.notes.troubles.append(Trouble(what="the batch", reason="stopped", message="it was told to stop"))
            batch.keep()
            raise
        return batch.keep()


# a worker's parts of a batch


def look(means: Means, now: datetime) -> tuple[str, ...]:
    """Sorts what watched feeds bring, and says which threads are due; where none is, makes the pages of days. Nothing
    in quiet hours, or while a batch or another worker looks."""
    if due.rests_until(now, means.rules):
        return ()
    means = means._replace(rules=means.rules._replace(steadily=True))
    try:
        with means.store.lock(LOCK, f"a look at {now:%Y-%m-%d %H:%M:%S} UTC", "the batch"):
            batch = _Batch(means, now)
            found = batch.look()
            if batch.has_news:
                batch.keep()
            return found
    except BusyError:
        return ()


def run_one(means: Means, slug: str, now: datetime) -> ThreadDone:
    """Runs one thread; what goes wrong is said and is its line. Raises Stopped or StoreError where it cannot go on."""
    return _Batch(means, now).one(slug, 1)


class _Batch:
    """One batch under way."""

    def __init__(self, means: Means, now: datetime) -> None:
        self._means, self._now = means, now
        self.notes = Notes(lambda line: means.say("", line))
        self._done: dict[str, ThreadDone] = {}
        self._waiting = 0
        self._watched, self._sorted = Watched(0, 0), Sorting()
        self._own: list[Tools] = []
        self._day_told = self._unaskable = False

    def run(self) -> None:
        """All of it, in order; the site is brought up to date whatever the model does."""
        self._whole_batch(self._collect)
        self._whole_batch(self._gather)
        self._threads()
        self._whole_batch(self._hand_in)
        self._whole_batch(self._today)
        self._means.publish()
        self.notes.say("publish     the site is up to date")

    def look(self) -> tuple[str, ...]:
        """All but the threads, and those that are due now."""
        may_ask = not self._went_unanswered()
        if may_ask:
            self._whole_batch(self._gather)
        found = tuple(thread.slug for thread, _ in queue(self._means.store, self._now, self._means.rules).due)
        if may_ask and not found:
            self._whole_batch(self._today)
        return found

    def _went_unanswered(self) -> bool:
        """Whether a question of the last report had no answer, and no interval has passed since: asked again with every
        look, it would be paid for with every look."""
        with self._means.store.reading() as connection:
            last = next(iter(day_store.last_batches(connection, 1)), None)
        unanswered = last and any(trouble.reason in _UNANSWERED for trouble in last.troubles)
        return bool(unanswered and last and not due.has_passed(last.started_at, self._means.rules.every, self._now))

    @property
    def has_news(self) -> bool:
        """Whether anything was done, or went wrong, that a report has to tell."""
        return bool(self._watched.polled or self.notes.troubles or any(tools.spent.calls for tools in self._own))

    def keep(self) -> BatchReport:
        """The report, stored."""
        report = self._report()
        with self._means.store.writing() as connection:
            day_store.add_batch(connection, report)
        return report

    def _whole_batch(self, step: Callable[[Tools], None]) -> None:
        """A step that is no thread's, with tools of its own."""
        with self._means.tools("", self._means.part(1)) as tools:
            self._own.append(tools)
            try:
                step(tools)
            except ModelUnavailable as error:
                if not self._unaskable:
                    self.notes.trouble("the model", _UNASKABLE, error)
                self._unaskable = True

    def _collect(self, tools: Tools) -> None:
        if self._means.jobs:
            collect(tools, self.notes, self._means.jobs, StoredReplies(self._means.store))

    def _hand_in(self, tools: Tools) -> None:
        if self._means.jobs:
            hand_in(tools, self.notes, self._means.jobs)

    def _gather(self, tools: Tools) -> None:
        self._watched = watch(tools, self.notes, self._now, self._means.rules, self._means.policy.keep)
        self._sorted = sort(tools, self.notes, self._now, self._means.policy)

    def _today(self, tools: Tools) -> None:
        self._day_told = tell_days(tools, self.notes, self._now, ask=not self._unaskable)

    def _threads(self) -> None:
        found = queue(self._means.store, self._now, self._means.rules)
        self._waiting = len(found.waiting)
        self._round([thread.slug for thread, _ in found.due])
        cut_short = [slug for slug, each in self._done.items() if each.outcome == "allowance spent"]
        if cut_short and len(cut_short) < len(self._done):
            self._round(cut_short)

    def _round(self, slugs: Sequence[str]) -> None:
        left = list(slugs)

        def one(slug: str) -> None:
            self._done[slug] = self.one(slug, len(left))
            left.remove(slug)

        pool = ThreadPoolExecutor(max_workers=max(self._means.parallel, 1))
        try:
            for future in [pool.submit(one, slug) for slug in slugs]:
                future.result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)

    def one(self, slug: str, among: int) -> ThreadDone:
        """One thread's run. What goes wrong in it is its line; what concerns all of them raises."""
        if self._unaskable:
            return self._not_run(slug, "not run: the model could not be asked")
        try:
            with self._means.tools(slug, self._means.part(among)) as tools:
                report = run_thread(tools, slug, self._now)
        except (StoreError, Stopped):
            raise
        except BusyError as error:
            return self._not_run(slug, str(error))
        except MachineError as error:
            return self._not_run(slug, f"not run: {error}")
        if any(trouble.reason == _UNASKABLE for trouble in report.troubles):
            self._unaskable = True
        return _both(self._done.get(slug), report)

    def _not_run(self, slug: str, why: str) -> ThreadDone:
        self._means.say(slug, f"            ! {why}")
        return ThreadDone(thread=slug, outcome=None, trouble=why)

    def _report(self) -> BatchReport:
        own = [tools.spent for tools in self._own]
        threads = tuple(self._done.values())
        prompt = sum(spent.prompt_tokens for spent in own) + sum(each.prompt_tokens for each in threads)
        completion = sum(spent.completion_tokens for spent in own) + sum(each.completion_tokens for each in threads)
        cut_short = any(each.outcome == "allowance spent" or each.allowance_spent for each in threads)
        return BatchReport(
            started_at=self._now,
            threads=threads,
            waiting=self._waiting,
            polled=self._watched.polled,
            arrived=self._watched.arrived,
            assigned=len(self._sorted.taken),
            begun=self._sorted.begun,
            proposed=self._sorted.proposed,
            day_told=self._day_told,
            model_calls=sum(spent.calls for spent in own) + sum(each.model_calls for each in threads),
            prompt_tokens=prompt,
            completion_tokens=completion,
            price=self._own[0].prices.of(prompt, completion) if self._own else None,
            allowance_spent=cut_short or self.notes.allowance_spent,
            troubles=tuple(self.notes.troubles),
        )


def _both(before: ThreadDone | None, report: Report) -> ThreadDone:
    """A thread's line, after a first round and the second."""
    now = done(report)
    if before is None:
        return now
    return now.model_copy(
        update={
            "version": now.version or before.version,
            "outcome": "new version" if before.version and not now.version else now.outcome,
            "model_calls": now.model_calls + before.model_calls,
            "prompt_tokens": now.prompt_tokens + before.prompt_tokens,
            "completion_tokens": now.completion_tokens + before.completion_tokens,
        }
    )
