"""Reads what is stored, for an operator or the site. Nothing is changed here."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection

from pipeline.app.fates import ItemFate, fates
from pipeline.app.item_views import ItemViews, item_views
from pipeline.errors import UsageError
from pipeline.fetch.addresses import is_of
from pipeline.publish.diff import Difference, difference
from pipeline.publish.library import EarlierItems, ItemView, Library, ThreadListing
from pipeline.records.batches import LOCK as BATCH_LOCK
from pipeline.records.batches import BatchReport
from pipeline.records.items import Item, Snapshot
from pipeline.records.notices import Delivery
from pipeline.records.pages import Version, Voice
from pipeline.records.prices import Prices
from pipeline.records.runs import RunReport
from pipeline.records.sources import SourceStatus
from pipeline.records.threads import Correction, SourceAddress, Thread
from pipeline.records.workers import WorkerReport
from pipeline.runs.schedule import Due, how_it_ended, is_followed, thread_due
from pipeline.runs.watched import watched_feeds
from pipeline.settings import BatchSettings
from pipeline.store import arrivals as arrival_store
from pipeline.store import blocked as blocked_store
from pipeline.store import claims as claim_store
from pipeline.store import corrections as correction_store
from pipeline.store import days as day_store
from pipeline.store import items as item_store
from pipeline.store import outbox
from pipeline.store import runs as run_store
from pipeline.store import sources as source_store
from pipeline.store import spending as spending_store
from pipeline.store import threads as thread_store
from pipeline.store import tokens as token_store
from pipeline.store import versions as version_store
from pipeline.store import workers as worker_store
from pipeline.store.database import Store
from pipeline.store.spending import Spending
from pipeline.store.versions import VersionLine
from pipeline.synthesize.cast import decided
from pipeline.verify.proof import Proof, prove

_MOST_CACHED = 32  # versions, each some hundred kilobytes


class ThreadLine(NamedTuple):
    """A thread with its last version, in short, and its last run, where it has them; of one that is proposed, its
    items."""

    thread: Thread
    version: VersionLine | None
    last_run: RunReport | None
    proposed: tuple[Item, ...] = ()


class FeedLine(NamedTuple):
    """A watched feed, its status, and whether a batch asks it now."""

    address: str
    status: SourceStatus
    due: Due


class Cast(NamedTuple):
    """Who is who in a thread: the cast of `version`, its last one, after all that the operator has decided since."""

    version: Version
    voices: tuple[Voice, ...]

    @property
    def waiting(self) -> bool:
        """Whether the next version will have it otherwise than `version`, by the operator's word."""
        return self.voices != self.version.cast

    def words(self, voice: Voice) -> tuple[str, ...]:
        """The quotations on which it rests that the names of `voice` are one."""
        claims = [self.version.claims[claim] for claim in voice.same_because or ()]
        return tuple(quotation.text for claim in claims for quotation in claim.quotations)


class Status(NamedTuple):
    """An overview: each followed thread with when it is due, watched feeds, failing sources, the number of arrivals
    in each state, the last batches, and what each day, and each thread, cost: date or slug, calls, tokens and money
    (None where no price is set); the newest day first, the dearest thread first. `under_way` is what is being run
    now, a thread by its slug or "the batch", and by whom; `untold` what an operator was to be told and was not, or
    not yet; `workers` are those that live, on PostgreSQL; `proposed` are threads that wait to be accepted."""

    threads: tuple[tuple[ThreadLine, Due], ...]
    feeds: tuple[FeedLine, ...]
    failing: tuple[SourceStatus, ...]
    arrivals: dict[str, int]
    batches: tuple[BatchReport, ...]
    spend: tuple[tuple[str, int, int, float | None], ...]
    thread_spend: tuple[tuple[str, int, int, float | None], ...]
    under_way: tuple[tuple[str, str], ...]
    untold: tuple[Delivery, ...]
    workers: tuple[WorkerReport, ...]
    proposed: tuple[str, ...]


