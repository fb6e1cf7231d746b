"""A feed's bytes become the pages it names. Pure: bytes in, Found out."""

import io
import time
from typing import Any

from pipeline.errors import Unreadable
from pipeline.fetch.addresses import host_of, is_address
from pipeline.records.dates import PartialDate, partial_date
from pipeline.records.items import Found, one_line


def parse_feed(body: bytes, url: str, most: int) -> tuple[Found, ...]:
    """The entries of a feed that have an address of their own, newest first, at most `most`.
    Raises Unreadable where `body` is no feed."""
    import feedparser

    if not body.strip():
        raise Unreadable("empty", f"{url} is empty: it is no feed")
    parsed = feedparser.parse(io.BytesIO(body))
    if not parsed.entries and not parsed.version:
        raise Unreadable("not a feed", f"{url} is no RSS or Atom feed: give it with --page if it is a page")
    venue = one_line(parsed.feed.get("title", "")) or host_of(url)
    found = [_entry(entry, venue) for entry in parsed.entries]
    kept = [entry for entry in found if entry is not None]
    kept.sort(key=lambda entry: entry.published or "", reverse=True)
    return tuple(kept[:most])


def _entry(entry: Any, venue: str) -> Found | None:  # noqa: ANN401 - the library gives dicts of anything
    link = entry.get("link", "")
    if not is_address(link):
        return None
    return Found(
        url=link,
        via="feed",
        title=one_line(entry.get("title", "")) or None,
        venue=venue,
        author=one_line(entry.get("author", "")) or None,
        published=_day(entry.get("published_parsed") or entry.get("updated_parsed")),
    )


def _day(moment: time.struct_time | None) -> PartialDate | None:
    return partial_date(time.strftime("%Y-%m-%d", moment)) if moment else None
