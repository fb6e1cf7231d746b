"""An article's bytes, from its own address or from where its text is kept for programs; and the papers that articles
link to."""

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from pipeline.fetch.search import hackernews
from pipeline.protocols import HttpGetter
from pipeline.records.items import FetchRequest, Item, Response, Validators

_PAPERS = re.compile(
    r"(?:^|\.)(?:arxiv\.org|doi\.org|biorxiv\.org|medrxiv\.org|osf\.io|ssrn\.com|nber\.org|openreview\.net|"
    r"pubmed\.ncbi\.nlm\.nih\.gov|zenodo\.org|psyarxiv\.com)$"
)


def get_article(web: HttpGetter, url: str, validators: Validators) -> Response:
    """The page at `url`. A Hacker News discussion is made of what its index says. Raises FetchFailed, or Unreadable
    where the index says nothing usable."""
    discussion = hackernews.text_address(url)
    if discussion is None:
        return web.get(FetchRequest(url, validators))
    response = web.get(FetchRequest(discussion, robots=False))
    page = hackernews.discussion_page(response.body, url)
    as_page = {"url": url, "final_url": url, "media_type": "text/html", "charset": "utf-8", "body": page}
    return response.model_copy(update=as_page)


def linked_papers(items: Sequence[Item], most: int) -> tuple[str, ...]:
    """The addresses of papers that the items' paragraphs lead to, most led to first: a work that articles describe
    is read itself."""
    count: dict[str, int] = {}
    for item in items:
        for address in item.links:
            if _is_paper(address):
                count[address] = count.get(address, 0) + 1
    return tuple(sorted(count, key=lambda address: -count[address]))[:most]


def _is_paper(address: str) -> bool:
    parts = urlsplit(address)
    return bool(_PAPERS.search(parts.hostname or "")) or parts.path.lower().endswith(".pdf")
