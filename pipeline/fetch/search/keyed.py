"""Searches that need a key: Tavily, Brave, Exa. The key goes in a header to the provider's own host."""

from urllib.parse import urlencode

from pipeline.fetch.search import SearchHit, candidate_at, hits, search_request
from pipeline.protocols import SearchProvider
from pipeline.records.dates import partial_date
from pipeline.records.items import Candidate, FetchRequest
from pipeline.text import one_line


class _TavilyHit(SearchHit):
    url: str
    title: str | None = None
    content: str | None = None
    published_date: str | None = None


class _BraveHit(SearchHit):
    url: str
    title: str | None = None
    description: str | None = None
    page_age: str | None = None


class _ExaHit(SearchHit):
    url: str
    title: str | None = None
    author: str | None = None
    publishedDate: str | None = None  # noqa: N815 - its name


def tavily(key: str) -> SearchProvider:
    """Tavily's search."""

    def ask(words: str, most: int) -> FetchRequest:
        headers = {"Authorization": f"Bearer {key}"}
        return search_request("https://api.tavily.com/search", {"query": words, "max_results": most}, headers)

    def parse(body: bytes) -> tuple[Candidate, ...]:
        found = []
        for hit in hits(body, ["results"], _TavilyHit, "tavily"):
            more = {"extract": one_line(hit.content or "") or None, "published": partial_date(hit.published_date)}
            found += candidate_at(hit.url, hit.title, **more)
        return tuple(found)

    return SearchProvider("tavily", ask, parse)


def brave(key: str) -> SearchProvider:
    """Brave's web search."""

    def ask(words: str, most: int) -> FetchRequest:
        asked = urlencode({"q": words, "count": most})
        url = f"https://api.search.brave.com/res/v1/web/search?{asked}"
        return search_request(url, headers={"X-Subscription-Token": key, "Accept": "application/json"})

    def parse(body: bytes) -> tuple[Candidate, ...]:
        found = []
        for hit in hits(body, ["web", "results"], _BraveHit, "brave"):
            more = {"extract": one_line(hit.description or "") or None, "published": partial_date(hit.page_age)}
            found += candidate_at(hit.url, hit.title, **more)
        return tuple(found)

    return SearchProvider("brave", ask, parse)


def exa(key: str) -> SearchProvider:
    """Exa's search."""

    def ask(words: str, most: int) -> FetchRequest:
        return search_request("https://api.exa.ai/search", {"query": words, "numResults": most}, {"x-api-key": key})

    def parse(body: bytes) -> tuple[Candidate, ...]:
        found = []
        for hit in hits(body, ["results"], _ExaHit, "exa"):
            more = {"author": one_line(hit.author or "") or None, "published": partial_date(hit.publishedDate)}
            found += candidate_at(hit.url, hit.title, **more)
        return tuple(found)

    return SearchProvider("exa", ask, parse)
