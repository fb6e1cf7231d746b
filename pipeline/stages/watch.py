"""Watched feeds: what they bring arrives, is read, and waits to be sorted into threads."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection

from pipeline.discover.near import weighed
from pipeline.due import Rules, has_passed
from pipeline.errors import SourceError
from pipeline.fetch.addresses import host_of, item_id
from pipeline.fetch.announced import announced, arrival, carried
from pipeline.records.arrivals import Arrival
from pipeline.records.items import Fetched, Found, Item, Known, opening
from pipeline.stages import pages
from pipeline.stages.poll import Place, Poll, Polled
from pipeline.stages.run import Notes, Tools, parallel
from pipeline.store import arrivals as arrival_store
from pipeline.store import items as item_store
from pipeline.store import sources as source_store

_SHOWN_WORDS = 90  # of an item, when it is asked about


class Watched(NamedTuple):
    """How many feeds were asked, and how many items arrived."""

    polled: int
    arrived: int


def due_feeds(connection: Connection, now: datetime, rules: Rules) -> list[Place]:
    """The watched feeds that are asked now."""
    places = [
        Place("feed", source_store.find(connection, address), taken)
        for address, taken in arrival_store.watched_feeds(connection).items()
    ]
    return [place for place in places if has_passed(place.status.tried_at, rules.every, now)]


def watch(tools: Tools, notes: Notes, now: datetime, rules: Rules, keep: timedelta) -> Watched:
    """Asks the watched feeds that are due, and reads what is new in them. A page that cannot be read is no failure of
    the batch: what its feed says of it is enough to sort it by, and a thread that takes it tries again."""
    with tools.store.reading() as connection:
        places = due_feeds(connection, now, rules)
    arrived = 0
    polled = Poll(tools, notes, now).ask(places)
    for each in polled:
        with tools.store.writing() as connection:
            arrived += _arrive(connection, each, now, keep)
    _read(tools, now)
    if polled:
        notes.say(f"watch       {len(polled)} feeds asked, {arrived} new items")
    return Watched(len(polled), arrived)


def _arrive(connection: Connection, polled: Polled, now: datetime, keep: timedelta) -> int:
    """Keeps how a feed answered together with what it named."""
    source_store.save(connection, polled.status)
    if polled.error is None:
        arrival_store.take_in(connection, polled.status.address, polled.status.digest)
    oldest = f"{now - keep:%Y-%m-%d}"
    return sum(_keep(connection, found, now) for found in polled.found if (found.published or "9999") >= oldest)


def _keep(connection: Connection, found: Found, now: datetime) -> bool:
    known = item_store.find(connection, item_id(found.url))
    item = known or announced(found, now)
    if known is None:
        item_store.save(connection, item, host_of(item.url))
    new = arrival_store.add(connection, arrival(found, item, now))
    whole = carried(found, now)
    if new and whole and item_store.fetched(connection, item.id) is None:
        pages.keep(connection, item, whole, now)
    return new


def _read(tools: Tools, now: datetime) -> None:
    """Gets and reads what has arrived and was not read yet, and weighs its words."""
    with tools.store.reading() as connection:
        unread = [each for each in arrival_store.new(connection) if not each.words]
        unfetched = [item for each in unread if (item := _unfetched(connection, each))]

    def get(item: Item) -> Fetched | SourceError:
        return pages.get(tools.web, item, Known())

    for item, got in parallel(tools.parallel_fetches, get, unfetched):
        with tools.store.writing() as connection:
            pages.keep(connection, item, got, now)
    _weigh(tools, unread, now)


def _unfetched(connection: Connection, arrived: Arrival) -> Item | None:
    item = item_store.find(connection, arrived.item)
    wanted = item is not None and item.state == "pending" and item_store.fetched(connection, item.id) is None
    return item if wanted else None


def _weigh(tools: Tools, unread: Sequence[Arrival], now: datetime) -> None:
    for each in unread:
        with tools.store.reading() as connection:
            item = item_store.find(connection, each.item)
        if item is None:
            continue
        pages.read(tools.store, item, now)
        with tools.store.reading() as connection:
            item = item_store.find(connection, each.item) or item
            snapshot = item_store.last_snapshot(connection, each.item)
        text = snapshot.text if snapshot else each.opening
        read = {
            "title": item.title,
            "author": item.author or each.author,
            "opening": opening(f"{each.opening} … {text}" if text != each.opening else text, _SHOWN_WORDS),
            "links": tuple(dict.fromkeys((*each.links, *item.links))),
            "words": weighed(item.title, f"{each.opening} {text}"),
        }
        with tools.store.writing() as connection:
            arrival_store.replace(connection, each.model_copy(update=read))
