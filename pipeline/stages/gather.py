"""Fetch and read: what the thread's places name becomes snapshots, and copies are folded."""

from collections import Counter
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection

from pipeline import polling
from pipeline.errors import SourceError, Unreadable
from pipeline.fetch.addresses import host_of, item_id
from pipeline.fetch.announced import announced, carried
from pipeline.fetch.pages import get_page
from pipeline.read import copies
from pipeline.read.page_text import read_page
from pipeline.read.snapshots import snapshot_of
from pipeline.records.items import Fetched, Found, Item, Known, Reading, digest_of
from pipeline.stages.judge import set_aside
from pipeline.stages.poll import Looked, look
from pipeline.stages.run import Run, parallel
from pipeline.store import items as item_store
from pipeline.store import sources as source_store
from pipeline.store import threads as thread_store
from pipeline.store import versions as version_store

_GONE = "http 410"  # what a server answers that says its page was taken away for good; 404 may be a mistake of the day
_PASSING = ("unreachable", "too slow", "asked to wait", "robots.txt", "http 429", "http 5")
_TRIED_FOR = timedelta(days=7)  # an item that could not be got for a passing reason


class _Wanted(NamedTuple):
    """An item to get, and what its server said of the bytes it sent last."""

    item: Item
    known: Known


class Gather:
    """The stages fetch and read of one run."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def fetch(self) -> None:
        """Polls the thread's places and gets what is new in them; pages the operator named are looked at again."""
        answers = look(self._run)
        wanted = self._wanted(answers)
        extracts = {item_id(found.url): found.extract or "" for found in answers.found if found.via == "search"}
        hits = [(each.item, extracts[each.item.id]) for each in wanted if each.item.id in extracts]
        aside = set_aside(self._run, hits)
        wanted = [each for each in wanted if each.item.id not in aside]
        self._run.counts["found"] = len(wanted) + self._run.counts["fetched"]
        for each, got in parallel(self._run.tools.parallel_fetches, self._get, wanted):
            with self._run.store.writing() as connection:
                if isinstance(got, Fetched):
                    self._keep(connection, each.item, got)
                else:
                    self._keep_failure(connection, each.item, got)
            if isinstance(got, SourceError):
                self._run.trouble(each.item.url, got.reason, got)
        self._run.say(f"fetch       {self._run.counts['fetched']} of {self._run.counts['found']} pages")

    def _get(self, wanted: _Wanted) -> Fetched | SourceError:
        try:
            return get_page(self._run.tools.web, wanted.item.url, wanted.known)
        except SourceError as error:
            return error

    def _keep(self, connection: Connection, item: Item, got: Fetched) -> None:
        self._run.counts["fetched"] += 1
        if not got.unchanged:
            item_store.keep_fetch(connection, item.id, got)
        if item.state == "withdrawn" and item.reason == _GONE:  # it is there again
            item_store.save(connection, item.model_copy(update={"state": "read", "reason": None}), host_of(item.url))
        if item.via == "page":
            status = source_store.find(connection, item.url)
            source_store.save(connection, polling.answered(status, got, "", None, self._run.now))

    def _keep_failure(self, connection: Connection, item: Item, error: SourceError) -> None:
        if error.reason == _GONE and item.state in ("read", "withdrawn"):
            withdrawn = item.model_copy(update={"state": "withdrawn", "reason": error.reason})
            item_store.save(connection, withdrawn, host_of(item.url))
        elif item.state != "read":
            item_store.save(connection, item.model_copy(update=_failed(error)), host_of(item.url))
        if item.via == "page":
            status = source_store.find(connection, item.url)
            source_store.save(connection, polling.failed(status, error, self._run.now))

    def _wanted(self, answers: Looked) -> list[_Wanted]:
        """The items to get now, each known to the store and to the thread: new ones, those that could not be got
        lately, pages the operator named, and what its feed says was changed. How the places answered is kept with
        them."""
        wanted: dict[str, _Wanted] = {}
        with self._run.store.writing() as connection:
            mine = {item.id: item for item in item_store.of_thread(connection, self._run.thread.slug)}
            searched = Counter(host_of(item.url) for item in mine.values() if item.via == "search")
            for asked in answers.polled:
                source_store.save(connection, asked.status)
                if asked.error is None:
                    thread_store.take_in(connection, self._run.thread.slug, asked.status.address, asked.status.digest)
            for each in answers.found:
                host = host_of(each.url)
                if each.via == "search" and item_id(each.url) not in mine:
                    if searched[host] >= self._run.tools.most_of_a_host:
                        continue
                    searched[host] += 1
                known = item_store.find(connection, item_id(each.url))
                item = known or announced(each, self._run.now)
                if known is None:
                    item_store.save(connection, item, host_of(item.url))
                item_store.add_to_thread(connection, self._run.thread.slug, item.id)
                last = item_store.fetched(connection, item.id)
                whole = carried(each, self._run.now)
                if not _is_wanted(each, item, last, whole):
                    continue
                if whole:
                    self._keep(connection, item, whole)
                else:
                    wanted.setdefault(item.id, _Wanted(item, last.known if last else Known()))
            verdicts = item_store.verdicts(connection, self._run.thread.slug)
            for item in item_store.of_thread(connection, self._run.thread.slug):
                if item.state == "read" or verdicts.get(item.id, "relevant") != "relevant":
                    continue
                if item_store.fetched(connection, item.id) is None and _is_worth_another_try(item, self._run.now):
                    wanted.setdefault(item.id, _Wanted(item, Known()))
        return list(wanted.values())

    def read(self) -> None:
        """Turns the bytes that came last into snapshots, then finds which items repeat another."""
        with self._run.store.writing() as connection:
            for item in item_store.of_thread(connection, self._run.thread.slug):
                last = item_store.fetched(connection, item.id)
                if last is None or (last.digest == item.read_from and not self._run.redoes("read")):
                    continue
                try:
                    reading = self._reading(item, item_store.last_fetch(connection, item))
                except SourceError as error:
                    stands = {"state": item.state, "reason": item.reason} if item.state == "read" else _failed(error)
                    unread = item.model_copy(update={**stands, "read_from": last.digest})
                    item_store.save(connection, unread, host_of(item.url))
                    if last.digest != item.read_from:
                        self._run.trouble(item.url, error.reason, error)
                    continue
                item_store.save(connection, _described(item, reading, last.digest), host_of(item.url))
                if reading.text:
                    snapshot = snapshot_of(item.id, reading, self._run.now)
                    self._run.counts["new_snapshots"] += item_store.add_snapshot(connection, snapshot)
            folded = self._fold_copies(connection)
        self._run.say(f"read        {self._run.counts['new_snapshots']} new texts, {folded} copies folded")

    def _reading(self, item: Item, fetched: Fetched) -> Reading:
        """What the bytes say. Raises Unreadable also where a text that was read is not shown any more: what was read
        stands, it is not taken back by a wall or an empty page."""
        reading = read_page(fetched, f"{self._run.now:%Y-%m-%d}")
        if item.state == "read" and item.evidence != "title only" and not reading.text:
            raise Unreadable("no text any more", f"{item.url} does not show its text any more: what was read stands")
        return reading

    def _fold_copies(self, connection: Connection) -> int:
        """Marks items whose text repeats another's. The original is the one already numbered, else the one read
        furthest, else the oldest. What the operator keeps apart repeats nothing."""
        numbers = version_store.numbers(connection, self._run.thread.slug)
        items = item_store.of_thread(connection, self._run.thread.slug)
        originals = copies.Originals()
        folded = 0
        for item in sorted(items, key=lambda i: (i.id not in numbers, i.evidence == "abstract", i.published or "9999")):
            snapshot = item_store.last_snapshot(connection, item.id)
            if snapshot is None:
                continue
            text = copies.Text(item.id, snapshot.text, _addresses(item), item.title, item.author)
            if item.apart:
                originals.remember([text])
            original = None if item.apart else originals.original_of(text)
            if original != item.copy_of:
                item_store.save(connection, item.model_copy(update={"copy_of": original}), host_of(item.url))
                folded += original is not None
        return folded


