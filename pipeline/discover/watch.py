"""Polls watched feeds and reads what they bring; it then waits to be sorted into threads."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from pipeline.context import RunContext, parallel
from pipeline.discover.terms import shown, word_weights
from pipeline.fetch.entries import arrival_from
from pipeline.fetch.feeds.identity import Identified
from pipeline.fetch.item import FetchResult, fetch_item, identify, keep_item, keep_response, whole_text
from pipeline.fetch.poll import PollResult, PollTarget, poll
from pipeline.read.item import read_item
from pipeline.records.arrivals import Arrival
from pipeline.records.items import Candidate, Item, Validators
from pipeline.store import arrivals as arrival_store
from pipeline.store import items as item_store
from pipeline.store import sources as source_store

_SHOWN_WORDS = 90  # words of an item that a question shows; chosen, not measured


class WatchResult(NamedTuple):
    """How many feeds were polled, and how many items arrived."""

    polled: int
    arrived: int


def watch(context: RunContext, feeds: Sequence[PollTarget]) -> WatchResult:
    """Polls `feeds`, watched ones that are due, and reads what is new in them. A page that cannot be read is no problem
    of the batch: the feed's own words are enough to sort it, and the thread that gets it tries again."""
    arrived = old = 0
    results = poll(context, feeds)
    oldest = f"{context.now - context.settings.discover.keep:%Y-%m-%d}"
    for result in results:
        recent = [candidate for candidate in result.candidates if (candidate.published or "9999") >= oldest]
        old += len(result.candidates) - len(recent)
        with context.store.writing() as connection:
            arrived += _store_result(context, connection, result, recent)
    _read(context)
    if results:
        too_old = f"; {old} entries are from before {oldest} and too old ([discover] keep_days)" if old else ""
        context.log.report("watch", f"{len(results)} feeds asked, {arrived} new items{too_old}")
    return WatchResult(len(results), arrived)


def _store_result(context: RunContext, connection: Connection, result: PollResult, recent: Sequence[Candidate]) -> int:
    """Stores a feed's status together with its `recent` entries; returns how many of them are new."""
    source_store.save(connection, result.status)
    if result.error is None:
        arrival_store.mark_seen(connection, result.status.address, result.status.digest)
    return sum(_store_entry(context, connection, each) for each in identify(connection, recent, context.sites))


def _store_entry(context: RunContext, connection: Connection, each: Identified) -> bool:
    item = keep_item(connection, each, context.now)
    new = arrival_store.add(connection, arrival_from(each.found, item, context.now))
    full_text = whole_text(context, each.found)
    if new and full_text and item_store.last_fetch_info(connection, item.id) is None:
        keep_response(connection, item, full_text, context)
    return new


def _read(context: RunContext) -> None:
    """Fetches and reads the arrivals that were not read yet, and counts their words."""
    with context.store.reading() as connection:
        unread = [arrival for arrival in arrival_store.new(connection) if not arrival.words]
        unfetched = [item for arrival in unread if (item := _unfetched(connection, arrival))]

    def one(item: Item) -> FetchResult:
        return fetch_item(context, item, Validators())

    for item, result in parallel(context.settings.fetch.parallel, one, unfetched):
        with context.store.writing() as connection:
            keep_response(connection, item, result, context)
    _complete(context, unread)


def _unfetched(connection: Connection, arrival: Arrival) -> Item | None:
    item = item_store.find(connection, arrival.item)
    if item is None or item.state != "pending" or item_store.last_fetch_info(connection, item.id) is not None:
        return None
    return item


def _complete(context: RunContext, unread: Sequence[Arrival]) -> None:
    """Gives each arrival what its page says: title, opening, links and the weights of its words."""
    for arrival in unread:
        with context.store.reading() as connection:
            item = item_store.find(connection, arrival.item)
        if item is None:
            continue
        read_item(context, item)
        with context.store.reading() as connection:
            item = item_store.find(connection, arrival.item) or item
            snapshot = item_store.last_snapshot(connection, arrival.item)
        text = snapshot.text if snapshot else arrival.opening
        excerpt = f"{arrival.opening} … {text}" if text != arrival.opening else text
        changes = {
            "title": item.title,
            "author": item.author or arrival.author,
            "opening": shown(excerpt, _SHOWN_WORDS),
            "links": tuple(dict.fromkeys((*arrival.links, *item.links))),
            "words": word_weights(item.title, f"{arrival.opening} {text}"),
        }
        with context.store.writing() as connection:
            arrival_store.replace(connection, arrival.model_copy(update=changes))
