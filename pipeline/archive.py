"""What is stored, as an operator or a page asks for it. Nothing is changed here."""

from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection

from pipeline.changes import Difference, difference
from pipeline.errors import UsageError
from pipeline.publish.library import Card, Library, Shelf
from pipeline.records.items import Item, Snapshot
from pipeline.records.pages import Version
from pipeline.records.runs import Report
from pipeline.records.sources import SourceStatus
from pipeline.records.threads import SourceAddress, Thread
from pipeline.store import claims as claim_store
from pipeline.store import items as item_store
from pipeline.store import runs as run_store
from pipeline.store import sources as source_store
from pipeline.store import threads as thread_store
from pipeline.store import versions as version_store
from pipeline.store.database import Store
from pipeline.verify.proof import Proof, prove


class ThreadLine(NamedTuple):
    """A thread in a list: how far it is, and its last run."""

    thread: Thread
    version: Version | None
    last_run: Report | None


class Archive:
    """The store of `home`, for reading."""

    def __init__(self, home: Path, store: Store) -> None:
        self._home, self._store = home, store

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
        with self._store.reading() as connection:
            threads = thread_store.every(connection)
            shelves = [Shelf(t, tuple(version_store.every(connection, t.slug))) for t in threads]
            shown = [shelf for shelf in shelves if shelf.versions]
            seen = {item.id: item for shelf in shown for item in item_store.of_thread(connection, shelf.thread.slug)}
            return Library(tuple(shown), tuple(_card(connection, seen[item_id]) for item_id in sorted(seen)))


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
