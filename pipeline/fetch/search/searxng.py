"""SearXNG: the JSON of an instance's `/search`. The instance must have `json` among its formats."""

from urllib.parse import urlencode

from pipeline.fetch.search import SearchHit, candidate_at, hits, search_request
from pipeline.protocols import SearchProvider
from pipeline.records.dates import partial_date
from pipeline.records.items import Candidate, FetchRequest
from pipeline.text import one_line


class _Hit(SearchHit):
    url: str
    title: str | None = None
    content: str | None = None
    publishedDate: str | None = None  # noqa: N815 - its name


def provider(base_url: str) -> SearchProvider:
    """The search of the instance at `base_url`."""
    base = base_url.rstrip("/")

    def ask(words: str, _most: int) -> FetchRequest:
        return search_request(f"{base}/search?{urlencode({'q': words, 'format': 'json'})}")

    return SearchProvider("searxng", ask, parse)


def parse(body: bytes) -> tuple[Candidate, ...]:
    """The candidates in SearXNG's JSON answer. Raises Unreadable where it is none."""
    found = []
    for hit in hits(body, ["results"], _Hit, "searxng"):
        more = {"extract": one_line(hit.content or "") or None, "published": partial_date(hit.publishedDate)}
        found += candidate_at(hit.url, hit.title, **more)
    return tuple(found)