class Queries:
    """Reads the store of `home`."""

    def __init__(self, home: Path, store: Store) -> None:
        self._home, self._store = home, store
        self._versions: dict[tuple[str, int], Version] = {}

    def thread(self, slug: str) -> Thread:
        """The thread. Raises UsageError where there is none."""
        with self._store.reading() as connection:
            thread = thread_store.find(connection, slug)
        if thread is None:
            raise UsageError(f"there is no thread {slug!r} in {self._home}: see `threads`, or make it with `new`")
        return thread

    def threads(self) -> list[ThreadLine]:
        """All threads, each with its last version and its last run, or what it is proposed for."""
        with self._store.reading() as connection:
            versions, last_runs = version_store.last_of_each(connection), run_store.last_of_each(connection)
            return [
                ThreadLine(
                    thread,
                    versions.get(thread.slug),
                    last_runs.get(thread.slug),
                    _proposed_items(connection, thread.slug) if thread.state == "proposed" else (),
                )
                for thread in thread_store.every(connection)
            ]

    def items(self, slug: str) -> list[Item]:
        """The thread's items, in the order they were first seen."""
        self.thread(slug)
        with self._store.reading() as connection:
            return item_store.of_thread(connection, slug)

    def fates(self, slug: str) -> list[ItemFate]:
        """What became of each item of the thread, in the order they were first seen."""
        items = self.items(slug)
        with self._store.reading() as connection:
            return fates(items, item_store.relevances(connection, slug), version_store.last(connection, slug))

    def watched(self, now: datetime, batch: BatchSettings) -> list[FeedLine]:
        """The watched feeds, each with whether a batch asks it at `now`."""
        with self._store.reading() as connection:
            feeds = watched_feeds(connection, now, batch)
        return [FeedLine(feed.status.address, feed.status, due) for feed, due in feeds]

    def blocked(self) -> dict[str, datetime]:
        """The hosts that the operator has blocked, each with when."""
        with self._store.reading() as connection:
            return blocked_store.since(connection)

    def status(self, now: datetime, batch: BatchSettings, prices: Prices, most: int) -> Status:
        """The overview; `most` limits its batches, and the days that it goes back."""
        with self._store.reading() as connection:
            unfinished = thread_store.with_unfinished_work(connection)
            since = now - timedelta(days=most)
            reports, spent = run_store.since(connection, since), spending_store.since(connection, since)
            unreported = spending_store.without_report(connection, since)
            batches = day_store.last_batches(connection, most)
            arrivals = arrival_store.count(connection)
            threads = thread_store.every(connection)
            locks = {"the batch": BATCH_LOCK} | {thread.slug: thread.slug for thread in threads}
            holders = ((what, self._store.holder(connection, lock)) for what, lock in locks.items())
            workers = tuple(worker_store.live(connection))
            under_way = tuple((what, who) for what, who in holders if who)
            untold = (*outbox.given_up(connection, since.isoformat()), *outbox.waiting(connection))
            otherwise_priced = {
                slug
                for slug, own in thread_store.own_settings(connection).items()
                if any(key.startswith("model.") for key in own)
            }
            places = {source.address for thread in threads for source in thread.sources}  # others were dropped
            places |= set(arrival_store.watched_feeds(connection))
            failing = [
                status
                for status in source_store.every(connection)
                if status.address in places and (status.failures or status.gone)
            ]
        lines = []
        for line in self.threads():
            if is_followed(line.thread):
                waits = line.thread.slug in unfinished
                lines.append((line, thread_due(line.thread, line.last_run, waits, now, batch)))
        return Status(
            tuple(lines),
            tuple(self.watched(now, batch)),
            tuple(failing),
            arrivals,
            tuple(batches),
            tuple((day.name, day.calls, day.tokens, day.cost(prices)) for day in spent),
            _thread_spend(reports, unreported, prices, otherwise_priced),
            under_way,
            untold,
            workers,
            tuple(thread.slug for thread in threads if thread.state == "proposed"),
        )

    def sources(self, slug: str) -> list[tuple[SourceAddress, SourceStatus]]:
        """The thread's sources, each with its status."""
        thread = self.thread(slug)
        with self._store.reading() as connection:
            statuses = source_store.of(connection, [source.address for source in thread.sources])
            return [(source, statuses[source.address]) for source in thread.sources]

    def blocked_sources(self, slug: str) -> frozenset[str]:
        """The addresses of the thread's sources that are not asked because their host is blocked."""
        thread = self.thread(slug)
        with self._store.reading() as connection:
            hosts = blocked_store.hosts(connection)
        looked_at = (source.address for source in thread.sources if source.kind in ("page", "feed"))
        return frozenset(address for address in looked_at if is_of(address, hosts))

    def versions(self, slug: str) -> list[Version]:
        """The thread's versions, oldest first."""
        self.thread(slug)
        with self._store.reading() as connection:
            return version_store.every(connection, slug)

    def corrections(self, slug: str) -> tuple[Correction, ...]:
        """What the operator has corrected on the thread's page, by number."""
        self.thread(slug)
        with self._store.reading() as connection:
            return correction_store.of_thread(connection, slug)

    def version(self, slug: str, number: int | None = None) -> Version:
        """One version, as it was made; or the last, as the operator has corrected it since. Raises UsageError where
        there is none."""
        self.thread(slug)
        with self._store.reading() as connection:
            version = (
                version_store.one(connection, slug, number)
                if number
                else correction_store.last_version(connection, slug)
            )
        if version is None:
            if number and (newest := self._newest(slug)):
                raise UsageError(f"thread {slug!r} has no version {number}: its newest is {newest} (`history {slug}`)")
            raise UsageError(f"thread {slug!r} has {self.why_no_version(slug)}")
        return version

    def _newest(self, slug: str) -> int:
        """The number of the thread's newest version, 0 where it has none."""
        with self._store.reading() as connection:
            return version_store.last_numbers(connection).get(slug, 0)

    def why_no_version(self, slug: str) -> str:
        """That a thread has no version yet, why not as far as its last run tells, and what to do, in words."""
        thread, last = self.thread(slug), self.last_run(slug)
        with self._store.reading() as connection:
            runner = self._store.holder(connection, slug)
        if thread.state in ("proposed", "declined"):
            why = f"it is {thread.state}, and `accept {slug}` begins it"
        elif runner:
            why = f"it is being run by {runner}"
        elif last is None:
            why = f"run `thread {slug}`"
        elif last.outcome == "awaiting answers":
            why = f"its run of {last.started_at:%Y-%m-%d %H:%M} waits for its answers: the next `batch` looks for them"
        elif last.outcome == "nothing new":
            why = f"its last run, {last.started_at:%Y-%m-%d %H:%M}, found nothing for a page: `items {slug}` says why"
        else:
            why = f"{how_it_ended(last)}; `thread {slug}` runs it again"
        return f"no version yet: {why}"

    def failed_since(self, slug: str) -> str:
        """When the thread's last run failed, and why, in words; "" where it did not."""
        last = self.last_run(slug)
        return how_it_ended(last) if last and last.outcome == "failed" else ""

    def last_run(self, slug: str) -> RunReport | None:
        """The report of the thread's last run, or None where it has had none."""
        with self._store.reading() as connection:
            return run_store.last(connection, slug)

    def cast(self, slug: str) -> Cast:
        """The thread's cast. Raises UsageError where there is no version yet."""
        version = self.version(slug)
        with self._store.reading() as connection:
            return Cast(version, decided(version.cast, thread_store.cast_decisions(connection, slug)))

    def difference(self, slug: str, before: int, after: int) -> Difference:
        """What changed between two versions. Raises UsageError for a version that does not exist."""
        return difference(self.version(slug, before), self.version(slug, after))

    def prove(self, slug: str) -> list[Proof]:
        """The proof of each version of the thread, made again from its snapshots."""
        versions = self.versions(slug)
        with self._store.reading() as connection:

            def snapshot(snapshot_id: str) -> Snapshot | None:
                return item_store.snapshot(connection, snapshot_id)

            return [prove(version, snapshot) for version in versions]

    def item(self, item_id: str, snapshot: str | None = None) -> tuple[ItemView, Snapshot | None]:
        """An item as its page shows it, and the text it was read as: the last, or that of one snapshot. Raises
        UsageError for an unknown id."""
        with self._store.reading() as connection:
            view = item_views(connection, [item_id]).get(item_id)
            if view is None:
                raise UsageError(f"there is no item {item_id!r} in {self._home}: ids stand in `items SLUG`")
            read = (
                item_store.snapshot(connection, snapshot) if snapshot else item_store.last_snapshot(connection, item_id)
            )
            if snapshot and (read is None or read.item != item_id):
                raise UsageError(
                    f"item {item_id!r} has no snapshot {snapshot!r}: claims name theirs in `item {item_id} --json`"
                )
            return view, read

    def tokens(self) -> dict[str, int]:
        """The token of each thread and of the days: while none is another, the site shows the same."""
        with self._store.reading() as connection:
            return token_store.every(connection)

    def library(self, earlier: EarlierItems) -> Library:
        """Everything that the site shows; of `earlier` what is still as it was."""
        with self._store.reading() as connection:
            tokens = token_store.every(connection)
            numbers = version_store.last_numbers(connection)
            if tokens.get(token_store.DELETIONS) != earlier.tokens.get(token_store.DELETIONS):
                earlier = EarlierItems()  # some of its items may be gone
            threads = [thread for thread in thread_store.every(connection) if thread.slug in numbers]
            days = day_store.every(connection)
            corrections = correction_store.of_threads(connection)
            changed = [slug for slug in numbers if tokens.get(slug) != earlier.tokens.get(slug, "none")]
            fresh = item_store.first_threads(connection, changed, numbers)
            digests = item_store.page_digests(connection, fresh, numbers)
            items = {**earlier.items, **digests}
            topics = {**earlier.topics, **claim_store.topics(connection, fresh)}
            shelves = {**earlier.shelves, **fresh}
        return Library(
            threads=tuple(
                ThreadListing(thread, numbers[thread.slug], corrections.get(thread.slug, ())) for thread in threads
            ),
            days=tuple(days),
            items=dict(sorted(items.items())),
            topics=topics,
            version=self._cached_version,
            item=ItemViews(self._store, (item for item in fresh if earlier.items.get(item) != digests[item])),
            shelves=shelves,
            tokens=tokens,
        )

    def _cached_version(self, slug: str, number: int) -> Version:
        """A version, from the cache of the few that were read last: versions never change."""
        if (slug, number) not in self._versions:
            if len(self._versions) >= _MOST_CACHED:
                self._versions.pop(next(iter(self._versions)))
            self._versions[slug, number] = self.version(slug, number)
        return self._versions[slug, number]


