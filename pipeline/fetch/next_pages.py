"""An article that stands on several pages: each names the next one, and all of them are one work's bytes.

The bytes are kept together as a FetchedPages, so that what was fetched is read again as a whole.
"""

import re
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from pydantic import ValidationError

from pipeline.errors import FetchFailed, Unreadable
from pipeline.fetch.addresses import canonical, host_of, joined
from pipeline.fetch.tags import tags, without_comments
from pipeline.protocols import HttpGetter
from pipeline.records.items import FetchedPage, FetchedPages, FetchRequest, Response

PAGES_TYPE = "application/vnd.information-machine.pages+json"
"""The media type of a FetchedPages' JSON, as bytes that were fetched are kept."""

_MOST_PAGES = 12  # of one article; an article in more of them is read in part
_MOST_BYTES = 20_000_000
_MOST_NEXT = 10
_LONGEST = 2000  # characters of an address
_PAGE_PARAMETER = re.compile(r"(?:page|paged|pg|seite|pagina|pag|part)=(\d{1,2})", re.IGNORECASE)
_PAGE = r"(?:page|seite|pagina|part|p)"
_WHOLE_NUMBER = re.compile(rf"({_PAGE}-?)?(\d{{1,2}})(?:\.\w{{2,5}})?", re.IGNORECASE)
_NUMBER_BEHIND = re.compile(rf"(.*[^\W\d_])[_,-](?:{_PAGE}-?)?(\d{{1,2}})(\.\w{{2,5}})?", re.IGNORECASE)


def with_next_pages(web: HttpGetter, first: Response) -> Response:
    """The page with those that follow it, where it says that its article goes on on them; each is asked for like any
    page. What cannot be had ends the row: reading sees that the last page names another."""
    pages, seen, size = [first], {canonical(first.final_url)}, len(first.body)
    broken_off = False
    while len(pages) < _MOST_PAGES and size < _MOST_BYTES:
        address = next_address(_links_in(pages[-1].body), pages[-1].final_url, first.final_url)
        if address is None or canonical(address) in seen:
            break
        try:
            page = web.get(FetchRequest(address))
        except FetchFailed:
            broken_off = True
            break
        if canonical(page.final_url) in seen:  # a site that answers each number with one page
            break
        seen |= {canonical(address), canonical(page.final_url)}
        size += len(page.body)
        pages.append(page)
    if len(pages) == 1 and not broken_off:
        return first
    whole = FetchedPages(
        pages=tuple(
            FetchedPage(url=page.final_url, media_type=page.media_type, charset=page.charset, body=page.body)
            for page in pages
        )
    )
    body = whole.model_dump_json().encode()
    # No validators: that the first page has not changed says nothing of the others.
    return Response(
        url=first.url, final_url=first.final_url, fetched_at=first.fetched_at, media_type=PAGES_TYPE, body=body
    )


def pages_of(fetched: Response) -> tuple[Response, ...]:
    """The pages that `fetched` holds as a FetchedPages. Raises Unreadable."""
    try:
        kept = FetchedPages.model_validate_json(fetched.body).pages
    except ValidationError as error:
        raise Unreadable("no pages", f"{fetched.url}: its pages were kept in a form that is not known") from error
    if not kept:
        raise Unreadable("no pages", f"{fetched.url}: none of its pages was kept")
    return tuple(
        Response(
            url=page.url if number else fetched.url,
            final_url=page.url,
            fetched_at=fetched.fetched_at,
            media_type=page.media_type,
            charset=page.charset,
            body=page.body,
        )
        for number, page in enumerate(kept)
    )


def next_address(links: Iterable[str], url: str, first: str = "") -> str | None:
    """The address of the next page of the article at `url`, where its `rel=next` `links` lead; `first` is the address
    of the article's first page, where that is known. Most of these lead to the next article (all 10 on the 121 pages
    of the article benchmark, Nov 2026): it is the same article's where only a page's number tells the two addresses
    apart, and is the next one."""
    root, number = _page_of(url)
    below = _below(first, url) or 1
    for link, _ in zip(links, range(_MOST_NEXT), strict=False):
        address = joined(url, link)
        if address and host_of(address) == host_of(url):
            if (number is None or first) and _below(first or url, address) == below + 1:
                return address
            other, following = _page_of(address)
            if other == root and following is not None and following in ((1, 2) if number is None else (number + 1,)):
                return address
    return None


def _below(first: str, address: str) -> int | None:
    """Which page of the article at `first` an address names by a number below it: /ferry/2."""
    path, other = urlsplit(first).path.rstrip("/"), urlsplit(address).path.rstrip("/")
    last = other.removeprefix(f"{path}/") if path and first else ""
    return int(last) if last != other and re.fullmatch(r"[1-9]\d?", last) else None


def _links_in(body: bytes) -> Iterator[str]:
    """Where the `rel=next` of a page's markup lead."""
    if b"next" not in body.lower():
        return
    markup = without_comments(body.decode("utf-8", "replace"))
    for name in ("link", "a"):
        for link in tags(markup, name):
            if "next" in link.get("rel", "").lower().split():
                yield link.get("href", "")


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
