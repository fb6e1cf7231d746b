"""Discourse, on any host: a topic as its own pages ask for it (/t/ID.json has the first posts and the ids of all, then
posts by their ids). A post that was taken back is told as such for a day or so and is gone after that, as one that a
moderator removed is at once; what was changed within the first minutes does not count there as an edit."""

import re
from collections.abc import Generator, Mapping
from urllib.parse import urlsplit

from pydantic import Field

from pipeline.errors import FetchFailed, Unreadable
from pipeline.fetch.discussions.answers import SiteAnswer, no_longer, not_asked, parsed, usable
from pipeline.protocols import DiscussionSite, ThreadRequests
from pipeline.records.items import FetchRequest, Response
from pipeline.records.posts import FetchedPost, FetchedThread, moment

_PATH = re.compile(r"/t/(?:(?!\d+/)[^/]+/)?(\d{1,10})(?:/(?:\d{1,7}|last))?/?")
_SLUG = re.compile(r"[\w%-]+")
_AT_ONCE = 50  # posts asked for by their ids: as many as keep an address short
_SMALL_ACTION = 3  # "closed this topic": a note of the program, no post

_Asking = Generator[FetchRequest, Response, str]


class _Post(SiteAnswer):
    id: int
    post_number: int
    post_type: int = 1
    name: str | None = None
    username: str | None = None
    created_at: str | None = None
    cooked: str = ""
    reply_to_post_number: int | None = None
    version: int = 1
    hidden: bool = False
    user_deleted: bool = False
    deleted_at: str | None = None


class _Stream(SiteAnswer):
    posts: list[object]
    stream: list[object] = Field(default_factory=list)
    isMegaTopic: bool = False  # noqa: N815 - its name
    lastId: int = 0  # noqa: N815 - its name


class _Topic(SiteAnswer):
    id: int
    title: str
    slug: str = ""
    posts_count: int = 0
    highest_post_number: int = 0
    post_stream: _Stream


class _More(SiteAnswer):
    post_stream: _Stream


def address(url: str) -> str | None:
    """The topic's address, without the words of its title: these change with it."""
    parts = urlsplit(url)
    path = _PATH.fullmatch(parts.path)
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
        return None
    return f"{parts.scheme}://{parts.netloc.lower()}/t/{path[1]}" if path else None


def requests(url: str, most: int) -> ThreadRequests:
    """The topic, then the posts that did not come with it, the newest first."""
    response = yield FetchRequest(f"{url}.json", robots=False)
    topic = parsed(response, _Topic)
    found = _by_id(topic.post_stream)
    if all(post.post_type == _SMALL_ACTION for post in found.values()):
        raise Unreadable("no posts", f"{url} came without a post: nothing was read")
    missing = yield from (_backwards if topic.post_stream.isMegaTopic else _by_their_ids)(url, topic, found, most)
    return _thread(url, topic, found, missing or None)


def _by_id(stream: _Stream) -> dict[int, _Post]:
    return {post.id: post for post in usable(stream.posts, _Post)}


def _by_their_ids(url: str, topic: _Topic, found: dict[int, _Post], most: int) -> _Asking:
    """Adds to `found` what the topic lists; returns what of it could not be had."""
    listed = [post for post in reversed(topic.post_stream.stream) if isinstance(post, int) and post not in found]
    waiting, not_given = listed[:most], 0
    notes = [not_asked(len(listed) - most)] if len(listed) > most else []
    while waiting:
        asked = waiting[:_AT_ONCE]
        query = "&".join(f"post_ids%5B%5D={post}" for post in asked)
        try:
            response = yield FetchRequest(f"{url}/posts.json?{query}", robots=False)
            given = _by_id(parsed(response, _More).post_stream)
        except (FetchFailed, Unreadable) as error:
            return "; ".join([*notes, no_longer(len(waiting), error)])
        if given.keys().isdisjoint(asked):
            not_given += len(asked)
            waiting = waiting[len(asked) :]
        found |= given
        waiting = [post for post in waiting if post not in found]  # what was not given is asked for once more
    if not_given:
        notes.append(f"{not_given:,} of its posts {'were' if not_given != 1 else 'was'} not given")
    return "; ".join(notes)


def _backwards(url: str, topic: _Topic, found: dict[int, _Post], most: int) -> _Asking:
    """The same for a topic of 10,000 posts and more, which lists none: its last post, and page by page what stands
    before it."""
    wanted = min(len(found) + most, topic.posts_count)
    query = f"post_ids%5B%5D={topic.post_stream.lastId}"
    while len(found) < wanted:
        try:
            response = yield FetchRequest(f"{url}/posts.json?{query}", robots=False)
            given = _by_id(parsed(response, _More).post_stream)
        except (FetchFailed, Unreadable) as error:
            return no_longer(topic.posts_count - len(found), error)
        new = [post.post_number for post in given.values() if post.id not in found]
        if not new:
            break
        found |= given
        query = f"post_number={min(new)}&asc=false"
    return not_asked(topic.posts_count - len(found)) if topic.posts_count > len(found) else ""


def _thread(url: str, topic: _Topic, found: Mapping[int, _Post], missing: str | None) -> FetchedThread:
    base, _, number = url.rpartition("/")
    place = f"{base}/{topic.slug if _SLUG.fullmatch(topic.slug) else '-'}/{number}"
    ids = {post.post_number: str(post.id) for post in found.values()}
    in_order = sorted(found.values(), key=lambda post: post.post_number)
    return FetchedThread(
        title=topic.title,
        url=url,
        venue=urlsplit(url).hostname,
        posts=tuple(_post(post, place, ids) for post in in_order if post.post_type != _SMALL_ACTION),
        missing=missing,
    )


def _post(post: _Post, place: str, ids: Mapping[int, str]) -> FetchedPost:
    withdrawn = post.user_deleted or post.hidden or bool(post.deleted_at)
    author = post.name or post.username or None
    return FetchedPost(
        id=str(post.id),
        url=f"{place}/{post.post_number}",
        author=author,
        handle=(post.username if post.username != author else None) or None,
        time=moment(post.created_at),
        answers=ids.get(post.reply_to_post_number or 0),
        edited=post.version > 1 and not withdrawn,
        withdrawn=withdrawn,
        body="" if withdrawn else post.cooked,
    )


site = DiscussionSite("discourse", address, requests, is_certain=False)
