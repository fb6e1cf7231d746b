"""Reddit: a post and its comments by the JSON beside its page, in one answer of at most 500 comments, the newest first.
What it leaves out it counts; where a branch only leads on to a page of its own it does not say how much. A link is no
post: only what its poster wrote is. A poster whose account is gone has no name; a comment that was taken back has
neither a name nor words."""

import html
import re
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field

from pipeline.errors import Unreadable
from pipeline.fetch.discussions.answers import SiteAnswer, in_tree_order, json_of, usable
from pipeline.protocols import DiscussionSite, ThreadRequests
from pipeline.records.items import FetchRequest, Response
from pipeline.records.posts import FetchedPost, FetchedThread, moment

_SITE = "https://www.reddit.com"
_HOSTS = frozenset(("reddit.com", "www.reddit.com", "old.reddit.com", "new.reddit.com", "np.reddit.com"))
_ID = r"([0-9a-z]{2,13})"
_THREAD = re.compile(rf"(?:/(?:r|u|user)/[\w-]{{1,60}})?/comments/{_ID}(?:\.json|/.*)?", re.ASCII | re.IGNORECASE)
_SHORT = re.compile(rf"/{_ID}/?", re.IGNORECASE)
_MOST = 500  # comments in one answer, to those not signed in
_TAKEN_BACK = frozenset((
    "[deleted]", "[removed]", "[deleted by user]", "[ removed by reddit ]",
    "[ removed by reddit in response to a copyright notice. ]",
))  # fmt: skip
_NOBODY = "[deleted]"


class _Children(SiteAnswer):
    children: object = None


class _Listing(SiteAnswer):
    kind: Literal["Listing"]
    data: _Children


class _Thing(SiteAnswer):
    kind: str
    data: object = None


class _Post(SiteAnswer):
    name: str
    author: str | None = None
    created_utc: object = None
    edited: object = False
    permalink: str | None = None


class _Link(_Post):
    title: str
    subreddit: str | None = None
    selftext: str | None = None
    selftext_html: str | None = None


class _Comment(_Post):
    parent_id: str | None = None
    body: str | None = None
    body_html: str | None = None
    replies: object = ""


class _More(SiteAnswer):
    count: int = 0
    children: list[object] = Field(default_factory=list)


def address(url: str) -> str | None:
    """The thread's address, without the community and the title, which a short link does not have."""
    parts = urlsplit(url)
    host = parts.netloc.lower()
    form = _THREAD if host in _HOSTS else _SHORT if host == "redd.it" else None
    thread = form.fullmatch(parts.path) if form and parts.scheme in ("http", "https") else None
    return f"{_SITE}/comments/{thread[1].lower()}" if thread else None


def requests(url: str, most: int) -> ThreadRequests:
    """One request: the newest comments of a thread that has more."""
    wanted = min(max(most, 1), _MOST)
    response = yield FetchRequest(f"{url}.json?limit={wanted}&raw_json=1&sort=new", robots=False)
    return thread_of(response, url)


def thread_of(response: Response, url: str) -> FetchedThread:
    """The post, if it has words of its own, and the comments of the answer, each behind what it answers. Raises
    Unreadable."""
    answer = json_of(response)
    links, things = _things(answer, 0), _things(answer, 1)
    story = next(iter(usable([thing.data for thing in links if thing.kind == "t3"], _Link)), None)
    if not story:
        raise Unreadable("no posts", f"{url} sent no thread in a known form: none was read")
    comments, counted, cut = _comments(things)
    found = [_comment(comment, url) for comment in comments]
    found.sort(key=lambda post: post.time or "")
    posts = {post.id: post for post in ([_first(story, url)] if story.selftext else []) + found}
    if not posts:
        raise Unreadable("no posts", f"{url} has no comments yet: nothing was read")
    ordered = in_tree_order((post.id, post.answers) for post in posts.values())
    return FetchedThread(
        title=story.title,
        url=url,
        venue=f"r/{story.subreddit} on Reddit" if story.subreddit else "Reddit",
        posts=tuple(posts[each] for each in ordered),
        missing=_missing(counted, cut),
    )


def _things(answer: object, number: int) -> list[_Thing]:
    """What the listing of that number holds."""
    listings = usable(answer[number : number + 1], _Listing) if isinstance(answer, list) else []
    return usable(listings[0].data.children, _Thing) if listings else []


def _comments(things: list[_Thing]) -> tuple[list[_Comment], int, int]:
    """The comments at every depth; how many are only counted; and how many branches lead on, nobody knows how far."""
    comments: list[_Comment] = []
    counted = cut = 0
    waiting = list(things)
    while waiting:  # no recursion: comments may nest deeper than the language's own stack
        thing = waiting.pop()
        if thing.kind == "more":
            for more in usable([thing.data], _More):
                left_out = max(more.count, len(more.children))
                counted, cut = counted + left_out, cut + (not left_out)
        elif thing.kind == "t1":
            for comment in usable([thing.data], _Comment):
                comments.append(comment)
                waiting += _things([comment.replies], 0)
    return comments, counted, cut


def _missing(counted: int, cut: int) -> str | None:
    comments = f"{counted:,} comments are" if counted != 1 else "1 comment is"
    branches = f"{cut:,} branches go" if cut != 1 else "1 branch goes"
    parts = (counted and f"{comments} only counted there", cut and f"{branches} on, nobody says how far")
    return "; ".join(part for part in parts if part) or None


def _first(story: _Link, url: str) -> FetchedPost:
    return _given(story, url, story.selftext_html, story.selftext)


def _comment(comment: _Comment, url: str) -> FetchedPost:
    post = _given(comment, f"{url}/_/{comment.name.rpartition('_')[2]}", comment.body_html, comment.body)
    return post.model_copy(update={"answers": comment.parent_id})


def _given(post: _Post, url: str, marked_up: str | None, typed: str | None) -> FetchedPost:
    """One post by its own address, else `url`; its words with their markup, else as they were typed."""
    withdrawn = (typed or "").strip().lower() in _TAKEN_BACK
    body = marked_up or ""
    if body.lstrip().startswith("&lt;"):  # as it comes where `raw_json` is passed over
        body = html.unescape(body)
    return FetchedPost(
        id=post.name,
        url=f"{_SITE}{post.permalink}" if (post.permalink or "").startswith("/") else url,
        author=post.author if post.author != _NOBODY else None,
        time=moment(post.created_utc),
        edited=bool(post.edited),
        withdrawn=withdrawn,
        body="" if withdrawn else body or typed or "",
        form="html" if body else "plain",
    )


site = DiscussionSite("reddit", address, requests)