def _failed(error: SourceError) -> dict[str, str]:
    return {"state": "failed", "reason": error.reason}


def _addresses(item: Item) -> frozenset[str]:
    """The ids of the addresses the item goes by: its own, and the one its page calls its own."""
    return frozenset({item.id, item_id(item.canonical)} if item.canonical else {item.id})


def _is_wanted(found: Found, item: Item, last: item_store.LastFetch | None, whole: Fetched | None) -> bool:
    if found.via == "page" or last is None:
        return item.state != "failed" or found.via == "page"
    if whole:
        return digest_of(whole.body) != last.digest
    return bool(found.updated and found.updated > last.fetched_at)


def _is_worth_another_try(item: Item, now: datetime) -> bool:
    """An item whose bytes are still missing: never asked for, or not to be had for a reason that may have passed."""
    if item.via == "page":
        return False
    if item.state == "pending":
        return True
    return now - item.first_seen_at <= _TRIED_FOR and (item.reason or "").startswith(_PASSING)


def _described(item: Item, reading: Reading, digest: str) -> Item:
    """The item with what its own page says of it. A feed's date stands: it is stated, a page's is often guessed."""
    return item.model_copy(
        update={
            "title": reading.title,
            "venue": reading.venue or item.venue,
            "author": reading.author or item.author,
            "published": item.published or reading.published,
            "evidence": reading.evidence,
            "canonical": reading.canonical,
            "links": reading.links,
            "read_from": digest,
            "state": "withdrawn" if reading.withdrawn else "read",
            "reason": "it says so itself" if reading.withdrawn else None,
        }
    )
