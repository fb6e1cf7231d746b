"""What an operator decides: which threads there are, where they look, what an item is to them."""

import re
from collections.abc import Callable
from datetime import datetime

from pipeline.archive import Archive
from pipeline.errors import UsageError
from pipeline.fetch.addresses import host_of
from pipeline.places import Places
from pipeline.records.sources import SourceStatus
from pipeline.records.threads import Thread, ThreadState
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
                status = source_store.find(connection, source.address)
                if status.gone or status.rests_until:
                    source_store.save(connection, SourceStatus(address=source.address))

    def unfollow(self, slug: str, address: str) -> None:
        """Takes a place from a thread; what came from there stays. Raises UsageError where it has no such place."""
        if address not in [source.address for source in self._archive.thread(slug).sources]:
            raise UsageError(f"thread {slug!r} does not look at {address}: see `sources {slug}`")
        with self._store.writing() as connection:
            thread_store.remove_source(connection, slug, address)

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
