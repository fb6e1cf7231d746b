"""Lobsters: a story and its comments by the story's own JSON (as the site's published source makes it), in one answer.
A comment that was taken back keeps its place and its poster's name; whether the story's text was edited is not told."""

import re
from datetime import datetime
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import Field

from pipeline.errors import Unreadable
from pipeline.fetch.discussions.answers import SiteAnswer, in_tree_order, parsed, usable
from pipeline.protocols import DiscussionSite, ThreadRequests
from pipeline.records.items import FetchRequest, Response
from pipeline.records.posts import FetchedPost, FetchedThread, moment

_SITE = "https://lobste.rs"
_THREAD = re.compile(r"/s/([0-9a-z]{1,12})(?:\.json|/[^/]*|/[^/]+/comments/[0-9a-z]{1,12})?/?")
_GRACE_S = 60  # within which the site calls no comment edited

_ShortId = Annotated[str, Field(pattern=r"^[0-9a-z]{1,12}$")]


class _Comment(SiteAnswer):
    short_id: _ShortId
    created_at: object = None
    last_edited_at: object = None
    updated_at: object = None
    is_deleted: bool = False
    is_moderated: bool = False
    parent_comment: str | None = None
    comment: str | None = None
    commenting_user: object = None


class _Story(SiteAnswer):
    short_id: _ShortId
    title: str
    created_at: object = None
    description: str | None = None
    submitter_user: object = None
    comments: list[object]


def address(url: str) -> str | None:
    """The story's address."""
    parts = urlsplit(url)
    story = _THREAD.fullmatch(parts.path)
    if parts.scheme not in ("http", "https") or parts.netloc.lower() != "lobste.rs" or not story:
        return None
    return f"{_SITE}/s/{story[1]}"


def requests(url: str, _most: int) -> ThreadRequests:
    """One request, whatever the size."""
    response = yield FetchRequest(f"{url}.json", robots=False)
    return thread_of(response, url)


def thread_of(response: Response, url: str) -> FetchedThread:
    """The story's text, if it has one of its own, and the comments that the answer holds, each behind what it answers.
    Raises Unreadable."""
    story = parsed(response, _Story)
    first = [_first(story, url)] if story.description else []
    comments = {each.short_id: each for each in usable(story.comments, _Comment)}
    ordered = in_tree_order((each.short_id, each.parent_comment) for each in comments.values())
    posts = [*first, *(_post(comments[each], first[0].id if first else None) for each in ordered)]
    if not posts:
        raise Unreadable("no posts", f"{url} has no comments yet: nothing was read")
    return FetchedThread(title=story.title, url=url, venue="Lobsters", posts=tuple(posts))


def _first(story: _Story, url: str) -> FetchedPost:
    return FetchedPost(
        id=story.short_id,
        url=url,
        author=_name(story.submitter_user),
        time=moment(story.created_at),
        body=story.description or "",
    )


def _post(comment: _Comment, first: str | None) -> FetchedPost:
    withdrawn = comment.is_deleted or comment.is_moderated
    return FetchedPost(
        id=comment.short_id,
        url=f"{_SITE}/c/{comment.short_id}",
        author=_name(comment.commenting_user),
        time=moment(comment.created_at),
        answers=comment.parent_comment or first,
        edited=_was_edited(comment),
        withdrawn=withdrawn,
        body="" if withdrawn else comment.comment or "",
    )


def _name(user: object) -> str | None:
    """Who it is: the site once gave a person's whole profile, and gives the name alone now."""
    name = user.get("username") if isinstance(user, dict) else user
    return name if isinstance(name, str) and name else None


def _was_edited(comment: _Comment) -> bool:
    first, last = moment(comment.created_at), moment(comment.last_edited_at or comment.updated_at)
    if not first or not last:
        return False
    return (datetime.fromisoformat(last) - datetime.fromisoformat(first)).total_seconds() > _GRACE_S


site = DiscussionSite("lobsters", address, requests)
