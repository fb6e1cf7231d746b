"""What is stored, as an operator or a page asks for it. Nothing is changed here."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection

from pipeline.changes import Difference, difference
from pipeline.due import Due, Rules, is_followed, thread_due
from pipeline.errors import UsageError
from pipeline.model.allowance import Prices
from pipeline.publish.library import Card, Library, Shelf
from pipeline.records.batches import BatchReport
from pipeline.records.items import Item, Snapshot
from pipeline.records.pages import Version
from pipeline.records.runs import Report
from pipeline.records.sources import SourceStatus
from pipeline.records.threads import SourceAddress, Thread
from pipeline.store import arrivals as arrival_store
from pipeline.store import claims as claim_store
from pipeline.store import days as day_store
from pipeline.store import items as item_store
from pipeline.store import runs as run_store
from pipeline.store import sources as source_store
from pipeline.store import threads as thread_store
from pipeline.store import versions as version_store
from pipeline.store.database import Store
from pipeline.verify.proof import Proof, prove

_AT_HAND = 32  # versions, each some hundred kilobytes


class ThreadLine(NamedTuple):
    """A thread in a list: how far it is, and its last run."""

    thread: Thread
    version: Version | None
    last_run: Report | None


class FeedLine(NamedTuple):
    """A watched feed, and how it has answered."""

    address: str
    status: SourceStatus


class Status(NamedTuple):
    """How it goes: each thread with when it is due, watched feeds, places that fail, what is loose, the last batches,
    and what each day cost, newest first: calls, tokens and money (None where no price is set)."""

    threads: tuple[tuple[ThreadLine, Due], ...]
    feeds: tuple[FeedLine, ...]
    failing: tuple[SourceStatus, ...]
    arrivals: dict[str, int]
    batches: tuple[BatchReport, ...]
    spend: tuple[tuple[str, int, int, float | None], ...]


class Archive:
    """The store of `home`, for reading."""

    def __init__(self, home: Path, store: Store) -> None:
        self._home, self._store = home, store
        self._versions: dict[tuple[str, int], Version] = {}

    def thread(self, slug: str) -> Thread:
        """Raises UsageError where there is none."""
        with self._store.reading() as connection:
            thread = thread_store.find(connection, slug)
        if thread is None:
            raise UsageError(f"there is no thread {slug!r} in {self._home}: see `threads`, or make it with `new`")
        return thread

    def threads(self) -> list[ThreadLine]:
        with self._store.reading() as connection:
            return [
                ThreadLine(t, version_store.last(connection, t.slug), run_store.last(connection, t.slug))
                for t in thread_store.every(connection)
            ]

    def items(self, slug: str) -> list[Item]:
        """The thread's items, in the order they were first seen."""
        self.thread(slug)
        with self._store.reading() as connection:
            return item_store.of_thread(connection, slug)

    def watched(self) -> list[FeedLine]:
        """The watched feeds."""
        with self._store.reading() as connection:
            found = arrival_store.watched_feeds(connection)
            return [FeedLine(address, source_store.find(connection, address)) for address in found]

    def status(self, now: datetime, rules: Rules, prices: Prices, most: int) -> Status:
        """How it goes; `most` batches and days back."""
        with self._store.reading() as connection:
            standing, settled = item_store.standings(connection), thread_store.settled(connection)
            back = now - timedelta(days=most)
            spent = _spend(run_store.since(connection, back), day_store.batches_since(connection, back), prices)
            batches = day_store.last_batches(connection, most)
            arrived = arrival_store.count(connection)
            failing = [status for status in source_store.every(connection) if status.failures or status.gone]
        lines = []
        for line in self.threads():
            if is_followed(line.thread):
                waits = thread_store.waits(standing, settled, line.thread.slug)
                lines.append((line, thread_due(line.thread, line.last_run, waits, now, rules)))
        return Status(
            tuple(lines),
            tuple(self.watched()),
            tuple(failing),
            arrived,
            tuple(batches),
            spent,
        )

    def sources(self, slug: str) -> list[tuple[SourceAddress, SourceStatus]]:
        """The thread's places, each with how it has answered."""
        thread = self.thread(slug)
        with self._store.reading() as connection:
            return [(source, source_store.find(connection, source.address)) for source in thread.sources]

    def versions(self, slug: str) -> list[Version]:
        """The thread's versions, oldest first."""
        self.thread(slug)
        with self._store.reading() as connection:
            return version_store.every(connection, slug)

    def version(self, slug: str, number: int | None = None) -> Version:
        """One version, or the last. Raises UsageError where there is none."""
        self.thread(slug)
        with self._store.reading() as connection:
            found = version_store.one(connection, slug, number) if number else version_store.last(connection, slug)
        if found is None:
            which = f"has no version {number}" if number else "has no version yet: run `thread " + slug + "`"
            raise UsageError(f"thread {slug!r} {which}")
        return found

    def difference(self, slug: str, before: int, after: int) -> Difference:
        """What changed between two versions. Raises UsageError for a version that does not exist."""
        return difference(self.version(slug, before), self.version(slug, after))

    def prove(self, slug: str) -> list[Proof]:
        """Every version of the thread, proved again from its snapshots."""
        found = self.versions(slug)
        with self._store.reading() as connection:

            def snapshot(snapshot_id: str) -> Snapshot | None:
                return item_store.snapshot(connection, snapshot_id)

            return [prove(version, snapshot) for version in found]

    def item(self, item_id: str) -> tuple[Card, Snapshot | None]:
        """An item as its page shows it, and the text it was read as. Raises UsageError for an unknown id."""
        with self._store.reading() as connection:
            item = item_store.find(connection, item_id)
            if item is None:
                raise UsageError(
                    f"there is no item {item_id!r} in {self._home}: ids stand in `show SLUG --format json`"
                )
            return _card(connection, item), item_store.last_snapshot(connection, item_id)

    def library(self) -> Library:
        """Everything a site shows."""
        with self._store.reading() as connection:
            numbers = version_store.last_numbers(connection)
            threads = [t for t in thread_store.every(connection) if t.slug in numbers]
            days = day_store.every(connection)
            items = item_store.shown(connection, numbers)
            topics = claim_store.topics(connection)
        return Library(
            shelves=tuple(Shelf(thread, numbers[thread.slug]) for thread in threads),
            days=tuple(days),
            items=items,
            topics=topics,
            version=self._cached_version,
            card=lambda item: self.item(item)[0],
        )

    def _cached_version(self, slug: str, number: int) -> Version:
        """A version never changes: the few that were read last are kept at hand."""
        if (slug, number) not in self._versions:
            if len(self._versions) >= _AT_HAND:
                self._versions.pop(next(iter(self._versions)))
            self._versions[slug, number] = self.version(slug, number)
        return self._versions[slug, number]


