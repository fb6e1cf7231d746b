"""An item as the place that names it tells of it, before its page is fetched."""

import html
import re
from datetime import datetime
from urllib.parse import urljoin

from pipeline.fetch.addresses import host_of, is_address, item_id
from pipeline.records.arrivals import Arrival
from pipeline.records.items import Candidate, Item, Response
from pipeline.text import opening

_FEWEST_WORDS = 200  # of a feed entry's own text, for it to be the article and not its opening
_LONGEST = 20_000  # characters of an entry's text that are looked at for its opening
_MOST_LINKS = 40


def item_from(found: Candidate, now: datetime) -> Item:
    """A new item, as far as the place that names it tells. A date that has not come yet is not believed."""
    today = f"{now:%Y-%m-%d}"
    return Item(
        id=item_id(found.url),
        url=found.url,
        via=found.via,
        title=found.title or found.url,
        venue=found.venue or host_of(found.url),
        author=found.author,
        published=found.published if found.published and found.published <= today else None,
        first_seen_at=now,
    )


def full_text_of(found: Candidate, now: datetime) -> Response | None:
    """A feed entry's own text as the page it stands for, where it is whole."""
    if not found.content or len(found.content.split()) < _FEWEST_WORDS:
        return None
    head = f"<!doctype html><html><head><title>{html.escape(found.title or '')}</title></head>"
    body = f"{head}<body><article>{found.content}</article></body></html>"
    return Response(
        url=found.url, final_url=found.url, fetched_at=now, media_type="text/html", charset="utf-8", body=body.encode()
    )


def arrival_from(found: Candidate, item: Item, now: datetime) -> Arrival:
    """The item as the feed tells of it: its opening words, and where they lead."""
    said = (found.content or found.extract or "")[:_LONGEST]
    text, links = _plain(said, found.url)
    return Arrival(
        item=item.id,
        came_at=now,
        url=item.url,
        title=item.title,
        venue=item.venue,
        author=item.author,
        published=item.published,
        opening=opening(text),
        links=links,
    )


def _plain(markup: str, address: str) -> tuple[str, tuple[str, ...]]:
    """The words of a piece of HTML or plain text, and the addresses it leads to."""
    from lxml import etree
    from lxml import html as lxml_html

    if not re.search(r"[<&]", markup):
        return markup, ()
    try:
        tree = lxml_html.fragment_fromstring(markup, create_parent="div")
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return html.unescape(re.sub(r"<[^>]*>", " ", markup)), ()
    etree.strip_elements(tree, "script", "style", with_tail=False)
    links = (urljoin(address, link.get("href", "")) for link in tree.iter("a"))
    usable = tuple(dict.fromkeys(link for link in links if is_address(link)))[:_MOST_LINKS]
    return " ".join(tree.itertext()), usable
