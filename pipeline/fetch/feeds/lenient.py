"""Feeds that the walk finds nothing in, read by feedparser, which takes anything, at a tenth of the walk's speed."""

import io
from typing import Any

from pipeline.fetch.addresses import joined
from pipeline.fetch.feeds.dates import read_date
from pipeline.fetch.feeds.entries import EntrySays, FeedSays, base_of
from pipeline.fetch.feeds.text import names, title_text

_MOST = 500_000  # bytes that are read: about a second of it


def lenient(body: bytes, url: str, address: str, charset: str | None) -> tuple[FeedSays, list[EntrySays]] | None:
    """The feed in the first bytes of `body`, or None where feedparser knows none in it either."""
    import feedparser

    headers = {"content-type": f"application/xml; charset={charset}"} if charset and charset.isascii() else {}
    try:
        parsed = feedparser.parse(
            io.BytesIO(body[:_MOST]), resolve_relative_uris=False, sanitize_html=False, response_headers=headers
        )
    except Exception:  # of a library that works on what is broken: what it cannot read is no feed
        return None
    if not parsed.entries and not parsed.version:
        return None
    feed = parsed.feed
    title = title_text(_text(feed, "title"), is_html="html" in feed.get("title_detail", {}).get("type", ""))
    site, language = joined(url, _text(feed, "link")), _text(feed, "language")[:40]
    says = FeedSays(url, address, title, site, language, names([_text(feed, "author")]))
    return says, [_entry(entry, base_of(url, says.site)) for entry in parsed.entries]


def _entry(entry: Any, base: str) -> EntrySays:  # noqa: ANN401 - the library gives dicts of anything
    guid = _text(entry, "id")
    links = (_text(entry, "feedburner_origlink"), _text(entry, "link"), guid if guid.startswith("http") else "")
    texts = [part.get("value", "") for part in entry.get("content", ()) if "html" in part.get("type", "")]
    is_html = "html" in entry.get("title_detail", {}).get("type", "")
    return EntrySays(
        links=tuple((base, link) for link in links if link),
        guid=guid,
        title=title_text(_text(entry, "title"), is_html=is_html),
        authors=names([each.get("name", "") for each in entry.get("authors", ())]) or names([_text(entry, "author")]),
        published=_date(entry, "published"),
        updated=_date(entry, "updated"),
        texts=tuple(texts),
        extracts=(_text(entry, "summary"),),
        recording=next((joined(base, each.get("href", "")) for each in entry.get("enclosures", ())), None),
    )


def _text(holder: Any, name: str) -> str:  # noqa: ANN401 - as above
    value = dict.get(holder, name)  # the library's own `get` puts one field for another
    return value if isinstance(value, str) else ""


def _date(entry: Any, name: str) -> str:  # noqa: ANN401 - as above
    """The date as written, or as the library reads it where only that can."""
    stated, parsed = _text(entry, name), dict.get(entry, f"{name}_parsed")
    if not stated or read_date(stated) or not parsed:
        return stated
    return f"{parsed.tm_year:04}-{parsed.tm_mon:02}-{parsed.tm_mday:02}T{parsed.tm_hour:02}:{parsed.tm_min:02}:00Z"
