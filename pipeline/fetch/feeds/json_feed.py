"""JSON Feed, versions 1 and 1.1, as generators really write it: an odd field is none, an odd item is counted."""

import json
from typing import Any

from pipeline.errors import Unreadable
from pipeline.fetch.addresses import joined
from pipeline.fetch.feeds.entries import MOST, EntrySays, FeedSays, base_of, well_formed
from pipeline.fetch.feeds.text import as_html, names, title_text


def json_feed(body: bytes, url: str, address: str) -> tuple[FeedSays, list[EntrySays | None], int]:
    """What the feed and its first items state, and how many it has; an item that is no object is None. A feed that
    forgets its version is one where it has items that lead somewhere or say something. Raises Unreadable for JSON that
    is no feed."""
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise _no_feed(url) from error
    if not isinstance(parsed, dict):
        raise _no_feed(url)
    items, version = parsed.get("items"), parsed.get("version")
    if not isinstance(items, list) or (isinstance(version, str) and "jsonfeed.org/version/1" not in version):
        raise _no_feed(url)
    feed = _feed(parsed, url, address)
    entries = [_entry(item, base_of(url, feed.site)) if isinstance(item, dict) else None for item in items[:MOST]]
    if not isinstance(version, str) and not any(each and (each.links or each.texts) for each in entries):
        raise _no_feed(url)
    return feed, entries, len(items)


def _no_feed(url: str) -> Unreadable:
    return Unreadable("not a feed", f"{url} is JSON, but no JSON Feed: it was not read")


def _feed(parsed: dict[str, Any], url: str, address: str) -> FeedSays:
    site = joined(url, _text(parsed, "home_page_url"))
    title = title_text(_text(parsed, "title"))
    return FeedSays(url, address, title, site, _text(parsed, "language")[:40], names(_authors(parsed)))


def _entry(item: dict[str, Any], base: str) -> EntrySays:
    guid = item.get("id")
    guid = str(guid) if isinstance(guid, int | float) and not isinstance(guid, bool) else _text(item, "id")
    links = (_text(item, "url"), _text(item, "external_url"), guid if guid.startswith(("http://", "https://")) else "")
    text, plain = _text(item, "content_html"), _text(item, "content_text")
    attached = item.get("attachments")
    recordings = [joined(base, _text(each, "url")) for each in _list(attached) if isinstance(each, dict)]
    return EntrySays(
        links=tuple((base, link) for link in links if link.strip()),
        guid=guid,
        title=title_text(_text(item, "title")),
        authors=names(_authors(item)),
        published=_text(item, "date_published"),
        updated=_text(item, "date_modified"),
        texts=tuple(each for each in (text, as_html(plain) if plain else "") if each),
        extracts=tuple(each for each in (_text(item, "summary"),) if each),
        recording=next((address for address in recordings if address), None),
    )


def _authors(holder: dict[str, Any]) -> list[str]:
    """The names of authors, of version 1.1 and of 1; some generators write a name where an object belongs."""
    stated = [*_list(holder.get("authors")), *_list(holder.get("author"))]
    return [_text(each, "name") if isinstance(each, dict) else each for each in stated if isinstance(each, dict | str)]


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value] if value else []


def _text(holder: dict[str, Any], name: str) -> str:
    value = holder.get(name)
    return well_formed(value) if isinstance(value, str) else ""
