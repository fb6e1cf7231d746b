"""A thread as it is fetched from a double, before it is read: for what is particular to a site."""

import json
from collections.abc import Callable
from typing import NamedTuple

from pipeline.errors import SourceError
from pipeline.fetch.articles import PASSING
from pipeline.fetch.discussions.thread import get_thread
from pipeline.protocols import DiscussionSite, HttpGetter
from pipeline.records.posts import FetchedThread
from tests.discussions.loopback import on_loopback
from tests.discussions.talk import HttpReply, HttpRequest, Serve, TalkPost

LOGIN_PAGE = HttpReply(b"<!doctype html><title>Log in</title><p>Who are you?</p>", media_type="text/html")


def long_talk(posts: int) -> list[TalkPost]:
    """A talk in which post after post says one thing."""
    return [
        TalkPost(
            n, "heron", f"2026-03-01T{n // 60 % 24:02}:{n % 60:02}:00Z", 1 if n > 1 else None, (), (f"Level {n}.",)
        )
        for n in range(1, posts + 1)
    ]


class Fetched(NamedTuple):
    """The thread, or None where its page is read instead; and what was asked for it."""

    thread: FetchedThread | None
    asked: list[HttpRequest]


def thread_by(site: DiscussionSite, web: HttpGetter, address: str, most: int = 1000) -> FetchedThread | None:
    """The thread at an address, as `site` makes it; None where its page is read instead. Raises FetchFailed where it may
    be had later."""
    try:
        response = get_thread(web, site, address, address, most)
    except SourceError as error:
        if error.reason.startswith(PASSING):
            raise
        return None
    return FetchedThread.model_validate_json(response.body)


def fetched(site: DiscussionSite, url: str, host: str, serve: Serve, most: int = 1000) -> Fetched:
    """What `site` makes of `url`, as `serve` answers for `host`."""
    address = site.address(url)
    assert address
    with on_loopback() as (hosts, web):
        hosts.serving[host] = serve
        thread = thread_by(site, web, address, most)
    return Fetched(thread, hosts.asked)


def but(serve: Serve, when: Callable[[HttpRequest], bool], reply: HttpReply) -> Serve:
    """`serve`, but for requests that are answered with `reply`."""
    return lambda request: reply if when(request) else serve(request)


def changed(serve: Serve, change: Callable[[HttpRequest, object], None]) -> Serve:
    """`serve`, with its JSON changed in place."""

    def answer(request: HttpRequest) -> HttpReply:
        reply = serve(request)
        sent = json.loads(reply.body)
        change(request, sent)
        return reply._replace(body=json.dumps(sent).encode())

    return answer
