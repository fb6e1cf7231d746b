"""What an operator decides: which threads there are, where they look, what an item is to them."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from pipeline.archive import Archive
from pipeline.errors import UsageError
from pipeline.fetch.addresses import host_of
from pipeline.places import Places
from pipeline.records.items import one_line
from pipeline.records.sources import SourceStatus
from pipeline.records.threads import Thread, ThreadState
from pipeline.store import arrivals as arrival_store
from pipeline.store import copying
from pipeline.store import items as item_store
from pipeline.store import sources as source_store
from pipeline.store import threads as thread_store
from pipeline.store.database import Store

_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,78}[a-z0-9])?")


class Desk:
    """Decisions about one home's store, at the moment `now` tells; `publish` brings the site after them."""

    def __init__(
        self, store: Store, archive: Archive, now: Callable[[], datetime], publish: Callable[[], object]
    ) -> None:
        self._store, self._archive, self._now, self._publish = store, archive, now, publish

    def new(self, slug: str, title: str, places: Places) -> Thread:
        """Begins a thread. Raises UsageError for a slug, title or place that cannot be used."""
        sources = places.sources()
        if not sources:
            raise UsageError("a thread needs somewhere to look: give --page, --feed, --search or --opml")
        return self.add(Thread(slug=slug, title=title.strip(), created_at=self._now(), sources=sources))

    def add(self, thread: Thread) -> Thread:
        if not _SLUG.fullmatch(thread.slug):
            raise UsageError(
                f"{thread.slug!r} cannot be a thread's address: use a-z, 0-9 and hyphens, at most 80 characters"
            )
        if not thread.title:
            raise UsageError("the title is empty: say in a few words what the discussion is about")
        with self._store.writing() as connection:
            if thread_store.find(connection, thread.slug):
                raise UsageError(f"there is a thread {thread.slug!r} already: choose another slug")
            thread_store.add(connection, thread)
        return thread

    def follow(self, slug: str, places: Places) -> None:
        """Gives a thread more places to look at. One that had said it was gone is asked again. Raises UsageError for
        an unknown thread or a place that cannot be used."""
        self._archive.thread(slug)
        sources = places.sources()
        with self._store.writing() as connection:
            thread_store.add_sources(connection, slug, sources)
            for source in sources:
                self._wake(connection, source.address)

    def _wake(self, connection: Connection, address: str) -> None:
        """A place that is named again is asked again, whatever it said before."""
        status = source_store.find(connection, address)
        if status.gone or status.rests_until:
            source_store.save(connection, SourceStatus(address=address))

    def unfollow(self, slug: str, address: str) -> None:
        """Takes a place from a thread; what came from there stays. Raises UsageError where it has no such place."""
        if address not in [source.address for source in self._archive.thread(slug).sources]:
            raise UsageError(f"thread {slug!r} does not look at {address}: see `sources {slug}`")
        with self._store.writing() as connection:
            thread_store.remove_source(connection, slug, address)

    # what the machine proposed, and what it sorted

    def watch(self, places: Places) -> None:
        """Watches feeds for no thread in particular. Raises UsageError for what is no feed."""
        sources = places.sources()
        if any(source.kind != "feed" for source in sources):
            raise UsageError("only feeds are watched: pages and searches belong to a thread (`sources`)")
        with self._store.writing() as connection:
            arrival_store.watch(connection, [source.address for source in sources])
            for source in sources:
                self._wake(connection, source.address)

    def unwatch(self, address: str) -> None:
        """Watches a feed no more; what it brought stays. Raises UsageError for one that is not watched."""
        with self._store.writing() as connection:
            if address not in arrival_store.watched_feeds(connection):
                raise UsageError(f"{address} is not watched: see `watch`")
            arrival_store.unwatch(connection, address)

    def accept(self, slug: str, title: str) -> None:
        """Begins a proposed thread, or one declined before; the next batch runs it. Raises UsageError for others."""
        if self._archive.thread(slug).state not in ("proposed", "declined"):
            raise UsageError(f"thread {slug!r} is not waiting to be accepted: see `threads`")
        with self._store.writing() as connection:
            thread_store.set_state(connection, slug, "live", self._now(), "accepted by the operator")
        if title:
            self.rename(slug, title)

    def decline(self, slug: str) -> None:
        """Declines a proposed thread: what belongs to it is not proposed again. Raises UsageError for others."""
        if self._archive.thread(slug).state != "proposed":
            raise UsageError(f"thread {slug!r} is not proposed: `close` ends one that has begun")
        with self._store.writing() as connection:
            reason = self._archive.thread(slug).state_reason
            thread_store.set_state(connection, slug, "declined", self._now(), reason)

    def rename(self, slug: str, title: str) -> None:
        """Says anew what a thread is about; its address stays. The page's own heading follows its next version. Raises
        UsageError for an empty title."""
        self._archive.thread(slug)
        if not one_line(title):
            raise UsageError("the title is empty: say in a few words what the discussion is about")
        with self._store.writing() as connection:
            thread_store.rename(connection, slug, one_line(title))

    def merge(self, slug: str, into: str) -> None:
        """Lets one thread go on with another's items and places; the other is closed, and its versions stay. Raises
        UsageError where they are the same, or one is merged already."""
        for each in (self._archive.thread(slug), self._archive.thread(into)):
            if each.merged_into:
                raise UsageError(f"thread {each.slug!r} was merged into {each.merged_into!r} before: name that one")
        if slug == into:
            raise UsageError(f"thread {slug!r} cannot be merged into itself: name another")
        with self._locked(slug, into), self._store.writing() as connection:
            verdicts, have = item_store.verdicts(connection, slug), item_store.verdicts(connection, into)
            here = {item.id for item in item_store.of_thread(connection, into)}
            for item in item_store.of_thread(connection, slug):
                if item.id not in here:
                    item_store.add_to_thread(connection, into, item.id)
                if item.id in verdicts and item.id not in have:
                    item_store.judge(connection, into, item.id, verdicts[item.id])
            thread_store.add_sources(connection, into, self._archive.thread(slug).sources)
            thread_store.set_state(connection, slug, "closed", self._now(), f"merged into {into}")
            thread_store.merge(connection, slug, into)
        self._publish()

    def split(self, slug: str, new: str, title: str, items: Sequence[str]) -> None:
        """Makes a thread of its own of some of a thread's items; their sentences leave the old page with its next
        version. Raises UsageError for items that the thread does not have, and as `add` does."""
        self._archive.thread(slug)
        with self._store.reading() as connection:
            here = {item.id for item in item_store.of_thread(connection, slug)}
        missing = [item for item in items if item not in here]
        if missing or not items:
            named = f"no item {missing[0]!r}" if missing else "to be told which items go: --item ID"
            raise UsageError(f"thread {slug!r} has {named}: ids stand in `show {slug} --format json`")
        self.add(Thread(slug=new, title=one_line(title), created_at=self._now()))
        with self._locked(slug, new), self._store.writing() as connection:
            for item in dict.fromkeys(items):
                item_store.add_to_thread(connection, new, item)
                item_store.judge(connection, new, item, "relevant")
                item_store.judge(connection, slug, item, "moved to another thread")

    @contextmanager
    def _locked(self, *slugs: str) -> Iterator[None]:
        with ExitStack() as locks:
            for slug in sorted(slugs):
                locks.enter_context(self._store.lock(slug, "the operator, who sorts threads"))
            yield

    def close(self, slug: str, reason: str) -> None:
        """Ends a thread: its page says so, and only news opens it again. Raises UsageError for an unknown thread."""
        self._set_state(slug, "closed", reason or "by the operator")

    def reopen(self, slug: str) -> None:
        """Makes a quiet or closed thread live again. Raises UsageError for an unknown thread."""
        self._set_state(slug, "live", "by the operator")

    def _set_state(self, slug: str, state: ThreadState, reason: str) -> None:
        self._archive.thread(slug)
        with self._store.lock(slug, f"the operator, who makes it {state}"), self._store.writing() as connection:
            thread_store.set_state(connection, slug, state, self._now(), reason)
        self._publish()

    def backup(self, file: Path) -> None:
        """Copies the store into `file`. Raises UsageError where something is there already, StoreError where it
        cannot."""
        copying.backup(self._store, file)

    def restore(self, file: Path) -> None:
        """Fills an empty store from a backup and makes the site. Raises UsageError where the store is not empty or the
        file no backup."""
        copying.restore(self._store, file)
        self._publish()

    def set_apart(self, item_id: str, apart: bool) -> None:
        """Says that an item repeats no other, whatever it looks like; or takes that back. Raises UsageError."""
        with self._store.writing() as connection:
            item = item_store.find(connection, item_id)
            if item is None:
                raise UsageError(f"there is no item {item_id!r}: ids stand in `show SLUG --format json`")
            told = {"apart": apart, "copy_of": None if apart else item.copy_of}
            item_store.save(connection, item.model_copy(update=told), host_of(item.url))

    def take(self, item_id: str, slug: str) -> None:
        """Says that an item matters to a thread, whatever it was set aside for: the next run reads it. Raises
        UsageError for an unknown thread, or an item it has not seen."""
        self._archive.thread(slug)
        with self._store.writing() as connection:
            if slug not in item_store.threads_of(connection, item_id):
                raise UsageError(
                    f"thread {slug!r} has seen no item {item_id!r}: ids stand in `show {slug} --format json`"
                )
            item_store.judge(connection, slug, item_id, "relevant")
