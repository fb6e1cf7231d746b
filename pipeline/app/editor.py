"""An operator's decisions: which threads there are, their sources, who is who, and what an item is to them."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path

from sqlalchemy import Connection

from pipeline.app.own_settings import changed
from pipeline.app.queries import Queries
from pipeline.errors import UsageError
from pipeline.fetch.addresses import host_of, is_within, plain_host
from pipeline.fetch.source_list import SourceList
from pipeline.records.pages import Voice
from pipeline.records.sources import SourceStatus
from pipeline.records.threads import CastDecision, Thread, ThreadState
from pipeline.settings import Settings
from pipeline.store import arrivals as arrival_store
from pipeline.store import backup as store_backup
from pipeline.store import blocked as blocked_store
from pipeline.store import items as item_store
from pipeline.store import sources as source_store
from pipeline.store import threads as thread_store
from pipeline.store.database import Store
from pipeline.store.deletion import delete_thread
from pipeline.synthesize import cast
from pipeline.text import one_line
from pipeline.text.tags import standard_tag

_MOST_NEAR = 5  # names
_HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+|[0-9a-f:]*:[0-9a-f:.]*|localhost")
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,78}[a-z0-9])?")


class Editor:
    """Changes one home's store; `now` gives the time of a decision. The caller regenerates the site where a decision
    changes what it shows."""

    def __init__(self, store: Store, queries: Queries, now: Callable[[], datetime]) -> None:
        self._store, self._queries, self._now = store, queries, now

    def new(self, slug: str, title: str, source_list: SourceList, language: str = "") -> Thread:
        """Begins a thread; without `language` its page is written in that of the settings, or of its title. Raises
        UsageError for a slug, title, language or source that cannot be used."""
        sources = source_list.sources()
        if not sources:
            raise UsageError("a thread needs somewhere to look: give --page, --feed, --search or --opml")
        tag = _tag(language)
        return self.add(Thread(slug=slug, title=title.strip(), language=tag, created_at=self._now(), sources=sources))

    def add(self, thread: Thread) -> Thread:
        """Stores a new thread. Raises UsageError for a slug or title that cannot be used."""
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

    def follow(self, slug: str, source_list: SourceList) -> None:
        """Adds sources to a thread. One that was gone or resting is polled again. Raises UsageError for an unknown
        thread or a source that cannot be used."""
        self._queries.thread(slug)
        sources = source_list.sources()
        with self._store.writing() as connection:
            thread_store.add_sources(connection, slug, sources)
            for source in sources:
                self._poll_again(connection, source.address)

    def _poll_again(self, connection: Connection, address: str) -> None:
        """Forgets that a source was gone, is resting or has failed: named again, it is polled again."""
        status = source_store.find(connection, address)
        if status.gone or status.rests_until or status.failures:
            source_store.save(connection, SourceStatus(address=address))

    def unfollow(self, slug: str, address: str) -> None:
        """Removes a source from a thread; its items stay. Raises UsageError where the thread has no such source."""
        if address not in [source.address for source in self._queries.thread(slug).sources]:
            raise UsageError(f"thread {slug!r} does not look at {address}: see `sources {slug}`")
        with self._store.writing() as connection:
            thread_store.remove_source(connection, slug, address)

    # watched feeds, and the threads they bring

    def watch(self, source_list: SourceList) -> None:
        """Adds watched feeds, which belong to no thread. Raises UsageError for other sources than feeds."""
        sources = source_list.sources()
        if any(source.kind != "feed" for source in sources):
            raise UsageError("only feeds are watched: pages and searches belong to a thread (`sources`)")
        with self._store.writing() as connection:
            arrival_store.watch(connection, [source.address for source in sources])
            for source in sources:
                self._poll_again(connection, source.address)

    def unwatch(self, address: str) -> None:
        """Removes a watched feed; its items stay. Raises UsageError for one that is not watched."""
        with self._store.writing() as connection:
            if address not in arrival_store.watched_feeds(connection):
                raise UsageError(f"{address} is not watched: see `watch`")
            arrival_store.unwatch(connection, address)

    def block(self, host: str) -> str:
        """Blocks a host, and all below it: nothing of it is fetched or taken any more; its items stay. Returns it as it
        is kept. Raises UsageError for what is no host, or one that is blocked already."""
        host = _host(host)
        with self._store.writing() as connection:
            if is_within(host, blocked_store.hosts(connection)):
                raise UsageError(f"{host} is blocked already: see `block --list`")
            blocked_store.add(connection, host, self._now())
        return host

    def unblock(self, host: str) -> str:
        """Undoes `block`, and returns the host. What a feed named meanwhile is taken if it still names it when it
        next changes. Raises UsageError for one that is not blocked."""
        host = _host(host)
        with self._store.writing() as connection:
            if host not in blocked_store.hosts(connection):
                raise UsageError(f"{host} is not blocked: see `block --list`")
            blocked_store.remove(connection, host)
        return host

    def accept(self, slug: str, title: str) -> None:
        """Begins a proposed thread, or one declined before; the next batch runs it. Raises UsageError for a thread in
        another state."""
        if self._queries.thread(slug).state not in ("proposed", "declined"):
            raise UsageError(f"thread {slug!r} is not waiting to be accepted: see `threads`")
        with self._store.writing() as connection:
            thread_store.set_state(connection, slug, "live", self._now(), "accepted by the operator")
        if title:
            self.rename(slug, title)

    def decline(self, slug: str) -> None:
        """Declines a proposed thread: its discussion is not proposed again. Raises UsageError for a thread in another
        state."""
        if self._queries.thread(slug).state != "proposed":
            raise UsageError(f"thread {slug!r} is not proposed: `close` ends one that has begun")
        with self._store.writing() as connection:
            reason = self._queries.thread(slug).state_reason
            thread_store.set_state(connection, slug, "declined", self._now(), reason)

    def rename(self, slug: str, title: str) -> None:
        """Changes what a thread is about; its address stays. The page's own heading may change with the next version.
        Raises UsageError for an empty title."""
        self._queries.thread(slug)
        if not one_line(title):
            raise UsageError("the title is empty: say in a few words what the discussion is about")
        with self._store.writing() as connection:
            thread_store.rename(connection, slug, one_line(title))

    def set_own(self, slug: str, settings: Settings, key: str, value: str | None) -> None:
        """Sets what the thread has otherwise than its home, whose settings are given: the next run goes by it, and
        writes the page anew where that is another language. With None it is left to the home again. Raises UsageError
        for a setting that a thread cannot have, and a value that cannot be."""
        thread = self._queries.thread(slug)
        own = dict(changed(settings, thread, key, value))
        language = own.pop("thread.language", "") or None
        with self._store.writing() as connection:
            if language != thread.language:
                thread_store.set_language(connection, slug, language)
            thread_store.set_settings(connection, slug, own)

    def merge(self, slug: str, into: str) -> None:
        """Gives the items and sources of thread `slug` to thread `into` and closes the first; its versions stay. Raises
        UsageError where both are the same, one was merged before, or the second has not begun."""
        self._refuse_merged(slug)
        self._refuse_merged(into)
        self._refuse_unbegun(into)
        if slug == into:
            raise UsageError(f"thread {slug!r} cannot be merged into itself: name another")
        with self._locked(slug, into), self._store.writing() as connection:
            relevance = item_store.relevances(connection, slug)
            target_relevance = item_store.relevances(connection, into)
            target_items = {item.id for item in item_store.of_thread(connection, into)}
            for item in item_store.of_thread(connection, slug):
                if item.id not in target_items:
                    item_store.add_to_thread(connection, into, item.id)
                if item.id in relevance and item.id not in target_relevance:
                    item_store.set_relevance(connection, into, item.id, relevance[item.id])
            thread_store.add_sources(connection, into, self._queries.thread(slug).sources)
            thread_store.set_state(connection, slug, "closed", self._now(), f"merged into {into}")
            thread_store.merge(connection, slug, into)

    def split(self, slug: str, new: str, title: str, items: Sequence[str]) -> None:
        """Moves some of a thread's items to a new thread; their sentences leave the old page with its next version.
        Raises UsageError for items that the thread does not have, and as `add` does."""
        self._refuse_merged(slug)
        with self._store.reading() as connection:
            thread_items = {item.id for item in item_store.of_thread(connection, slug)}
        missing = [item for item in items if item not in thread_items]
        if missing or not items:
            fault = f"no item {missing[0]!r}" if missing else "to be told which items go: --item ID"
            raise UsageError(f"thread {slug!r} has {fault}: ids stand in `items {slug}`")
        self.add(Thread(slug=new, title=one_line(title), created_at=self._now()))
        with self._locked(slug, new), self._store.writing() as connection:
            for item in dict.fromkeys(items):
                item_store.add_to_thread(connection, new, item)
                item_store.set_relevance(connection, new, item, "relevant")
                item_store.set_relevance(connection, slug, item, "moved to another thread")

    def _refuse_merged(self, slug: str) -> None:
        """Raises UsageError where another thread goes on with this one's items."""
        into = self._queries.thread(slug).merged_into
        if into:
            raise UsageError(f"thread {slug!r} was merged into {into!r} before: name that one")

    def _refuse_unbegun(self, slug: str) -> None:
        """Raises UsageError for a thread that is only proposed, or was declined."""
        now = self._queries.thread(slug).state
        if now in ("proposed", "declined"):
            raise UsageError(f"thread {slug!r} is {now}: only `accept {slug}` begins it")

    # who is who

    def join(self, slug: str, name: str, other: str) -> None:
        """Says that two names of the thread's cast are one voice: the next run joins the entry of `other` to that of
        `name`. Raises UsageError where the cast does not have both, or has them as one."""
        self._decide(slug, name, other, same=True)

    def part(self, slug: str, name: str, other: str) -> None:
        """Says that `other` is another voice than `name`: the next run gives it an entry of its own. Raises UsageError
        where the cast does not have both as one voice."""
        self._decide(slug, name, other, same=False)

    def _decide(self, slug: str, name: str, other: str, *, same: bool) -> None:
        """Stores the decision under the names as the cast spells them, and that the thread has something to do."""
        self._refuse_merged(slug)
        self._queries.version(slug)  # asked under the lock, why there is none would be that we hold it
        with self._locked(slug):
            voices = self._queries.cast(slug).voices
            name, other = as_spelt(voices, name), as_spelt(voices, other)
            if name == other:
                raise UsageError(f"{name!r} is one name: give two")
            one = cast.find(voices, name) is cast.find(voices, other)
            if one == same:
                fault = "one voice" if one else "two voices"
                raise UsageError(f"{name!r} and {other!r} are {fault} already: see `cast {slug}`")
            with self._store.writing() as connection:
                thread_store.add_cast_decision(connection, slug, CastDecision(same=same, one=name, other=other))
                thread_store.mark_done(connection, slug, None)

    @contextmanager
    def _locked(self, *slugs: str) -> Iterator[None]:
        """Holds the locks of the threads, taken in the order of their slugs so that two callers cannot deadlock."""
        with ExitStack() as locks:
            for slug in sorted(slugs):
                locks.enter_context(self._store.lock(slug, "the operator, who sorts threads"))
            yield

    def close(self, slug: str, reason: str) -> None:
        """Closes a thread: its page says so, and only news opens it again. Raises UsageError for an unknown thread, and
        for one that has not begun."""
        self._set_state(slug, "closed", reason or "by the operator")

    def reopen(self, slug: str) -> None:
        """Makes a quiet or closed thread live again. Raises UsageError for an unknown thread, and for one that has not
        begun."""
        self._set_state(slug, "live", "by the operator")

    def _set_state(self, slug: str, state: ThreadState, reason: str) -> None:
        self._refuse_merged(slug)
        self._refuse_unbegun(slug)
        with self._store.lock(slug, f"the operator, who makes it {state}"), self._store.writing() as connection:
            thread_store.set_state(connection, slug, state, self._now(), reason)

    def delete(self, slug: str, kept_in: Path) -> None:
        """Deletes a thread with its versions and what no other thread needs, after a backup of the whole store into the
        new file `kept_in`. Raises UsageError for an unknown thread or a file that is there, BusyError while it is
        run."""
        self._queries.thread(slug)
        with self._locked(slug):
            self.backup(kept_in)
            with self._store.writing() as connection:
                delete_thread(connection, slug)

    def backup(self, file: Path) -> None:
        """Copies the store into `file`. Raises UsageError where the file exists, StoreError where the copy fails."""
        store_backup.backup(self._store, file)

    def restore(self, file: Path) -> None:
        """Fills an empty store from a backup. Raises UsageError where the store is not empty or the file no backup."""
        store_backup.restore(self._store, file)

    def set_apart(self, item_id: str, apart: bool) -> None:
        """Marks an item as a copy of no other, whatever it looks like, or takes that back. Raises UsageError for an
        unknown item."""
        with self._store.writing() as connection:
            item = item_store.find(connection, item_id)
            if item is None:
                raise UsageError(f"there is no item {item_id!r}: ids stand in `items SLUG`")
            changes = {"apart": apart, "copy_of": None if apart else item.copy_of}
            item_store.save(connection, item.model_copy(update=changes), host_of(item.url))

    def drop(self, item_id: str) -> None:
        """Takes an item from every thread that has it: it is not read, and its sentences leave each page with its next
        version. `restore_item` undoes it. Raises UsageError for an unknown item."""
        with self._store.writing() as connection:
            slugs = item_store.threads_of(connection, item_id)
            if not slugs:
                raise UsageError(f"no thread has an item {item_id!r}: ids stand in `items SLUG`")
            for slug in slugs:
                item_store.set_relevance(connection, slug, item_id, "dropped by the operator")

    def restore_item(self, item_id: str) -> None:
        """Undoes `drop` in every thread: the next run judges the item, and reads it, as one that is new. Raises
        UsageError for an item that was not dropped."""
        with self._store.writing() as connection:
            slugs = [
                slug
                for slug in item_store.threads_of(connection, item_id)
                if item_store.relevances(connection, slug).get(item_id) == "dropped by the operator"
            ]
            if not slugs:
                raise UsageError(f"item {item_id!r} was dropped from no thread: `items SLUG` says what became of each")
            for slug in slugs:
                item_store.set_relevance(connection, slug, item_id, None)

    def take(self, item_id: str, slug: str) -> None:
        """Marks an item as relevant to a thread, whatever it was set aside for: the next run reads it. Raises
        UsageError for an unknown thread, or an item the thread does not have."""
        self._queries.thread(slug)
        with self._store.writing() as connection:
            if slug not in item_store.threads_of(connection, item_id):
                raise UsageError(f"thread {slug!r} has seen no item {item_id!r}: ids stand in `items {slug}`")
            item_store.set_relevance(connection, slug, item_id, "relevant")


