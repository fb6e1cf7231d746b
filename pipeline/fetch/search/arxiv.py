"""arXiv by its listing queries (an Atom feed): abstract pages, with what the authors say of a withdrawal."""

from typing import Any
from urllib.parse import urlencode

from pipeline.errors import Unreadable
from pipeline.fetch.search import candidate_at, search_request
from pipeline.protocols import SearchProvider
from pipeline.records.dates import partial_date
from pipeline.records.items import Candidate, FetchRequest
from pipeline.text import one_line

_ATOM = "{http://www.w3.org/2005/Atom}"


def _ask(words: str, most: int) -> FetchRequest:
    terms = " AND ".join(f'all:"{word}"' for word in words.replace('"', " ").split())
    asked = {"search_query": terms, "max_results": most, "sortBy": "submittedDate", "sortOrder": "descending"}
    return search_request(f"https://export.arxiv.org/api/query?{urlencode(asked)}")


def _parse(body: bytes) -> tuple[Candidate, ...]:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        tree = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable("no results", "arxiv sent no listing: nothing was found there") from error
    if tree.tag != f"{_ATOM}feed":
        raise Unreadable("no results", "arxiv sent no listing: nothing was found there")
    return tuple(found for entry in tree.iter(f"{_ATOM}entry") for found in _entry(entry))


def _entry(entry: Any) -> list[Candidate]:  # noqa: ANN401 - lxml has no types
    def text(name: str) -> str:
        return one_line(entry.findtext(f"{_ATOM}{name}") or "")

    address = text("id").replace("http://", "https://", 1)
    if "/abs/" not in address:  # an error is an entry too
        return []
    authors = [one_line(a.findtext(f"{_ATOM}name") or "") for a in entry.iter(f"{_ATOM}author")]
    return candidate_at(
        address,
        text("title"),
        venue="arXiv",
        author=", ".join(name for name in authors if name) or None,
        published=partial_date(text("published")),
        extract=text("summary") or None,
    )


provider = SearchProvider("arxiv", _ask, _parse)
