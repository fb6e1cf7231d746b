"""Where a page's links lead. A malformed link costs nothing but itself: everywhere here it is no link."""

import re
from itertools import islice
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from pipeline.fetch.addresses import host_of, joined

_MOST_LINKS = 100
_MOST_LOOKED_AT = 10_000
_MOST_NEXT = 10
_LONGEST = 2000  # characters of an address
_PAGE_PARAMETER = re.compile(r"(?:page|paged|pg|seite|pagina|pag|part)=(\d{1,2})", re.IGNORECASE)
_PAGE = r"(?:page|seite|pagina|part|p)"
_WHOLE_NUMBER = re.compile(rf"({_PAGE}-?)?(\d{{1,2}})(?:\.\w{{2,5}})?", re.IGNORECASE)
_NUMBER_BEHIND = re.compile(rf"(.*[^\W\d_])[_,-](?:{_PAGE}-?)?(\d{{1,2}})(\.\w{{2,5}})?", re.IGNORECASE)


def links_of(tree: HtmlElement, url: str) -> tuple[str, ...]:
    """Where the paragraphs of the page lead, to other hosts, in their order."""
    host = host_of(url)
    hrefs = islice((link.get("href", "") for p in tree.iter("p") for link in p.iter("a")), _MOST_LOOKED_AT)
    found = [address for href in dict.fromkeys(hrefs) if (address := joined(url, href)) and host_of(address) != host]
    return tuple(dict.fromkeys(found))[:_MOST_LINKS]


def canonical_of(tree: HtmlElement, url: str) -> str | None:
    """The address the page calls its own, where it is of the same site: another site's is not this page's to give."""
    by_link, by_card = "string(//link[@rel='canonical']/@href)", "string(//meta[@property='og:url']/@content)"
    stated = str(tree.xpath(by_link) or tree.xpath(by_card)).strip()
    address = joined(url, stated) if stated else None
    return address if address and _site(address) == _site(url) else None


def next_page(tree: HtmlElement, url: str) -> str | None:
    """The address of the next page of the same article, on the same host, as a `rel=next` in the page names it. Most
    of these lead to the next article (all 10 on the 121 pages of the article benchmark, Nov 2026): it is the same
    article's where only a page's number tells the two addresses apart, and is the next one."""
    root, number = _page_of(url)
    stated = (link for link in tree.iter("link", "a") if "next" in link.get("rel", "").lower().split())
    for link in islice(stated, _MOST_NEXT):
        address = joined(url, link.get("href", ""))
        if address and host_of(address) == host_of(url):
            other, following = _page_of(address)
            if number is None and urlsplit(address).path.rstrip("/") == f"{urlsplit(url).path.rstrip('/')}/2":
                return address
            if other == root and following is not None and following in ((1, 2) if number is None else (number + 1,)):
                return address
    return None


def _page_of(address: str) -> tuple[tuple[str, str], int | None]:
    """An address without what numbers its page, and that number: /a-title/2, /a-title-2.html, /a-title?page=2."""
    parts = urlsplit(address[:_LONGEST])
    query = parts.query.split("&")
    path = parts.path.rstrip("/")
    for pair in query:
        if match := _PAGE_PARAMETER.fullmatch(pair):
            return (path, "&".join(each for each in query if each != pair)), int(match[1])
    before, _, last = path.rpartition("/")
    above = before.rpartition("/")[2]
    if match := _WHOLE_NUMBER.fullmatch(last):
        if re.fullmatch(_PAGE, above, re.IGNORECASE):
            return (before.rpartition("/")[0], parts.query), int(match[2])
        if match[1] or "-" in above:
            return (before, parts.query), int(match[2])
    elif match := _NUMBER_BEHIND.fullmatch(last):
        return (f"{before}/{match[1]}{match[3] or ''}", parts.query), int(match[2])
    return (path, parts.query), None


def _site(address: str) -> str:
    from courlan import extract_domain

    return extract_domain(address) or host_of(address)
