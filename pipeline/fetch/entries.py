"""An item as the place that names it tells of it, before its page is fetched or where its page gives no text."""

import html
import re
from datetime import datetime, timedelta

from pipeline.fetch.addresses import host_of, item_id, joined
from pipeline.fetch.feeds.text import is_cut, words_in
from pipeline.fetch.tags import thinned
from pipeline.records.arrivals import Arrival
from pipeline.records.items import Candidate, Item, Response, TextFrom
from pipeline.text import opening

_FEWEST_WORDS = 200  # of a feed entry's own text, for it to be the article and not its opening
_LONGEST = 20_000  # characters of an entry's text that are looked at for its opening
_MOST_LINKS = 40
_TITLE_WORDS = 12  # of a text that has no title
_EARLIEST_DAY = timedelta(hours=14)  # that a day begins somewhere before it begins in UTC


def item_from(found: Candidate, now: datetime, of: str | None = None) -> Item:
    """A new item with the id `of` (else that of its address), as far as the place that names it tells. What has no
    title goes by its first words. A date that has come nowhere on earth yet is not believed."""
    today = f"{now + _EARLIEST_DAY:%Y-%m-%d}"
    published = found.published if found.published and found.published <= today else None
    return Item(
        id=of or item_id(found.url),
        url=found.url,
        via=found.via,
        title=found.title or _first_words(found) or found.url,
        venue=found.venue or host_of(found.url),
        author=found.author,
        published=published,
        date_from="feed" if published and found.via == "feed" else None,
        first_seen_at=now,
    )


def _first_words(found: Candidate) -> str:
    return opening(_plain((found.content or found.extract or "")[:_LONGEST], found.url)[0], _TITLE_WORDS)


def full_text_of(found: Candidate, now: datetime) -> Response | None:
    """A feed entry's own text as the page it stands for, where its page need not be asked: the text is whole, or there
    is no page."""
    if not found.has_page:
        return feed_text_of(found, now)
    whole = found.content and words_in(found.content) >= _FEWEST_WORDS and not is_cut(found.content, found.url)
    return _as_page(found, found.content or "", "feed", now) if whole else None


def feed_text_of(found: Candidate, now: datetime) -> Response | None:
    """What the feed gives of an entry's text, for where its page gives none (blocked, made by a script, a film or a
    recording); None where it gives no words. It is the whole where it is long and not cut, and where it has no title
    or no page: a short post is all there is."""
    text = max(found.content or "", found.extract or "", key=words_in)
    words = words_in(text)
    if not words:
        return None
    long_enough = words >= _FEWEST_WORDS or not found.title or not found.has_page
    return _as_page(found, text, "feed" if long_enough and not is_cut(text, found.url) else "feed extract", now)


def _as_page(found: Candidate, text: str, text_from: TextFrom, now: datetime) -> Response:
    title = found.title or _first_words(found)
    head = f"<!doctype html><html><head><title>{html.escape(title)}</title></head>"
    body = f"{head}<body><article>{text}</article></body></html>"
    return Response(
        url=found.url,
        final_url=found.url,
        fetched_at=now,
        media_type="text/html",
        charset="utf-8",
        body=body.encode(errors="replace"),
        text_from=text_from,
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
        tree = lxml_html.fragment_fromstring(thinned(markup), create_parent="div")
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return html.unescape(re.sub(r"<[^<>]*>", " ", markup)), ()
    etree.strip_elements(tree, "script", "style", with_tail=False)
    links = (joined(address, link.get("href", "")) for link in tree.iter("a"))
    usable = tuple(dict.fromkeys(link for link in links if link))[:_MOST_LINKS]
    return " ".join(tree.itertext()), usable
