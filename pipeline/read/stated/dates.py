"""When a page says that it was published: in its metadata, in its byline, in its address, in that order. An article
that only says when it was brought up to date has that day, and it is kept that it is one.

Nothing else is a statement: not a date in the prose, in a table, in a footer, of a related article or of a comment, not
when the server last changed the file. A page that states none has none.
"""

import re
from collections.abc import Iterator
from itertools import chain, islice
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from lxml import html as lxml_html

from pipeline.read.stated.byline_dates import dates_in_byline, dates_of_updates
from pipeline.read.stated.json_ld import Thing, articles_of, texts
from pipeline.read.stated.not_articles import is_root
from pipeline.read.stated.page_parts import PageParts, words_of
from pipeline.records.dates import PartialDate
from pipeline.records.items import DateFrom
from pipeline.text.dates import as_date, calendar_date, is_possible

_META = [
    "article:published_time", "article:published", "og:published_time", "og:article:published_time",
    "rnews:datepublished", "citation_publication_date", "citation_date", "citation_online_date",
    "prism.publicationdate", "dcterms.issued", "dc.date.issued", "datepublished", "publishdate",
    "publish-date", "publish_date", "publication_date", "publicationdate", "published-date", "published_date",
    "published_time", "publish-time", "publisheddate", "pubdate", "parsely-pub-date", "sailthru.date",
    "bt:pubdate", "cxenseparse:recs:publishtime", "article.published", "article_date_original",
    "originalpublicationdate", "ptime", "displaydate", "display-date", "created", "dc.date.created",
    "dcterms.created", "dcterms.date", "dc.date", "date.available", "mediator_published_time", "cre-date",
    "og:pubdate", "date", "gentime", "firstpublished", "first-published", "article:post_date",
    "article:create_date", "dcsext.articlefirstpublished",
]  # fmt: skip
_META_RANK = {name: rank for rank, name in enumerate(_META)}
_PUBLISHED = ("datePublished", "dateCreated", "uploadDate")
_ITEMS = frozenset({"datePublished", "date", "created", "issued"})
_BROKEN = re.compile(r'"datePublished"\s{0,5}:\s{0,5}"([^"]{4,40})"')
_BROKEN_ARTICLE = re.compile(r'"@type"\s{0,5}:\s{0,5}\[?\s{0,5}"(?:[A-Za-z]{0,20}Article|[A-Za-z]{0,20}Posting)"')

_IN_ADDRESS = (
    re.compile(r"(?<!\d)((?:19|20)\d\d)[/_-](0?[1-9]|1[0-2])[/_-](0[1-9]|[12]\d|3[01]|[1-9])(?=[/_.-]|$)"),
    re.compile(r"(?<![\d.])((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?!\d)"),
    re.compile(r"/((?:19|20)\d\d)/(0?[1-9]|1[0-2])(?=/)"),
)
_MONTHS_IN_ADDRESS = re.compile(
    r"/((?:19|20)\d\d)/(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}/(?:(\d{1,2})/)?", re.IGNORECASE
)
_ENGLISH = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]


class StatedDate(NamedTuple):
    """A date of publication, and what states it."""

    date: PartialDate
    source: DateFrom


def stated_date(
    tree: lxml_html.HtmlElement,
    things: tuple[Thing, ...],
    url: str,
    latest: PartialDate,
    language: str = "",
    heading: lxml_html.HtmlElement | None = None,
) -> StatedDate | None:
    """The date that the page states, no later than `latest`; `tree` still has its `time` elements, `heading` is where
    the article's title stands. Never raises."""
    if is_root(url) or _is_product(things):  # a front page and what is sold are of no day
        return None
    parts = PageParts(heading if heading is not None else next(iter(tree.iter("h1")), None))
    meta = next(_in_metadata(tree, things, latest, parts), None)
    address = in_address(url)
    if address and not is_possible(address, latest):
        address = None
    if meta and meta == address:
        return StatedDate(meta, "metadata")
    shown: list[PartialDate] = []
    for date in islice(dates_in_byline(tree, url, latest, language, parts), _MOST_DATES):
        if date == meta:
            return StatedDate(meta, "metadata")
        shown.append(date)
    if meta and not shown and not _is_static(tree, things):
        return StatedDate(meta, "metadata")
    if address and address in shown:
        return StatedDate(address, "byline")
    if shown:
        return StatedDate(next((date for date in shown if len(date) == _TO_THE_DAY), shown[0]), "byline")
    if address:
        return StatedDate(address, "address")
    if _is_called_article(tree, things) and not _is_static(tree, things):
        updated = next(dates_of_updates(tree, url, latest, language, parts), None)
        return StatedDate(updated, "update") if updated else None
    return None


def _is_called_article(tree: lxml_html.HtmlElement, things: tuple[Thing, ...]) -> bool:
    """Whether a page calls itself an article, by its markup, its card or its JSON-LD."""
    if any(thing.is_article and not thing.is_other_work and "question" not in thing.types for thing in things):
        return True
    cards = {str(kind).strip().lower() for kind in tree.xpath("//meta[@property='og:type']/@content")}
    return "article" in cards or tree.xpath("boolean(//article[.//h1])")


