"""Hacker News: a discussion by its public index (hn.algolia.com/api), which has the whole tree in one answer. A comment
that was taken back has neither author nor text there; none is known to have been edited."""

import re
from urllib.parse import urlsplit

from pydantic import Field

from pipeline.errors import Unreadable
from pipeline.fetch.discussions.answers import SiteAnswer, parsed, usable
from pipeline.protocols import DiscussionSite, ThreadRequests
from pipeline.records.items import FetchRequest, Response
from pipeline.records.posts import FetchedPost, FetchedThread, moment

_INDEX = "https://hn.algolia.com/api/v1/items/"
_SITE = "https://news.ycombinator.com/item?id="


class _Item(SiteAnswer):
    id: int
    author: str | None = None
    title: str | None = None
    url: str | None = None
    text: str | None = None
    created_at: str | None = None
    parent_id: int | None = None
    children: list[object] = Field(default_factory=list)


def address(url: str) -> str | None:
    """The discussion's address."""
    parts = urlsplit(url)
    number = re.search(r"(?:^|&)id=(\d{1,12})(?:&|$)", parts.query)
    if parts.hostname != "news.ycombinator.com" or parts.path != "/item" or not number:
        return None
    return f"{_SITE}{number[1]}"


def requests(url: str, _most: int) -> ThreadRequests:
    """One request, whatever the size."""
    response = yield FetchRequest(f"{_INDEX}{url.rpartition('=')[2]}", robots=False)
    return thread_of(response, url)


def thread_of(response: Response, url: str) -> FetchedThread:
    """The discussion that the index's answer holds, each comment behind what it answers. Raises Unreadable."""
    story = parsed(response, _Item)
    posts: list[FetchedPost] = []
    waiting = [story]
    while waiting:  # no recursion: comments may nest deeper than the language's own stack
        item = waiting.pop()
        if item is not story or item.text or not item.title:
            posts.append(_post(item, story))
        waiting += reversed(usable(item.children, _Item))
    if not posts:
        raise Unreadable("no posts", f"{url} has no comments yet: nothing was read")
    title = story.title or "A discussion on Hacker News"
    return FetchedThread(title=title, url=url, venue="Hacker News", posts=tuple(posts))


def _post(item: _Item, story: _Item) -> FetchedPost:
    answers = None if item is story or (item.parent_id == story.id and not story.text) else item.parent_id
    return FetchedPost(
        id=str(item.id),
        url=f"{_SITE}{item.id}",
        author=item.author,
        time=moment(item.created_at),
        answers=str(answers) if answers else None,
        withdrawn=not item.text,
        body=item.text or "",
    )


site = DiscussionSite("hackernews", address, requests)
