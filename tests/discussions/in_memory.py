"""A double without a network: what is asked of it is answered at once, and kept."""

from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit

from pipeline.errors import FetchFailed
from pipeline.protocols import DiscussionSite
from pipeline.records.items import FetchRequest, Response
from pipeline.records.posts import FetchedThread
from tests.discussions.fetched import thread_by
from tests.discussions.talk import HttpReply, HttpRequest, Serve


class InMemory:
    """The web, in which one double answers for every host. From the request of number `busy_from` on, counted from 1,
    it asks to be left alone."""

    def __init__(self, serve: Serve, busy_from: int = 1000) -> None:
        self.asked: list[str] = []
        self._serve, self._busy_from = serve, busy_from

    def get(self, request: FetchRequest) -> Response:
        """The response. Raises FetchFailed."""
        assert not request.robots
        self.asked.append(request.url)
        parts = urlsplit(request.url)
        sent = self._serve(HttpRequest("GET", parts.netloc, parts.path, dict(parse_qsl(parts.query)), {}, b""))
        status = 429 if len(self.asked) >= self._busy_from else sent.status
        if status >= 400:
            raise FetchFailed(f"http {status}", f"{request.url} answered {status}")
        return Response(
            url=request.url,
            final_url=request.url,
            fetched_at=datetime(2026, 3, 25, tzinfo=UTC),
            media_type=sent.media_type,
            body=sent.body,
        )


def always(body: bytes, media_type: str = "application/json") -> Serve:
    """A double with one answer to everything."""
    return lambda _: HttpReply(body, media_type=media_type)


def thread_in(web: InMemory, site: DiscussionSite, link: str, most: int = 1000) -> FetchedThread | None:
    """The thread that a link leads to, as `site` makes it."""
    address = site.address(link)
    assert address, link
    return thread_by(site, web, address, most)


NO_THREADS = [
    b"<!DOCTYPE html><html><body><h1>whoa there</h1><form>Log in</form></body></html>",
    b"",
    b"null",
    b"7",
    b'"posts"',
    b"[]",
    b"{}",
    b"[[], []]",
    b'{"message": "Forbidden", "error": 403}',
    b'{"kind": "Listing", "data": {"children": []}}',
    b'[{"kind": "Listing", "data": {"children": []}}, {"kind": "Listing", "data": {"children": []}}]',
    b'[{"kind": "Listing", "data": {"children": [{"kind": "t3", "data": {"name": "t3_x"}}]}}]',
    b'{"short_id": "ilmwei", "title": "A story without its comments"}',
    b'{"short_id": "../x", "title": "A story", "comments": []}',
    b'{"id": "116152", "content": "<p>A post without an account</p>"}',
    b'{"ancestors": [], "descendants": []}',
    b'{"error": "This API requires an authenticated user"}',
    b'{"thread": {"$type": "app.bsky.feed.defs#notFoundPost", "uri": "at://x/app.bsky.feed.post/y", "notFound": true}}',
    b'{"thread": {"$type": "app.bsky.feed.defs#blockedPost", "blocked": true}}',
    b'{"thread": null}',
    b"[" * 100_000,
    b'{"comments":' * 100_000,
]
"""Answers that are none of a thread in any known form."""
