"""A feed's bytes become the pages it names: RSS, Atom, RDF and JSON Feed. Pure: bytes in, Found out.

feedparser reads the XML kinds, however ill-formed; JSON Feed (version 1 and 1.1) is a small form of our own. A page
that is no feed itself may name some: `named_feeds`.
"""

import calendar
import html
import io
import re
import time
from datetime import UTC, datetime
from typing import Any, NamedTuple
from urllib.parse import urljoin

from pydantic import BaseModel, Field, ValidationError

from pipeline.errors import Unreadable
from pipeline.fetch.addresses import host_of, is_address
from pipeline.records.dates import PartialDate, partial_date
from pipeline.records.items import Candidate
from pipeline.text import one_line

_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml")


class Feed(NamedTuple):
    """What a feed holds: its own name, its usable entries, newest first, and how many it has in all."""

    venue: str
    entries: tuple[Candidate, ...]
    total: int


def parse_feed(body: bytes, url: str) -> Feed:
    """The feed. An entry without an address of its own is counted and left out. Raises Unreadable where `body` is no
    feed. Entities that a feed declares are expanded only where they are plain text (feedparser sees to it)."""
    start = body.lstrip(b"\xef\xbb\xbf \t\r\n")
    if not start:
        raise Unreadable("empty", f"{url} is empty: it is no feed")
    return _json_feed(start, url) if start[:1] == b"{" else _xml_feed(body, url)


def _xml_feed(body: bytes, url: str) -> Feed:
    import feedparser

    parsed = feedparser.parse(io.BytesIO(body), resolve_relative_uris=False)
    if not parsed.entries and not parsed.version:
        raise Unreadable("not a feed", f"{url} is no RSS, Atom or JSON feed: give it with --page if it is a page")
    venue = one_line(parsed.feed.get("title", "")) or host_of(url)
    found = [_xml_entry(entry, venue, url) for entry in parsed.entries]
    return Feed(venue, _newest_first(found), len(found))


def _xml_entry(entry: Any, venue: str, feed: str) -> Candidate | None:  # noqa: ANN401 - the library gives dicts of anything
    link = urljoin(feed, entry.get("link", "").strip()) if entry.get("link") else entry.get("id", "")
    if not is_address(link):
        return None
    content = [part.get("value", "") for part in entry.get("content", ()) if "html" in part.get("type", "")]
    return Candidate(
        url=link,
        via="feed",
        title=_title(entry),
        venue=venue,
        author=one_line(entry.get("author", "")) or None,
        published=_day(_stated_in(entry, "published_parsed") or _stated_in(entry, "updated_parsed")),
        updated=_moment(_stated_in(entry, "updated_parsed")),
        content=max(content, key=len, default="") or None,
        extract=entry.get("summary") or None,
    )


def _title(entry: Any) -> str | None:  # noqa: ANN401 - as above
    """The title as plain text: a title may be HTML, and says so."""
    title = entry.get("title", "")
    if "html" in entry.get("title_detail", {}).get("type", ""):
        title = html.unescape(re.sub(r"<[^>]*>", "", title))
    return one_line(title) or None


def _stated_in(entry: Any, name: str) -> time.struct_time | None:  # noqa: ANN401 - as above
    moment: time.struct_time | None = dict.get(entry, name)  # the entry's own `get` puts one date for another
    return moment


def _day(moment: time.struct_time | None) -> PartialDate | None:
    return partial_date(time.strftime("%Y-%m-%d", moment)) if moment else None


def _moment(moment: time.struct_time | None) -> datetime | None:
    try:
        return datetime.fromtimestamp(calendar.timegm(moment), UTC) if moment else None
    except (OverflowError, ValueError, OSError):
        return None


class _JsonAuthor(BaseModel):
    name: str | None = None


class _JsonItem(BaseModel):
    id: str | int | float | None = None
    url: str | None = None
    title: str | None = None
    content_html: str | None = None
    content_text: str | None = None
    summary: str | None = None
    date_published: str | None = None
    date_modified: str | None = None
    author: _JsonAuthor | None = None
    authors: list[_JsonAuthor] = Field(default_factory=list)


class _JsonFeed(BaseModel):
    version: str = Field(pattern=r"jsonfeed\.org/version/1")
    title: str | None = None
    items: list[_JsonItem] = Field(default_factory=list)


def _json_feed(body: bytes, url: str) -> Feed:
    try:
        parsed = _JsonFeed.model_validate_json(body)
    except ValidationError as error:
        raise Unreadable("not a feed", f"{url} is JSON, but no JSON Feed: it was not read") from error
    venue = one_line(parsed.title or "") or host_of(url)
    found = [_json_entry(item, venue, url) for item in parsed.items]
    return Feed(venue, _newest_first(found), len(found))


def _json_entry(item: _JsonItem, venue: str, feed: str) -> Candidate | None:
    link = urljoin(feed, item.url.strip()) if item.url else str(item.id or "")
    if not is_address(link):
        return None
    authors = [one_line(a.name) for a in (*item.authors, *((item.author,) if item.author else ())) if a.name]
    return Candidate(
        url=link,
        via="feed",
        title=one_line(item.title or "") or None,
        venue=venue,
        author=", ".join(dict.fromkeys(authors)) or None,
        published=partial_date(item.date_published) or partial_date(item.date_modified),
        updated=_stated(item.date_modified),
        content=item.content_html or None,
        extract=item.summary or item.content_text or None,
    )


def _stated(text: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00")) if text else None
    except ValueError:
        return None
    return moment if moment is None or moment.tzinfo else moment.replace(tzinfo=UTC)


def _newest_first(found: list[Candidate | None]) -> tuple[Candidate, ...]:
    """The usable entries; undated ones stay where the feed has them, behind the dated."""
    return tuple(sorted((entry for entry in found if entry), key=lambda entry: entry.published or "", reverse=True))


def named_feeds(body: bytes, url: str) -> tuple[str, ...]:
    """The feeds that an HTML page says it has, in its order."""
    from lxml import etree
    from lxml import html as lxml_html

    if not body.strip():
        return ()
    try:
        tree = lxml_html.document_fromstring(body)
    except (etree.ParserError, ValueError):
        return ()
    links = tree.xpath("//link[@href and contains(concat(' ', normalize-space(@rel), ' '), ' alternate ')]")
    named = [urljoin(url, link.get("href")) for link in links if link.get("type", "").lower() in _FEED_TYPES]
    return tuple(dict.fromkeys(address for address in named if is_address(address)))