def _proposed_items(connection: Connection, slug: str) -> tuple[Item, ...]:
    """The items that a proposed thread would begin with."""
    relevance = item_store.relevances(connection, slug)
    items = item_store.of_thread(connection, slug)
    return tuple(item for item in items if relevance.get(item.id, "relevant") == "relevant")


def _thread_spend(
    reports: Sequence[RunReport], unreported: Sequence[Spending], prices: Prices, otherwise_priced: Collection[str]
) -> tuple[tuple[str, int, int, float | None], ...]:
    """What each thread's runs cost, the dearest first, also those that came to no report: by `prices`, or as it was
    counted for those that have a model or prices of their own."""
    by_thread: dict[str, list[Spending]] = {}
    for report in reports:
        tokens = (report.prompt_tokens, report.completion_tokens)
        by_thread.setdefault(report.thread, []).append(
            Spending(report.thread, report.model_calls, *tokens, report.price)
        )
    for killed in unreported:
        by_thread.setdefault(killed.name, []).append(killed)
    spent = []
    for slug, of_thread in by_thread.items():
        prompt = sum(each.prompt_tokens for each in of_thread)
        completion = sum(each.completion_tokens for each in of_thread)
        told = [each.money for each in of_thread if each.money is not None]
        money = (sum(told) if told else None) if slug in otherwise_priced else prices.of(prompt, completion)
        spent.append((slug, sum(each.calls for each in of_thread), prompt + completion, money))
    return tuple(sorted((row for row in spent if row[1]), key=lambda row: (-row[2], row[0])))
