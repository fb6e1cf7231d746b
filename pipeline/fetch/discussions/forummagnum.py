"""ForumMagnum, the software of LessWrong, the Alignment Forum and the EA Forum: a post and its comments by the GraphQL
that the forums' own pages ask. Answers to a question and the turns of a debate have to be asked for by themselves. What
a moderator hid without a trace is in no answer; the Alignment Forum gives only the comments that stand on it."""

import re
from collections.abc import Generator
from datetime import datetime
from itertools import chain
from typing import Any
from urllib.parse import urlsplit

from pydantic import ConfigDict, Field
from pydantic.alias_generators import to_camel

from pipeline.errors import SourceError, Unreadable
from pipeline.fetch.discussions.answers import SiteAnswer, in_tree_order, no_longer, not_asked, parsed, usable
from pipeline.protocols import DiscussionSite, ThreadRequests
from pipeline.records.items import FetchRequest, Response
from pipeline.records.posts import FetchedPost, FetchedThread, moment

_VENUES = {
    "www.lesswrong.com": "LessWrong",
    "www.alignmentforum.org": "Alignment Forum",
    "forum.effectivealtruism.org": "EA Forum",
}
_HOSTS = {**{host: host for host in _VENUES}, **{host.removeprefix("www."): host for host in _VENUES}}
_PATH = re.compile(r"/(?:posts|events|s/\w{5,27}/p|g/\w{5,27}/p)/(\w{5,27})(?:/.*)?")
_PAGE = 500  # comments asked for at once; what a forum gives at most is its own setting
_FURTHEST = 2000  # an offset beyond is refused unless a forum sets otherwise
_AT_ONCE_S = 60  # what is saved again sooner was being posted, not edited

_WRITER = "{ displayName username slug }"
_COMMENTS = f"""comments(input: {{terms: $terms, enableTotal: true}}) {{ totalCount results {{
  _id postedAt lastEditedAt parentCommentId deleted retracted htmlBody author pageUrl user {_WRITER} }} }}"""
_POST = f"""post(input: {{selector: {{_id: $post}}, allowNull: true}}) {{ result {{
  _id title postedAt question debate htmlBody author contents {{ editedAt }} user {_WRITER} coauthors {_WRITER} }} }}"""
_FIRST_QUERY = f"query Thread($post: String, $terms: JSON) {{ {_POST} {_COMMENTS} }}"
_NEXT_QUERY = f"query Comments($terms: JSON) {{ {_COMMENTS} }}"


class _ForumAnswer(SiteAnswer):
    model_config = ConfigDict(extra="ignore", alias_generator=to_camel)


class _Writer(_ForumAnswer):
    display_name: str | None = None
    username: str | None = None
    slug: str | None = None


class _Revision(_ForumAnswer):
    edited_at: str | None = None


class _Post(_ForumAnswer):
    title: str
    posted_at: str | None = None
    question: bool | None = None
    debate: bool | None = None
    html_body: str | None = None
    author: str | None = None
    contents: _Revision | None = None
    user: _Writer | None = None
    coauthors: list[object] | None = None


class _Comment(_ForumAnswer):
    id: str = Field(alias="_id")
    posted_at: str | None = None
    last_edited_at: str | None = None
    parent_comment_id: str | None = None
    deleted: bool | None = None
    retracted: bool | None = None
    html_body: str | None = None
    author: str | None = None
    page_url: str | None = None
    user: _Writer | None = None


class _PostResult(_ForumAnswer):
    result: _Post | None = None


class _Comments(_ForumAnswer):
    results: list[object] | None = None
    total_count: int | None = None


class _Data(_ForumAnswer):
    post: _PostResult | None = None
    comments: _Comments | None = None


class _Answer(_ForumAnswer):
    data: _Data | None = None


class _Gathered:
    """The comments fetched so far by id, how many were listed, how many the forum says there are, and what ended the
    asking before its time."""

    def __init__(self) -> None:
        self.comments: dict[str, _Comment] = {}
        self.listed = self.total = 0
        self.why: SourceError | None = None

    def add(self, page: _Comments) -> int:
        """Keeps what a page has; returns how many it listed."""
        listed = page.results or []
        self.comments |= {comment.id: comment for comment in usable(listed, _Comment)}
        self.listed += len(listed)
        return len(listed)


def address(url: str) -> str | None:
    """The post's address, without its name in words."""
    parts = urlsplit(url)
    post = _PATH.fullmatch(parts.path)
    if parts.scheme not in ("http", "https") or parts.netloc not in _HOSTS or not post:
        return None
    return f"https://{_HOSTS[parts.netloc]}/posts/{post[1]}"


