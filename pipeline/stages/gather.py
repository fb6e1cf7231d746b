"""Fetch and read: what the thread's places name becomes snapshots, and copies are folded."""

from collections import Counter
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection

from pipeline.errors import SourceError
from pipeline.fetch.addresses import host_of, item_id
from pipeline.fetch.announced import announced, carried
from pipeline.read import copies
from pipeline.records.items import Fetched, Found, Item, Known, digest_of
from pipeline.stages import pages
from pipeline.stages.judge import set_aside
from pipeline.stages.poll import Looked, look
from pipeline.stages.run import Run, parallel
from pipeline.store import items as item_store
from pipeline.store import sources as source_store
from pipeline.store import threads as thread_store
from pipeline.store import versions as version_store

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
                pages.keep(connection, each.item, got, self._run.now)
            if isinstance(got, SourceError):
                self._run.trouble(each.item.url, got.reason, got)
            else:
                self._run.counts["fetched"] += 1
        self._run.say(f"fetch       {self._run.counts['fetched']} of {self._run.counts['found']} pages")

    def _get(self, wanted: _Wanted) -> Fetched | SourceError:
        return pages.get(self._run.tools.web, wanted.item, wanted.known)

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
                    pages.keep(connection, item, whole, self._run.now)
                    self._run.counts["fetched"] += 1
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
        with self._run.store.reading() as connection:
            items = item_store.of_thread(connection, self._run.thread.slug)
        for item in items:
            found = pages.read(self._run.store, item, self._run.now, again=self._run.redoes("read"))
            if isinstance(found, SourceError):
                self._run.trouble(item.url, found.reason, found)
            else:
                self._run.counts["new_snapshots"] += found
        with self._run.store.writing() as connection:
            folded = self._fold_copies(connection)
        self._run.say(f"read        {self._run.counts['new_snapshots']} new texts, {folded} copies folded")

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
