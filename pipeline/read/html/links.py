"""Where a page's links lead. A malformed link costs nothing but itself: everywhere here it is no link."""

from itertools import islice

from lxml.html import HtmlElement

from pipeline.fetch.addresses import host_of, joined
from pipeline.fetch.next_pages import next_address

_MOST_LINKS = 100
_MOST_LOOKED_AT = 10_000


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


def next_page(tree: HtmlElement, url: str, first: str = "") -> str | None:
    """The address of the next page of the same article, where a `rel=next` in the page names it; `first` is that of its
    first page, where it is known."""
    stated = (link for link in tree.iter("link", "a") if "next" in link.get("rel", "").lower().split())
    return next_address((link.get("href", "") for link in stated), url, first)


def _site(address: str) -> str:
    from courlan import extract_domain

    return extract_domain(address) or host_of(address)
