"""An item's page: got, kept, and read into a snapshot."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection

from pipeline import polling
from pipeline.errors import SourceError, Unreadable
from pipeline.fetch.addresses import host_of
from pipeline.fetch.pages import get_page
from pipeline.promises import Gets
from pipeline.read.page_text import read_page
from pipeline.read.snapshots import snapshot_of
from pipeline.records.items import Fetched, Item, Known, Reading
from pipeline.store import items as item_store
from pipeline.store import sources as source_store
from pipeline.store.database import Store

_GONE = "http 410"  # what a server answers that says its page was taken away for good; 404 may be a mistake of the day


def get(web: Gets, item: Item, known: Known) -> Fetched | SourceError:
    """The item's page, or why it could not be got."""
    try:
        return get_page(web, item.url, known)
    except SourceError as error:
        return error


def keep(connection: Connection, item: Item, got: Fetched | SourceError, now: datetime) -> None:
    """Keeps the bytes, or the failure; and of a page that an operator named, how it answered."""
    status = source_store.find(connection, item.url) if item.via == "page" else None
    if isinstance(got, SourceError):
        _keep_failure(connection, item, got)
        answered = polling.failed(status, got, now) if status else None
    else:
        if not got.unchanged:
            item_store.keep_fetch(connection, item.id, got)
        if item.state == "withdrawn" and item.reason == _GONE:  # it is there again
            _save(connection, item.model_copy(update={"state": "read", "reason": None}))
        answered = polling.answered(status, got, "", None, now) if status else None
    if answered:
        source_store.save(connection, answered)


def _keep_failure(connection: Connection, item: Item, error: SourceError) -> None:
    if error.reason == _GONE and item.state in ("read", "withdrawn"):
        _save(connection, item.model_copy(update={"state": "withdrawn", "reason": error.reason}))
    elif item.state != "read":
        _save(connection, item.model_copy(update=_failed(error)))


def read(store: Store, item: Item, now: datetime, *, again: bool = False) -> bool | SourceError:
    """Makes a snapshot of the bytes that came last, and says whether it is a new one; or why they could not be read.
    Bytes that were read before are passed over, unless `again`. Nobody waits for the store while they are read."""
    with store.reading() as connection:
        last = item_store.fetched(connection, item.id)
        if last is None or (last.digest == item.read_from and not again):
            return False
        fetched = item_store.last_fetch(connection, item)
    try:
        reading = _reading(item, fetched, now)
    except SourceError as error:
        stands = {"state": item.state, "reason": item.reason} if item.state == "read" else _failed(error)
        with store.writing() as connection:
            _update(connection, item, {**stands, "read_from": last.digest})
        return error if last.digest != item.read_from else False
    with store.writing() as connection:
        _update(connection, item, _described(item, reading, last.digest))
        return bool(reading.text) and item_store.add_snapshot(connection, snapshot_of(item.id, reading, now))


def _reading(item: Item, fetched: Fetched, now: datetime) -> Reading:
    """What the bytes say. Raises Unreadable also where a text that was read is not shown any more: what was read
    stands, it is not taken back by a wall or an empty page."""
    reading = read_page(fetched, f"{now:%Y-%m-%d}")
    if item.state == "read" and item.evidence != "title only" and not reading.text:
        raise Unreadable("no text any more", f"{item.url} does not show its text any more: what was read stands")
    return reading


def _described(item: Item, reading: Reading, digest: str) -> dict[str, object]:
    """What an item's own page says of it. A feed's date stands: it is stated, a page's is often guessed."""
    return {
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


def _failed(error: SourceError) -> dict[str, str]:
    return {"state": "failed", "reason": error.reason}


def _update(connection: Connection, item: Item, what: Mapping[str, object]) -> None:
    """Keeps more of what is known of an item, as it stands by now: another thread's run may have folded it."""
    _save(connection, (item_store.find(connection, item.id) or item).model_copy(update=dict(what)))


def _save(connection: Connection, item: Item) -> None:
    item_store.save(connection, item, host_of(item.url))
