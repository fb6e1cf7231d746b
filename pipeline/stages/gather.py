"""Fetch and read: the thread's sources become snapshots, and copies are folded."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection

from pipeline.errors import SourceError
from pipeline.fetch.addresses import host_of, item_id
from pipeline.fetch.feeds import parse_feed
from pipeline.read import copies
from pipeline.read.page_text import read_page
from pipeline.read.snapshots import snapshot_of
from pipeline.records.items import Fetched, Found, Item, Reading
from pipeline.stages.run import Run, parallel
from pipeline.store import items as item_store
from pipeline.store import versions as version_store

_GONE = "http 410"  # what a server answers that says its page was taken away for good; 404 may be a mistake of the day


class Gather:
    """The stages fetch and read of one run."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._got: set[str] = set()

    def fetch(self) -> None:
        """Polls the thread's sources and gets what is new in them; pages the operator named are looked at again."""
        wanted = self._wanted(self.found())
        self._run.counts["found"] = len(wanted)
        for item, got in parallel(self._run.tools.parallel_fetches, self._get, wanted):
            with self._run.store.writing() as connection:
                if isinstance(got, Fetched):
                    item_store.keep_fetch(connection, item.id, got)
                    self._got.add(item.id)
                    self._run.counts["fetched"] += 1
                elif got.reason == _GONE and item.state in ("read", "withdrawn"):
                    withdrawn = item.model_copy(update={"state": "withdrawn", "reason": got.reason})
                    item_store.save(connection, withdrawn, host_of(item.url))
                elif item.state != "read":
                    failed = item.model_copy(update={"state": "failed", "reason": got.reason})
                    item_store.save(connection, failed, host_of(item.url))
            if isinstance(got, SourceError):
                self._run.trouble(item.url, got.reason, got)
        self._run.say(f"fetch       {self._run.counts['fetched']} of {len(wanted)} pages")

    def found(self) -> list[Found]:
        """What the thread's sources name now."""
        pages = [Found(url=s.url, via="page") for s in self._run.thread.sources if s.kind == "page"]
        feeds = [s.url for s in self._run.thread.sources if s.kind == "feed"]
        for url, got in parallel(self._run.tools.parallel_fetches, self._poll, feeds):
            if isinstance(got, SourceError):
                self._run.trouble(url, got.reason, got)
            else:
                pages.extend(got)
        return pages

    def _poll(self, url: str) -> Sequence[Found] | SourceError:
        try:
            return parse_feed(self._run.tools.web.get(url).body, url, self._run.tools.most_per_feed)
        except SourceError as error:
            return error

    def _get(self, item: Item) -> Fetched | SourceError:
        try:
            return self._run.tools.web.get(item.url)
        except SourceError as error:
            return error

    def _wanted(self, found: Iterable[Found]) -> list[Item]:
        """The items to get now, each known to the store and to the thread."""
        wanted: dict[str, Item] = {}
        with self._run.store.writing() as connection:
            for each in found:
                known = item_store.find(connection, item_id(each.url))
                item = known or _announced(each, self._run.now)
                if known is None:
                    item_store.save(connection, item, host_of(item.url))
                item_store.add_to_thread(connection, self._run.thread.slug, item.id)
                if each.via == "page" or item.state != "read":
                    wanted.setdefault(item.id, item)
        return list(wanted.values())

    def read(self) -> None:
        """Turns the bytes that came last into snapshots, then finds which items repeat another."""
        with self._run.store.writing() as connection:
            for item in item_store.of_thread(connection, self._run.thread.slug):
                fetched = item_store.last_fetch(connection, item) if self._is_unread(item) else None
                if fetched is None:
                    continue
                try:
                    reading = read_page(fetched, f"{self._run.now:%Y-%m-%d}")
                except SourceError as error:
                    unread = item.model_copy(update={"state": "failed", "reason": error.reason})
                    item_store.save(connection, unread, host_of(item.url))
                    if unread != item:
                        self._run.trouble(item.url, error.reason, error)
                    continue
                item_store.save(connection, _described(item, reading), host_of(item.url))
                if reading.text:
                    snapshot = snapshot_of(item.id, reading, self._run.now)
                    self._run.counts["new_snapshots"] += item_store.add_snapshot(connection, snapshot)
            folded = self._fold_copies(connection)
        self._run.say(f"read        {self._run.counts['new_snapshots']} new texts, {folded} copies folded")

    def _is_unread(self, item: Item) -> bool:
        return item.state == "pending" or item.id in self._got or self._run.redoes("read")

    def _fold_copies(self, connection: Connection) -> int:
        """Marks items whose text repeats another's. The original is the one already numbered, else the oldest."""
        numbers = version_store.numbers(connection, self._run.thread.slug)
        items = item_store.of_thread(connection, self._run.thread.slug)
        originals: dict[str, str] = {}
        folded = 0
        for item in sorted(items, key=lambda i: (i.id not in numbers, i.published or "9999")):
            snapshot = item_store.last_snapshot(connection, item.id)
            if snapshot is None:
                continue
            original = copies.find_copy(snapshot.text, originals)
            if original is None:
                originals[item.id] = snapshot.text
            if original != item.copy_of:
                item_store.save(connection, item.model_copy(update={"copy_of": original}), host_of(item.url))
                folded += original is not None
        return folded


def _announced(found: Found, now: datetime) -> Item:
    """A new item, as far as the place that names it tells."""
    return Item(
        id=item_id(found.url),
        url=found.url,
        via=found.via,
        title=found.title or found.url,
        venue=found.venue or host_of(found.url),
        author=found.author,
        published=found.published,
        first_seen_at=now,
    )


def _described(item: Item, reading: Reading) -> Item:
    """The item with what its own page says of it. A feed's date stands: it is stated, a page's is often guessed."""
    return item.model_copy(
        update={
            "title": reading.title,
            "venue": reading.venue or item.venue,
            "author": reading.author or item.author,
            "published": item.published or reading.published,
            "evidence": reading.evidence,
            "state": "read",
            "reason": None,
        }
    )