def requests(url: str, most: int) -> ThreadRequests:
    """The post with its newest comments, then older ones while there are more and fewer than `most` were fetched."""
    post_id = url.rpartition("/")[2]
    terms = {"view": "postCommentsNew", "postId": post_id, "limit": min(_PAGE, most), "offset": 0}
    response = yield _asked(url, _FIRST_QUERY, {"post": post_id, "terms": terms})
    data = parsed(response, _Answer).data or _Data()
    post = data.post.result if data.post else None
    if post is None:
        raise Unreadable("no posts", f"{url} is no post that its forum shows to all: none was read")
    gathered = _Gathered()
    yield from _more(url, terms, data.comments, gathered, most)
    for view in [*(["answersAndReplies"] if post.question else []), *(["debateResponses"] if post.debate else [])]:
        of_view = {**terms, "view": view, "sortBy": "new"}
        if gathered.why is None:
            yield from _more(url, of_view, None, gathered, most)
    return _thread(url, post, gathered)


def _more(
    url: str, terms: dict[str, Any], page: _Comments | None, gathered: _Gathered, most: int
) -> Generator[FetchRequest, Response, None]:
    """The comments of one view into `gathered`, beginning with a page that is there already."""
    offset, total = 0, None
    while len(gathered.comments) < most - 1 or total is None:
        if page is None:
            if offset > _FURTHEST:
                break
            try:
                response = yield _asked(url, _NEXT_QUERY, {"terms": {**terms, "offset": offset}})
                page = _comments(response)
            except SourceError as error:
                gathered.why = error
                break
        listed = gathered.add(page)
        if total is None:  # only the first page counts all that the view has
            total = max(page.total_count or 0, listed)
            gathered.total += total
        offset, page = offset + listed, None
        if not listed or offset >= total:
            break


def _comments(response: Response) -> _Comments:
    """The comments of an answer. Raises Unreadable where it has none."""
    data = parsed(response, _Answer).data
    if data is None or data.comments is None:
        raise Unreadable("no posts", f"{response.url} sent no comments")
    return data.comments


def _asked(url: str, query: str, variables: dict[str, Any]) -> FetchRequest:
    return FetchRequest(
        f"https://{urlsplit(url).netloc}/graphql", robots=False, send={"query": query, "variables": variables}
    )


def _thread(url: str, post: _Post, gathered: _Gathered) -> FetchedThread:
    post_id = url.rpartition("/")[2]
    writers = [writer for writer in (post.user, *usable(post.coauthors, _Writer)) if writer]
    first = FetchedPost(
        id=post_id,
        url=url,
        author=", ".join(writer.display_name for writer in writers if writer.display_name) or post.author,
        handle=_handle(post.user),
        time=moment(post.posted_at),
        edited=_is_later(post.contents.edited_at if post.contents else None, post.posted_at),
        body=post.html_body or "",
    )
    by_time = sorted(gathered.comments.values(), key=lambda comment: (moment(comment.posted_at) or "9", comment.id))
    comments = {comment.id: _comment(url, comment, post_id) for comment in by_time}
    order = in_tree_order(chain([(first.id, None)], ((each.id, each.answers) for each in comments.values())))
    return FetchedThread(
        title=post.title,
        url=url,
        venue=_VENUES[urlsplit(url).netloc],
        posts=tuple(comments.get(each, first) for each in order),
        missing=_missing(gathered),
    )


def _missing(gathered: _Gathered) -> str | None:
    unread, lacking = gathered.listed - len(gathered.comments), gathered.total - gathered.listed
    parts = [f"{unread:,} of its comments could not be read"] if unread > 0 else []
    if gathered.why:
        why = f"comments could not be fetched ({gathered.why.reason})"
        parts.append(no_longer(lacking, gathered.why) if lacking > 0 else why)
    elif lacking > 0:
        parts.append(not_asked(lacking))
    return "; ".join(parts) or None


def _comment(url: str, comment: _Comment, post_id: str) -> FetchedPost:
    gone = bool(comment.deleted or comment.retracted)
    own_page = comment.page_url and urlsplit(comment.page_url).netloc in _HOSTS
    return FetchedPost(
        id=comment.id,
        url=comment.page_url if comment.page_url and own_page else f"{url}?commentId={comment.id}",
        author=(comment.user and comment.user.display_name) or comment.author,
        handle=_handle(comment.user),
        time=moment(comment.posted_at),
        answers=comment.parent_comment_id or post_id,
        edited=_is_later(comment.last_edited_at, comment.posted_at),
        withdrawn=gone,
        body="" if gone else comment.html_body or "",
    )


def _handle(writer: _Writer | None) -> str | None:
    return (writer.username or writer.slug) if writer else None


def _is_later(edited: str | None, posted: str | None) -> bool:
    """Whether something was changed after it was posted. The forum notes a time of change when it is posted, too."""
    first, last = moment(posted), moment(edited)
    if not first or not last:
        return False
    return (datetime.fromisoformat(last) - datetime.fromisoformat(first)).total_seconds() > _AT_ONCE_S


site = DiscussionSite("forummagnum", address, requests)