def _is_product(things: tuple[Thing, ...]) -> bool:
    """Whether the page is about something to buy: the dates it shows are of its customers, or of when it was put up."""
    own = [thing for thing in things if not thing.is_other_work]
    return any("product" in thing.types for thing in own) and not any(thing.is_article for thing in own)


_TO_THE_DAY = 10  # characters
_MOST_DATES = 30


def _is_static(tree: lxml_html.HtmlElement, things: tuple[Thing, ...]) -> bool:
    """Whether the page calls itself one of the site's pages and no article: what its system calls the time of
    publication is when that page was made."""
    types = {name for thing in things if not thing.is_other_work for name in thing.types}
    if any(thing.is_article and not thing.is_other_work and "recipe" not in thing.types for thing in things):
        return False
    cards = {str(kind).strip().lower() for kind in tree.xpath("//meta[@property='og:type']/@content")}
    if "website" in cards:
        return True
    if "article" in cards and tree.xpath("boolean(//meta[@property='article:published_time'])"):
        return False
    body = tree.find("body")
    made_as = set((body.get("class") or "").split()) if body is not None else set()
    return bool(types & _PAGES) or ("page" in made_as and any(name.startswith("page-id-") for name in made_as))


_PAGES = frozenset(
    [
        "webpage",
        "aboutpage",
        "collectionpage",
        "contactpage",
        "faqpage",
        "profilepage",
        "product",
        "recipe",
        "itempage",
        "website",
        "localbusiness",
    ]
)


def in_address(url: str) -> PartialDate | None:
    """The date that an address is made with: /2026/03/05/, /2026-03-05-, /20260305, /2026/mar/05/, /2026/03/."""
    try:
        path = unquote(urlsplit(url).path)[:500]
    except ValueError:
        return None
    for form in _IN_ADDRESS:
        for match in form.finditer(path):
            date = calendar_date(*match.groups())
            if date and date >= "1990":
                return date
    named = _MONTHS_IN_ADDRESS.search(path)
    return calendar_date(named[1], _ENGLISH.index(named[2].lower()) + 1, named[3]) if named else None


# Metadata.


def _in_metadata(
    tree: lxml_html.HtmlElement, things: tuple[Thing, ...], latest: PartialDate, parts: PageParts
) -> Iterator[PartialDate]:
    stated = (each(tree, things, parts) for each in (_of_articles, _of_metas, _of_pages, _of_items, _of_broken))
    for value in chain.from_iterable(stated):
        date = as_date(value)
        if date and is_possible(date, latest):
            yield date


def _of_articles(_: lxml_html.HtmlElement, things: tuple[Thing, ...], __: PageParts) -> list[str]:
    return [text for key in _PUBLISHED for thing in articles_of(things) for text in texts(thing.values.get(key))]


def _of_pages(_: lxml_html.HtmlElement, things: tuple[Thing, ...], __: PageParts) -> list[str]:
    """Of objects that are no article by their type, as WebPage or VideoObject, but the page's own."""
    own = [
        thing for thing in things if not thing.is_article and not thing.is_other_work and "product" not in thing.types
    ]
    return [text for thing in own for text in texts(thing.values.get("datePublished"))]


def _of_metas(tree: lxml_html.HtmlElement, _: tuple[Thing, ...], parts: PageParts) -> list[str]:
    found: list[tuple[int, str]] = []
    for meta in tree.iter("meta"):
        for key in ("name", "property", "itemprop"):
            rank = _META_RANK.get((meta.get(key) or "").strip().lower())
            if rank is not None and (meta.get("content") or meta.get("value")):
                if key == "itemprop" and parts.is_of_another(meta):
                    continue
                found.append((rank, meta.get("content") or meta.get("value") or ""))
    return [text for _, text in sorted(found, key=lambda each: each[0])]


def _of_items(tree: lxml_html.HtmlElement, _: tuple[Thing, ...], parts: PageParts) -> list[str]:
    """Of microdata and RDFa in the article."""
    found = []
    for element in tree.xpath("//*[@itemprop or @property or @pubdate]")[:2000]:
        name = element.get("itemprop") or element.get("property") or ""
        is_date = name.rpartition(":")[2] in _ITEMS or "pubdate" in element.attrib
        if is_date and element.tag != "meta" and not parts.is_of_another(element):
            found.append(element.get("content") or element.get("datetime") or words_of(element, 100))
    return found


def _of_broken(tree: lxml_html.HtmlElement, things: tuple[Thing, ...], _: PageParts) -> list[str]:
    """Of JSON-LD that no parser reads, where it names one date only."""
    if any(thing.is_article for thing in things):
        return []
    found: set[str] = set()
    for script in tree.xpath("//script[contains(@type, 'ld+json')]"):
        text = str(script.text or "")[:500_000]
        if _BROKEN_ARTICLE.search(text):
            found.update(_BROKEN.findall(text))
    return list(found) if len(found) == 1 else []
