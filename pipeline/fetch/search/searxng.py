"""SearXNG: the JSON of an instance's `/search`. The instance must have `json` among its formats."""

from urllib.parse import urlencode

from pipeline.fetch.search import Asking, Hit, Provider, found_at, hits
from pipeline.records.dates import partial_date
from pipeline.records.items import Found, one_line


class _Hit(Hit):
    url: str
    title: str | None = None
    content: str | None = None
    publishedDate: str | None = None  # noqa: N815 - its name


def provider(base_url: str) -> Provider:
    """The search of the instance at `base_url`."""
    base = base_url.rstrip("/")

    def ask(words: str, _most: int) -> Asking:
        return Asking(f"{base}/search?{urlencode({'q': words, 'format': 'json'})}")

    return Provider("searxng", ask, parse)


def parse(body: bytes) -> tuple[Found, ...]:
    found = []
    for hit in hits(body, ["results"], _Hit, "searxng"):
        more = {"extract": one_line(hit.content or "") or None, "published": partial_date(hit.publishedDate)}
        found += found_at(hit.url, hit.title, **more)
    return tuple(found)
