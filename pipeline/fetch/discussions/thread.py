"""A thread of posts as one response: its site is asked what it takes, and what comes back is put together."""

from collections import Counter
from collections.abc import Sequence

from pipeline.errors import FetchFailed
from pipeline.protocols import DiscussionSite, HttpGetter, ThreadRequests
from pipeline.records.items import FetchRequest, Response
from pipeline.records.posts import THREAD_TYPE, FetchedPost, FetchedThread

_MOST_REQUESTS = 200  # for one thread, whatever a site's answers say is still to come


def site_of(url: str, sites: Sequence[DiscussionSite]) -> tuple[DiscussionSite, str] | None:
    """The site whose thread `url` leads to, and the thread's one address; None where it leads to none."""
    for site in sites:
        try:
            address = site.address(url)
        except ValueError:  # an address that cannot be taken apart
            address = None
        if address:
            return site, address
    return None


def get_thread(web: HttpGetter, site: DiscussionSite, address: str, url: str, most: int) -> Response:
    """The thread's posts as a response of their own media type, at most `most` of them, as `url`'s bytes. Raises
    FetchFailed or Unreadable where the site does not give them to programs, or is none of its kind."""
    thread, fetched = _asked(web, site.requests(address, most))
    return fetched.model_copy(
        update={
            "url": url,
            "final_url": url,
            "media_type": THREAD_TYPE,
            "charset": "utf-8",
            "body": within(thread, most).model_dump_json().encode(),
            "validators": fetched.validators.model_copy(update={"etag": None, "last_modified": None}),
            "moved_to": None,
        }
    )


def _asked(web: HttpGetter, talk: ThreadRequests) -> tuple[FetchedThread, Response]:
    """The thread, and its first response."""
    first: Response | None = None
    asked = 0
    try:
        request = next(talk)
        while True:
            try:
                response = _got(web, request, asked)
            except FetchFailed as error:
                request = talk.throw(error)
            else:
                first = first or response
                request = talk.send(response)
            asked += 1
    except StopIteration as end:
        assert first is not None  # noqa: S101 - a site that is never asked has no thread
        return end.value, first


def _got(web: HttpGetter, request: FetchRequest, asked: int) -> Response:
    if asked >= _MOST_REQUESTS:
        raise FetchFailed("too large", f"{request.url}: its thread takes more than {_MOST_REQUESTS} requests")
    return web.get(request)


def within(thread: FetchedThread, most: int) -> FetchedThread:
    """The thread with at most `most` posts: its first, then half the newest and half the most answered, in their
    order."""
    if len(thread.posts) <= most:
        return thread
    replies = Counter(post.answers for post in thread.posts if post.answers)
    first, *rest = thread.posts
    newest = sorted(rest, key=lambda post: post.time or "", reverse=True)
    kept: dict[str, FetchedPost] = {first.id: first}
    for post in [*newest[: most // 2], *sorted(rest, key=lambda post: -replies[post.id]), *newest]:
        if len(kept) >= most:
            break
        kept.setdefault(post.id, post)
    left_out = f"{len(kept):,} of {len(thread.posts):,} posts were read: the newest and the most answered"
    return thread.model_copy(
        update={
            "posts": tuple(post for post in thread.posts if post.id in kept),
            "missing": "; ".join(part for part in (thread.missing, left_out) if part),
        }
    )
