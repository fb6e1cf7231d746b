"""A work's bytes: an article's from its own address or from where that leads, a discussion's from where its site gives
its posts to programs; and the papers that articles link to."""

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from pipeline.errors import FetchFailed, SourceError
from pipeline.fetch.addresses import is_address
from pipeline.fetch.discussions.thread import get_thread, site_of
from pipeline.fetch.next_pages import with_next_pages
from pipeline.fetch.redirect_pages import redirect_target
from pipeline.protocols import DiscussionSite, HttpGetter
from pipeline.records.items import FetchRequest, Item, Response, Validators

_PAPERS = re.compile(
    r"(?:^|\.)(?:arxiv\.org|doi\.org|biorxiv\.org|medrxiv\.org|osf\.io|ssrn\.com|nber\.org|openreview\.net|"
    r"pubmed\.ncbi\.nlm\.nih\.gov|zenodo\.org|psyarxiv\.com)$"
)

PASSING = ("http 429", "http 5", "asked to wait", "too slow", "unreachable")
"""Why a site gives no posts that says nothing of the address: another way to them is not tried."""
_MOST_PAGES = 7  # that lead from one to the next, each by itself


def get_work(
    web: HttpGetter, url: str, validators: Validators, sites: Sequence[DiscussionSite] = (), most_posts: int = 0
) -> Response:
    """The posts of the discussion at `url`, at most `most_posts`, where one of `sites` gives them to programs; else the
    page at `url`, or the one it only leads to, with the pages on which its article goes on. Raises FetchFailed or
    Unreadable."""
    found = site_of(url, sites)
    refused: SourceError | None = None
    if found:
        try:
            return get_thread(web, *found, url, most_posts)
        except SourceError as error:
            if error.reason.startswith(PASSING):
                raise
            refused = error
    try:
        page = _followed(web, web.get(FetchRequest(url, validators)), validators)
        return with_next_pages(web, page) if _is_markup(page) else page
    except FetchFailed as error:
        if found and refused and found[0].is_certain and error.reason != refused.reason:
            raise refused from error
        raise


def _followed(web: HttpGetter, first: Response, validators: Validators) -> Response:
    """Where pages that only lead on lead in the end. Each is asked for like any page: by the same guard, the same
    robots.txt."""
    response = first
    for _ in range(_MOST_PAGES):
        target = _target_of(response)
        if target is None:
            return response if response is first else response.model_copy(update={"url": first.url, "moved_to": None})
        try:
            response = web.get(FetchRequest(target, validators))
        except FetchFailed as error:
            raise FetchFailed(error.reason, f"{first.url} only leads to {target}: {error}", error.wait_s) from error
    raise FetchFailed("redirects", f"{first.url} leads through more than {_MOST_PAGES} pages that only lead on")


def _target_of(response: Response) -> str | None:
    if _is_markup(response) or not response.body.strip():
        return redirect_target(response.body, response.final_url, response.refresh)
    return None


def _is_markup(response: Response) -> bool:
    return "html" in response.media_type or response.body[:200].lstrip()[:1] == b"<"


def linked_papers(items: Sequence[Item], most: int) -> tuple[str, ...]:
    """The addresses of papers that the items' paragraphs lead to, most led to first: a work that articles describe
    is read itself."""
    count: dict[str, int] = {}
    for item in items:
        for address in item.links:
            if is_address(address) and _is_paper(address):
                count[address] = count.get(address, 0) + 1
    return tuple(sorted(count, key=lambda address: -count[address]))[:most]


def _is_paper(address: str) -> bool:
    parts = urlsplit(address)
    return bool(_PAPERS.search(parts.hostname or "")) or parts.path.lower().endswith(".pdf")