def _card(connection: Connection, item: Item) -> Card:
    snapshot = item_store.last_snapshot(connection, item.id)
    extraction = claim_store.last_of(connection, snapshot.id) if snapshot else None
    slugs = item_store.threads_of(connection, item.id)
    threads = [thread for slug in slugs if (thread := thread_store.find(connection, slug))]
    return Card(
        item=item,
        extraction=extraction,
        claims=tuple(claim_store.of_item(connection, item.id)),
        threads=tuple(threads),
        copies=tuple(item_store.copies_of(connection, item.id)),
        original=item_store.find(connection, item.copy_of) if item.copy_of else None,
    )


def _spend(
    reports: Sequence[Report], batches: Sequence[BatchReport], prices: Prices
) -> tuple[tuple[str, int, int, float | None], ...]:
    """What each day cost: its runs, and what its batches asked besides."""
    days: dict[str, list[int]] = {}
    for report in reports:
        day = days.setdefault(f"{report.started_at:%Y-%m-%d}", [0, 0, 0])
        for place, number in enumerate((report.model_calls, report.prompt_tokens, report.completion_tokens)):
            day[place] += number
    for batch in batches:
        day = days.setdefault(f"{batch.started_at:%Y-%m-%d}", [0, 0, 0])
        for place, name in enumerate(("model_calls", "prompt_tokens", "completion_tokens")):
            day[place] += getattr(batch, name) - sum(getattr(thread, name) for thread in batch.threads)
    return tuple(
        (date, calls, prompt + completion, prices.of(prompt, completion))
        for date, (calls, prompt, completion) in sorted(days.items(), reverse=True)
    )
