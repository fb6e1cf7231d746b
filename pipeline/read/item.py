"""An item's bytes become a snapshot."""

from collections.abc import Mapping

from sqlalchemy import Connection

from pipeline.context import RunContext
from pipeline.errors import SourceError, Unreadable
from pipeline.fetch.item import save_item
from pipeline.read.snapshots import snapshot_of
from pipeline.records.items import Item, PageText, Response, SentenceSpan
from pipeline.store import items as item_store


def read_item(context: RunContext, item: Item, *, again: bool = False) -> bool | SourceError:
    """Makes a snapshot of the bytes that came last, and says whether it is a new one; or why they could not be read.
    Bytes that were read before are passed over, unless `again`. No one waits for the store while they are read."""
    store, now = context.store, context.now
    with store.reading() as connection:
        last = item_store.last_fetch_info(connection, item.id)
        if last is None or (last.digest == item.read_from and not again):
            return False
        response = item_store.last_fetch(connection, item)
    try:
        page, sentences = _page_text(context, item, response)
    except SourceError as error:
        state = {} if item.state == "read" else {"state": "failed", "reason": error.reason}
        with store.writing() as connection:
            _update(connection, item, {**state, "read_from": last.digest})
        return error if last.digest != item.read_from else False
    with store.writing() as connection:
        _update(connection, item, _described(item, page, last.digest))
        return bool(page.text) and item_store.add_snapshot(connection, snapshot_of(item.id, page, sentences, now))


def _page_text(
    context: RunContext, item: Item, response: Response
) -> tuple[PageText, tuple[SentenceSpan, ...]]:
    """What the bytes say. Raises Unreadable also where a text that was read is not shown any more: the text as it was
    read remains, a wall or an empty page does not take it back."""
    page, sentences = context.reader.read(response, f"{context.now:%Y-%m-%d}")
    if item.state == "read" and item.extent != "title only" and not page.text:
        raise Unreadable("no text any more", f"{item.url} does not show its text any more: what was read stands")
    return page, sentences


def _described(item: Item, page: PageText, digest: str) -> dict[str, object]:
    """What an item's own page says of it. A feed's date goes before a page's: it is stated, a page's is often
    guessed."""
    return {
        "title": page.title,
        "venue": page.venue or item.venue,
        "author": page.author or item.author,
        "published": item.published or page.published,
        "extent": page.extent,
        "canonical": page.canonical,
        "links": page.links,
        "read_from": digest,
        "state": "withdrawn" if page.withdrawn else "read",
        "reason": "it says so itself" if page.withdrawn else None,
    }


def _update(connection: Connection, item: Item, fields: Mapping[str, object]) -> None:
    """Keeps more of what is known of an item, as it is stored by now: another thread's run may have folded it."""
    save_item(connection, (item_store.find(connection, item.id) or item).model_copy(update=dict(fields)))
