"""Wikipedia by its own search: articles, in the language of the instance."""

import html
import re
from urllib.parse import quote, urlencode

from pipeline.fetch.search import SearchHit, candidate_at, hits, search_request
from pipeline.protocols import SearchProvider
from pipeline.records.items import Candidate, FetchRequest
from pipeline.text import one_line

_SITE = "https://en.wikipedia.org"


class _Hit(SearchHit):
    title: str
    snippet: str | None = None


def _ask(words: str, most: int) -> FetchRequest:
    asked = {"action": "query", "list": "search", "srsearch": words, "srlimit": most, "format": "json"}
    return search_request(f"{_SITE}/w/api.php?{urlencode(asked)}")


def _parse(body: bytes) -> tuple[Candidate, ...]:
    found = []
    for hit in hits(body, ["query", "search"], _Hit, "wikipedia"):
        page = f"{_SITE}/wiki/{quote(hit.title.replace(' ', '_'), safe='/:(),')}"
        extract = one_line(html.unescape(re.sub(r"<[^<>]*>", "", hit.snippet or "")))
        found += candidate_at(page, hit.title, venue="Wikipedia", extract=extract or None)
    return tuple(found)


provider = SearchProvider("wikipedia", _ask, _parse)
