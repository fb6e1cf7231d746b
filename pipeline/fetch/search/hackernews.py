"""Hacker News by its public index: the linked article, and the discussion as a source of its own."""

from urllib.parse import urlencode

from pipeline.fetch.search import SearchHit, candidate_at, hits, search_request
from pipeline.protocols import SearchProvider
from pipeline.records.dates import partial_date
from pipeline.records.items import Candidate, FetchRequest

_INDEX = "https://hn.algolia.com/api/v1"


class _Hit(SearchHit):
    objectID: str  # noqa: N815 - its name
    title: str | None = None
    url: str | None = None
    author: str | None = None
    created_at: str | None = None
    num_comments: int | None = None


def _ask(words: str, most: int) -> FetchRequest:
    asked = {"query": words, "tags": "story", "hitsPerPage": most}
    return search_request(f"{_INDEX}/search?{urlencode(asked)}")


def _parse(body: bytes) -> tuple[Candidate, ...]:
    found = []
    for hit in hits(body, ["hits"], _Hit, "hackernews"):
        if not hit.objectID.isdigit():
            continue
        found += candidate_at(hit.url, hit.title)
        if hit.num_comments or not hit.url:
            of = {"venue": "Hacker News", "author": hit.author, "published": partial_date(hit.created_at)}
            found += candidate_at(_discussion(hit.objectID), f"Discussion: {hit.title or hit.objectID}", **of)
    return tuple(found)


provider = SearchProvider("hackernews", _ask, _parse)


def _discussion(number: str) -> str:
    return f"https://news.ycombinator.com/item?id={number}"
