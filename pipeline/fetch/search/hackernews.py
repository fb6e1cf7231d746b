"""Hacker News by its public index: the linked article, and the discussion as a source of its own.

A discussion's page is drawn for eyes; its text is asked of the index instead, and made a page of paragraphs, each
beginning with who wrote it.
"""

import html
import re
from urllib.parse import urlencode, urlsplit

from pydantic import BaseModel, ValidationError

from pipeline.errors import Unreadable
from pipeline.fetch.search import SearchHit, candidate_at, hits, search_request
from pipeline.protocols import SearchProvider
from pipeline.records.dates import partial_date
from pipeline.records.items import Candidate, FetchRequest

_INDEX = "https://hn.algolia.com/api/v1"
_MOST_COMMENTS = 200


class _Hit(SearchHit):
    objectID: str  # noqa: N815 - its name
    title: str | None = None
    url: str | None = None
    author: str | None = None
    created_at: str | None = None
    num_comments: int | None = None


class _Post(BaseModel):
    author: str | None = None
    title: str | None = None
    text: str | None = None
    created_at: str | None = None
    children: list["_Post"] = []


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


def text_address(url: str) -> str | None:
    """Where the text of the discussion at `url` is asked for; None where `url` is no discussion."""
    parts = urlsplit(url)
    number = re.fullmatch(r"id=(\d+)", parts.query)
    if parts.hostname != "news.ycombinator.com" or parts.path != "/item" or not number:
        return None
    return f"{_INDEX}/items/{number[1]}"


def discussion_page(body: bytes, url: str) -> bytes:
    """The index's answer about a discussion as a page to be read. Raises Unreadable."""
    try:
        post = _Post.model_validate_json(body)
    except ValidationError as error:
        raise Unreadable("no discussion", f"{url}: the index sent no discussion") from error
    title = html.escape(post.title or "A discussion on Hacker News")
    said = "".join(_paragraphs(post)[:_MOST_COMMENTS])
    day = (post.created_at or "")[:10]
    head = f'<title>Discussion: {title}</title><meta property="og:site_name" content="Hacker News">'
    dated = f'<meta property="article:published_time" content="{html.escape(day)}">' if partial_date(day) else ""
    page = f"<!doctype html><html lang=en><head><meta charset=utf-8>{head}{dated}</head>"
    return f"{page}<body><article>{said}</article></body></html>".encode()


def _paragraphs(post: _Post) -> list[str]:
    """What a post and those below it say, depth first; deleted ones say nothing."""
    own = [f"<p>{html.escape(post.author)} wrote: {post.text}</p>"] if post.author and post.text else []
    return own + [paragraph for child in post.children for paragraph in _paragraphs(child)]
