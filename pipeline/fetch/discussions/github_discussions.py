"""A discussion on GitHub by its GraphQL API: its comments with their replies. A comment that was deleted stays there
where it had replies and is gone where it had none; which reply a reply answers is not told, only which comment."""

from collections.abc import Iterable, Mapping

from pydantic import Field

from pipeline.errors import FetchFailed, SourceError, Unreadable
from pipeline.fetch.discussions.answers import (
    SiteAnswer,
    in_tree_order,
    no_longer,
    not_asked,
    parsed,
    usable,
)
from pipeline.protocols import ThreadRequests
from pipeline.records.items import FetchRequest
from pipeline.records.posts import FetchedPost, FetchedThread, moment

_API = "https://api.github.com/graphql"
_AT_ONCE = 50  # comments, and replies to each of them
_UNSHOWN = ("spam", "abuse")  # why a comment may be minimized so that nobody is meant to read it

_REPLIES = "totalCount pageInfo { hasPreviousPage startCursor } nodes { ...said }"
_COMMENT = """
fragment said on DiscussionComment {
  id url bodyHTML createdAt lastEditedAt deletedAt isMinimized minimizedReason author { login }
}
"""
_ASK_DISCUSSION = f"""
query ($owner: String!, $name: String!, $number: Int!, $most: Int!, $before: String) {{
  repository(owner: $owner, name: $name) {{
    discussion(number: $number) {{
      id title url bodyHTML createdAt lastEditedAt author {{ login }}
      comments(last: $most, before: $before) {{
        totalCount pageInfo {{ hasPreviousPage startCursor }}
        nodes {{ ...said replies(last: $most) {{ {_REPLIES} }} }}
      }}
    }}
  }}
}}
{_COMMENT}"""
_ASK_REPLIES = f"""
query ($comment: ID!, $most: Int!, $before: String) {{
  node(id: $comment) {{ ... on DiscussionComment {{ replies(last: $most, before: $before) {{ {_REPLIES} }} }} }}
}}
{_COMMENT}"""


class _Author(SiteAnswer):
    login: str


class _Page(SiteAnswer):
    hasPreviousPage: bool = False  # noqa: N815 - its name
    startCursor: str | None = None  # noqa: N815 - its name


class _Nodes(SiteAnswer):
    totalCount: int = 0  # noqa: N815 - its name
    pageInfo: _Page = _Page()  # noqa: N815 - its name
    nodes: list[object] = Field(default_factory=list)

    @property
    def before(self) -> str | None:
        """Where to ask for those before these, where there are any."""
        return self.pageInfo.startCursor if self.pageInfo.hasPreviousPage else None


class _Said(SiteAnswer):
    id: str
    url: str
    bodyHTML: str = ""  # noqa: N815 - its name
    createdAt: str | None = None  # noqa: N815 - its name
    lastEditedAt: str | None = None  # noqa: N815 - its name
    deletedAt: str | None = None  # noqa: N815 - its name
    isMinimized: bool = False  # noqa: N815 - its name
    minimizedReason: str | None = None  # noqa: N815 - its name
    author: _Author | None = None
    replies: _Nodes = _Nodes()


class _Discussion(_Said):
    title: str
    comments: _Nodes


class _Repository(SiteAnswer):
    discussion: _Discussion


class _Discussions(SiteAnswer):
    repository: _Repository


class _DiscussionAnswer(SiteAnswer):
    data: _Discussions


class _Comment(SiteAnswer):
    replies: _Nodes


class _Node(SiteAnswer):
    node: _Comment


class _RepliesAnswer(SiteAnswer):
    data: _Node


def requests(url: str, owner: str, name: str, number: int, most: int, token: str) -> ThreadRequests:
    """The discussion with its newest comments, those before them, and the replies that did not come with their
    comments. Raises Unreadable where there is no token."""
    if not token:
        raise Unreadable("no posts", f"{url}: GitHub gives discussions to programs by a token only: set GITHUB_TOKEN")
    asked = {"owner": owner, "name": name, "number": number, "most": _AT_ONCE}
    response = yield _request(_ASK_DISCUSSION, asked, token)
    discussion = parsed(response, _DiscussionAnswer).data.repository.discussion
    first = _post(discussion, str(number), None)
    posts = {first.id: first}
    page, to_come = discussion.comments, discussion.comments.totalCount
    shortened: list[tuple[str, str, str]] = []  # comments with more replies: node, post, and where to ask for these
    why: SourceError | None = None
    try:
        while True:
            had, to_come = len(posts), to_come - len(page.nodes)
            for comment in usable(page.nodes, _Said):
                post = _post(comment, _id(comment), first.id)
                posts[post.id] = post
                posts |= _replies(comment.replies, post.id)
                to_come += comment.replies.totalCount - len(comment.replies.nodes)
                if comment.replies.before:
                    shortened.append((comment.id, post.id, comment.replies.before))
            if not page.before or len(posts) >= most or len(posts) == had:
                break
            response = yield _request(_ASK_DISCUSSION, {**asked, "before": page.before}, token)
            page = parsed(response, _DiscussionAnswer).data.repository.discussion.comments
        while shortened and len(posts) < most:
            node, answered, before = shortened.pop()
            response = yield _request(_ASK_REPLIES, {"comment": node, "most": _AT_ONCE, "before": before}, token)
            more = parsed(response, _RepliesAnswer).data.node.replies
            had, to_come = len(posts), to_come - len(more.nodes)
            posts |= _replies(more, answered)
            if more.before and len(posts) > had:
                shortened.append((node, answered, more.before))
    except (FetchFailed, Unreadable) as error:
        why = error
    missing = (no_longer(to_come, why) if why else not_asked(to_come)) if to_come > 0 else None
    return _thread(url, discussion.title, posts.values(), missing)


def _replies(page: _Nodes, answered: str) -> dict[str, FetchedPost]:
    posts = [_post(reply, _id(reply), answered) for reply in usable(page.nodes, _Said)]
    return {post.id: post for post in posts}


def _request(query: str, variables: Mapping[str, object], token: str) -> FetchRequest:
    send = {"query": query, "variables": variables}
    return FetchRequest(_API, robots=False, send=send, headers={"Authorization": f"Bearer {token}"})


def _id(comment: _Said) -> str:
    """What the address of a page names it by."""
    return comment.url.partition("#")[2] or comment.id


def _post(said: _Said, post: str, answers: str | None) -> FetchedPost:
    withdrawn = bool(said.deletedAt) or (said.isMinimized and (said.minimizedReason or "").lower() in _UNSHOWN)
    return FetchedPost(
        id=post,
        url=said.url,
        author=said.author.login if said.author else None,
        time=moment(said.createdAt),
        answers=answers,
        edited=bool(said.lastEditedAt) and not withdrawn,
        withdrawn=withdrawn,
        body="" if withdrawn else said.bodyHTML,
    )


def _thread(url: str, title: str, posts: Iterable[FetchedPost], missing: str | None) -> FetchedThread:
    first, *rest = posts
    by_id = {post.id: post for post in [first, *sorted(rest, key=lambda post: post.time or "~")]}
    order = in_tree_order((post.id, post.answers) for post in by_id.values())
    return FetchedThread(
        title=title, url=url, venue="GitHub", posts=tuple(by_id[post] for post in order), missing=missing
    )
