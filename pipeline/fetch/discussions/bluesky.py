"""Bluesky: a thread by the network's public view of it (app.bsky.feed.getPostThread), some levels of replies at a time.
A thread has no title: its first post's first words stand for one. No post can be edited; one that was taken back is not
there, nor is anything that answers it. A link to any post leads to the whole thread, but only the first answer tells
where that begins. A post's time is its writer's own word, up to when the network first saw it. What a person shows only
to those who are signed in is not read."""

import re
from collections import Counter
from typing import Annotated, Literal, NamedTuple
from urllib.parse import unquote, urlencode, urlsplit

from pydantic import Field

from pipeline.errors import FetchFailed, SourceError, Unreadable
from pipeline.fetch.discussions.answers import SiteAnswer, in_tree_order, parsed, usable
from pipeline.fetch.discussions.bluesky_posts import URI, PostView, fetched, url_of
from pipeline.fetch.discussions.microblogs import missing_of, title_of
from pipeline.protocols import DiscussionSite, ThreadRequests
from pipeline.records.items import FetchRequest
from pipeline.records.posts import FetchedPost, FetchedThread

_VIEW = "https://public.api.bsky.app/xrpc/app.bsky.feed.getPostThread"
_PATH = re.compile(
    r"/profile/(?:(did:[a-z]+:[\w.:-]{1,200})|([a-z\d-]{1,63}(?:\.[a-z\d-]{1,63})+))/post/([\w.~:-]{1,512})/?",
    re.ASCII | re.IGNORECASE,
)
_LEVELS = 100  # of replies in one answer: it nests twice as deep, and JSON that nests 1,000 deep cannot be read
_MOST_ASKED = 60  # answers that one thread is put together from
_NOT_THERE = ("http 400", "http 404")  # of one post, which says nothing of the others


class _Branch(SiteAnswer):
    """A post with what stands above and below it. `replies` are None where the answer ends there."""

    post: PostView
    parent: object = None
    replies: list[object] | None = None


class _Gone(SiteAnswer):
    uri: Annotated[str, Field(pattern=URI)]
    not_found: Literal[True] = Field(alias="notFound")


class _Answer(SiteAnswer):
    thread: object


class _Known(NamedTuple):
    """What the answers held: posts by their ids; those whose replies came with them; those that are gone, with what
    they answered."""

    posts: dict[str, PostView]
    whole: set[str]
    gone: dict[str, str | None]


def address(url: str) -> str | None:
    """The address of the post that the link leads to: which thread it belongs to only the network knows."""
    parts = urlsplit(url)
    post = _PATH.fullmatch(unquote(parts.path))
    if parts.scheme not in ("http", "https") or parts.netloc.lower() != "bsky.app" or not post:
        return None
    return f"https://bsky.app/profile/{post[1] or post[2].lower()}/post/{post[3]}"


def requests(url: str, most: int) -> ThreadRequests:
    """The post with what stands around it, then the thread's first post, then those whose replies did not come."""
    *_, who, _, key = url.split("/")
    response = yield _asked_for(f"at://{who}/app.bsky.feed.post/{key}")
    branch = next(iter(usable([parsed(response, _Answer).thread], _Branch)), None)
    if not branch:
        raise Unreadable("no posts", f"{url}: the network does not show this post: nothing was read")
    known = _Known({}, set(), {})
    _take(branch, known)
    reply = branch.post.record.reply
    root = reply.root.uri if reply and re.match(URI, reply.root.uri) else branch.post.uri
    asked = {branch.post.uri}
    why: SourceError | None = None
    while len(known.posts) < most and len(asked) < _MOST_ASKED and (cut := _cut(known, root, asked)):
        asked.add(cut)
        try:
            answer = parsed((yield _asked_for(cut)), _Answer)
        except (FetchFailed, Unreadable) as error:
            why = error
            if error.reason not in _NOT_THERE:
                break
        else:
            for found in usable([answer.thread], _Branch):
                _take(found, known)
    return _thread(known, known.posts.get(root) or _first_of(known, branch.post), url, why)


def _asked_for(uri: str) -> FetchRequest:
    return FetchRequest(f"{_VIEW}?{urlencode({'uri': uri, 'depth': _LEVELS, 'parentHeight': _LEVELS})}", robots=False)


def _cut(known: _Known, root: str, asked: set[str]) -> str | None:
    """The post to ask for next: the thread's first, else the earliest whose replies are counted and did not come."""
    if root not in known.whole and root not in asked:
        return root
    done = known.whole | asked
    return min(
        (post for post in known.posts if known.posts[post].reply_count and post not in done),
        key=lambda post: _order(known.posts[post]),
        default=None,
    )


def _take(branch: _Branch, known: _Known) -> None:
    above = branch.parent
    while found := usable([above], _Branch):
        known.posts.setdefault(found[0].post.uri, found[0].post)
        above = found[0].parent
    known.gone.update((each.uri, None) for each in usable([above], _Gone))
    waiting = [branch]
    while waiting:  # no recursion: replies may nest deeper than the language's own stack
        each = waiting.pop()
        known.posts.setdefault(each.post.uri, each.post)
        if each.replies is not None:
            known.whole.add(each.post.uri)
            known.gone.update((gone.uri, each.post.uri) for gone in usable(each.replies, _Gone))
            waiting += usable(each.replies, _Branch)


def _first_of(known: _Known, post: PostView) -> PostView:
    """The first post of the branch that leads to `post`, as far up as is known."""
    passed = {post.uri}
    while (answered := known.posts.get(post.answers or "")) and answered.uri not in passed:
        post = answered
        passed.add(post.uri)
    return post


def _order(post: PostView) -> tuple[str, str]:
    return post.time or "", post.uri


def _thread(known: _Known, first: PostView, url: str, why: SourceError | None) -> FetchedThread:
    """The posts, each behind what it answers, replies to one in the order of time. Raises Unreadable where none of them
    may be read."""
    ordered = [first, *sorted((each for each in known.posts.values() if each is not first), key=_order)]
    shown = {post.uri: post for post in ordered if post.is_open}
    if not shown:
        raise Unreadable("no posts", f"{url} is shown only to those who are signed in: nothing was read")
    opening = next(iter(shown.values()))
    reading = in_tree_order([*known.gone.items(), *((post.uri, post.answers) for post in shown.values())])
    given = Counter(post.answers for post in ordered)
    hidden = len(ordered) - len(shown)
    begins = not first.answers or first.answers in known.gone
    return FetchedThread(
        title=title_of(opening.author.name, opening.record.text.split("\n")),
        url=url_of(first.uri),
        venue="Bluesky",
        posts=tuple(fetched(shown[each]) if each in shown else _gone(each, known) for each in reading),
        missing=missing_of(
            sum(max(0, (post.reply_count or 0) - given[post.uri]) for post in ordered),
            why,
            f"{hidden:,} more {'is' if hidden == 1 else 'are'} shown only to those who are signed in" if hidden else "",
            "" if begins else "what the first post answers was not given",
        ),
    )


def _gone(uri: str, known: _Known) -> FetchedPost:
    return FetchedPost(id=uri, url=url_of(uri), answers=known.gone[uri], withdrawn=True)


site = DiscussionSite("bluesky", address, requests)