def as_spelt(voices: Iterable[Voice], name: str) -> str:
    """The name as the cast spells it. Raises UsageError where the cast does not have it, with those that are near."""
    spelt = {cast.key(own): own for voice in voices for own in (voice.name, *voice.also)}
    wanted = cast.key(name)
    if wanted in spelt:
        return spelt[wanted]
    sharing = [key for key in spelt if not set(key.split()).isdisjoint(wanted.split())]
    near = list(dict.fromkeys([*get_close_matches(wanted, spelt), *sharing]))[:_MOST_NEAR]
    names = ", ".join(repr(spelt[key]) for key in near)
    raise UsageError(
        f"the cast has no {name!r}" + (f": near are {names}" if near else ", nor a name near it: `cast SLUG` has all")
    )


def _host(text: str) -> str:
    """The host that an operator named, alone or in an address. Raises UsageError."""
    host = plain_host(host_of(text if "//" in text else f"//{text}"))
    if not _HOST.fullmatch(host):
        raise UsageError(f"{text!r} is no host: write it as example.org")
    return host


def _tag(language: str) -> str | None:
    """The tag of the language an operator named, None for none. Raises UsageError."""
    try:
        return standard_tag(language) if language else None
    except ValueError as error:
        raise UsageError(str(error)) from error
