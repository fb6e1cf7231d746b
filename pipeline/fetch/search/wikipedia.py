"""Wikipedia by its own search: articles, in the language of the instance."""

import html
import re
from urllib.parse import quote, urlencode

from pipeline.fetch.search import Asking, Hit, Provider, found_at, hits
from pipeline.records.items import Found, one_line

_SITE = "https://en.wikipedia.org"


class _Hit(Hit):
    title: str
    snippet: str | None = None


def _ask(words: str, most: int) -> Asking:
    asked = {"action": "query", "list": "search", "srsearch": words, "srlimit": most, "format": "json"}
    return Asking(f"{_SITE}/w/api.php?{urlencode(asked)}")


def _parse(body: bytes) -> tuple[Found, ...]:
    found = []
    for hit in hits(body, ["query", "search"], _Hit, "wikipedia"):
        page = f"{_SITE}/wiki/{quote(hit.title.replace(' ', '_'), safe='/:(),')}"
        extract = one_line(html.unescape(re.sub(r"<[^>]*>", "", hit.snippet or "")))
        found += found_at(page, hit.title, venue="Wikipedia", extract=extract or None)
    return tuple(found)


provider = Provider("wikipedia", _ask, _parse)
