"""An item's bytes become a snapshot."""

from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import Connection

from pipeline.context import RunContext
from pipeline.errors import SourceError, Unreadable
from pipeline.fetch.item import save_item
from pipeline.fetch.next_pages import PAGES_TYPE
from pipeline.read.posts.continued import continued
from pipeline.read.sentences import split
from pipeline.read.snapshots import snapshot_of
from pipeline.records.items import Item, PageText, Response, SentenceSpan, Snapshot, TextFrom
from pipeline.store import items as item_store
from pipeline.text import digest_of


class _Reading(NamedTuple):
    """A page as it was read, its sentences, and whose words they are."""

    page: PageText
    sentences: tuple[SentenceSpan, ...]
    text_from: TextFrom


def read_item(context: RunContext, item: Item, *, again: bool = False) -> bool | SourceError:
    """Makes a snapshot of the bytes that came last, and says whether it is a new one; or why they could not be read.
    Where no page came, or it gives no text, the feed's own words stand in for it. Bytes that were read before are
    passed over, unless `again`. No one waits for the store while they are read."""
    store, now = context.store, context.now
    with store.reading() as connection:
        last = item_store.last_fetch_info(connection, item.id)
        has_own_text = item.state in ("read", "withdrawn") and item.text_from == "page"
        stand_in = None if has_own_text else item_store.stand_in(connection, item)
        read_from = _read_from(last, stand_in)
        if not read_from or (read_from == item.read_from and not again):
            return False
        response = item_store.last_fetch(connection, item) if last else None
        before = item_store.last_snapshot(connection, item.id) if item.posts else None
    try:
        reading = _continued(_reading(context, item, response, stand_in), item, before)
    except SourceError as error:
        state = {} if item.state == "read" else {"state": "failed", "reason": error.reason}
        with store.writing() as connection:
            _update(connection, item, {**state, "read_from": read_from})
        return error if read_from != item.read_from else False
    page, sentences, text_from = reading
    fields = _described(item, page, _read_from(last, stand_in if text_from != "page" else None))
    fields |= {"text_from": text_from} if text_from == "page" else {"text_from": text_from, "reason": item.reason}
    with store.writing() as connection:
        _update(connection, item, fields)
        return bool(page.text) and item_store.add_snapshot(connection, snapshot_of(item.id, page, sentences, now))


def _continued(reading: _Reading, item: Item, before: Snapshot | None) -> _Reading:
    """A discussion with what was read of it before. Raises Unreadable where it is not shown post by post any more."""
    if before is None:
        return reading
    if not reading.page.posts:
        raise Unreadable("no posts any more", f"{item.url} does not show its posts any more: what was read stands")
    page = continued(reading.page, before)
    if page.text == reading.page.text:
        return reading._replace(page=page)
    return reading._replace(page=page, sentences=split(page.text, page.language, frozenset(page.whole_lines)))


def _read_from(last: item_store.LastFetchInfo | None, stand_in: Response | None) -> str:
    """What tells the bytes that a reading is made from."""
    return " ".join([*([last.digest] if last else []), *([digest_of(stand_in.body)] if stand_in else [])])


def _reading(context: RunContext, item: Item, response: Response | None, stand_in: Response | None) -> _Reading:
    """What the page says; its text from the feed's own words where it gives none itself."""
    if stand_in is None:
        assert response  # noqa: S101 - there is one or the other
        return _Reading(*_page_text(context, item, response), response.text_from)
    page = None
    if response:
        try:
            page, sentences = _page_text(context, item, response)
        except SourceError:
            page = None
        if page and page.text:
            return _Reading(page, sentences, response.text_from)
    from_feed, sentences = context.reader.read(stand_in, f"{context.now:%Y-%m-%d}")
    words = {"text", "extent", "language", "whole_lines"}
    stated = page.model_copy(update=from_feed.model_dump(include=words)) if page else from_feed
    return _Reading(stated, sentences, stand_in.text_from)


def _page_text(context: RunContext, item: Item, response: Response) -> tuple[PageText, tuple[SentenceSpan, ...]]:
    """What the bytes say. Raises Unreadable also where a text that was read is not shown any more: the text as it was
    read remains, a wall or an empty page does not take it back."""
    page, sentences = context.reader.read(response, f"{context.now:%Y-%m-%d}")
    if item.state == "read" and item.extent != "title only" and not page.text:
        raise Unreadable("no text any more", f"{item.url} does not show its text any more: what was read stands")
    broken_off = response.media_type == PAGES_TYPE and page.extent == "part" and not page.posts
    if item.state == "read" and item.extent == "full text" and broken_off:
        raise Unreadable("not whole now", f"{item.url}: not all of its pages can be had now: what was read stands")
    return page, sentences


def _described(item: Item, page: PageText, digest: str) -> dict[str, object]:
    """What an item's own page says of it. A feed's date goes before a page's: what it is called
    there leaves no doubt."""
    return {
        "title": _title(item, page),
        "venue": page.venue or item.venue,
        "author": page.author or item.author,
        "published": item.published or page.published,
        "date_from": item.date_from if item.published else page.date_from,
        "extent": page.extent,
        "canonical": page.canonical,
        "links": page.links,
        "posts": len(page.posts),
        "last_post": max((post.time for post in page.posts if post.time), default=None),
        "missing": page.missing,
        "read_from": digest,
        "state": "withdrawn" if page.withdrawn else "read",
        "reason": "it says so itself" if page.withdrawn else None,
    }


def _title(item: Item, page: PageText) -> str:
    """What the page is called by itself; where it says nothing and its opening stands for a title, what the feed or the
    search that brought it called it."""
    is_opening = page.title == page.text.partition("\n")[0][: len(page.title)]
    return item.title if is_opening and item.via != "page" and item.title != item.url else page.title


def _update(connection: Connection, item: Item, fields: Mapping[str, object]) -> None:
    """Keeps more of what is known of an item, as it is stored by now: another thread's run may have folded it."""
    save_item(connection, (item_store.find(connection, item.id) or item).model_copy(update=dict(fields)))
