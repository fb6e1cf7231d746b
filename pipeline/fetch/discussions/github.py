"""GitHub: issues and pull requests by its REST API, discussions by its GraphQL API, which asks for a token. REST does
not tell what was deleted or whom a comment on an issue answers, and of an edit only where such a comment was edited."""

import re
from collections.abc import Generator, Mapping, Sequence
from functools import partial
from typing import NamedTuple
from urllib.parse import urlsplit

from pipeline.errors import FetchFailed, SourceError, Unreadable
from pipeline.fetch.discussions import github_discussions
from pipeline.fetch.discussions.answers import (
    SiteAnswer,
    in_tree_order,
    json_of,
    no_longer,
    not_asked,
    parsed,
    usable,
)
from pipeline.protocols import DiscussionSite, ThreadRequests
from pipeline.records.items import FetchRequest, Response
from pipeline.records.posts import FetchedPost, FetchedThread, moment

_API = "https://api.github.com/repos/"
_PATH = re.compile(
    r"/(?!orgs/)([A-Za-z0-9][\w-]{0,38})/(?!\.{1,2}/)([\w.-]{1,100})/"
    r"(?:(issues|discussions)/(\d{1,9})/?|pull/(\d{1,9})(?:/.*)?)",
    re.ASCII,
)
_AT_API = re.compile(rf"{re.escape(_API)}([^/?#]+/[^/?#]+)/(?:issues|pulls)/(\d+)")
_AT_ONCE = 100  # the most that a page of a list may have
_MOVED = ("http 301", "http 302", "http 307", "http 308")
_GHOST = "ghost"  # whom the API names for an account that was deleted


class _User(SiteAnswer):
    login: str


class _Said(SiteAnswer):
    id: int
    html_url: str
    user: _User | None = None
    body: str | None = None
    body_html: str | None = None
    created_at: str | None = None
    updated_at: str | None = None
    submitted_at: str | None = None
    in_reply_to_id: int | None = None


class _Issue(_Said):
    title: str
    url: str
    comments: int = 0
    pull_request: object = None
    review_comments: int | None = None


class _List(NamedTuple):
    """A list to ask for: `mark` is what its ids begin with in the addresses of a page, `length` is None where it is not
    known."""

    mark: str
    url: str
    length: int | None


class _Listed(NamedTuple):
    """What came of a list: `lost` and `left_out` are how many could not be had and were not asked for, as far as that
    is known, `why` what ended the asking."""

    posts: Sequence[FetchedPost] = ()
    lost: int = 0
    left_out: int = 0
    why: SourceError | None = None


def address(url: str) -> str | None:
    """The address of the issue, pull request or discussion."""
    parts = urlsplit(url)
    path = _PATH.fullmatch(parts.path)
    if parts.netloc.lower() not in ("github.com", "www.github.com") or not path:
        return None
    owner, name, kind, number, pull = path.groups()
    return f"https://github.com/{owner}/{name}/{f'pull/{pull}' if pull else f'{kind}/{number}'}"


def requests(url: str, most: int, token: str = "") -> ThreadRequests:
    """The first post and its comments, and a pull request's reviews; of long lists the newest."""
    owner, name, kind, number = urlsplit(url).path.strip("/").split("/")
    if kind == "discussions":
        return (yield from github_discussions.requests(url, owner, name, int(number), most, token))
    headers = {
        "Accept": "application/vnd.github.full+json",
        "X-GitHub-Api-Version": "2022-11-28",
        **({"Authorization": f"Bearer {token}"} if token else {}),
    }
    issue = yield from _issue(f"{_API}{owner}/{name}/{'pulls' if kind == 'pull' else kind}/{number}", headers)
    place, number = _place(issue)
    why: SourceError | None = None
    is_pull = kind == "pull" or bool(issue.pull_request)
    if is_pull and issue.review_comments is None:
        try:
            issue = yield from _issue(f"{_API}{place}/pulls/{number}", headers)
        except (FetchFailed, Unreadable) as error:
            why = error
    lists = [_List("issuecomment-", f"{_API}{place}/issues/{number}/comments", issue.comments)]
    if is_pull:
        lists.append(_List("discussion_r", f"{_API}{place}/pulls/{number}/comments", issue.review_comments or 0))
        lists.append(_List("pullrequestreview-", f"{_API}{place}/pulls/{number}/reviews", None))
    listed = []
    for each in lists:
        got = _Listed((), each.length or 0, why=why) if why else (yield from _list(each, headers, most))
        listed.append(got)
        why = got.why
    lost, left_out = sum(each.lost for each in listed), sum(each.left_out for each in listed)
    notes = [not_asked(left_out)] if left_out else []
    notes += [no_longer(lost, why)] if why and lost else []
    notes += [f"its reviews could not be fetched ({why.reason})"] if why and is_pull else []
    return _thread(url, issue, number, [post for each in listed for post in each.posts], "; ".join(notes) or None)


def _issue(url: str, headers: Mapping[str, str]) -> Generator[FetchRequest, Response, _Issue]:
    """The issue or pull request at `url`. One that is elsewhere now is found there: the API leads to it, but only a
    request without headers follows."""
    try:
        response = yield FetchRequest(url, robots=False, headers=headers)
    except FetchFailed as error:
        if error.reason not in _MOVED:
            raise
        followed = yield FetchRequest(url, robots=False)
        now = parsed(followed, _Issue).url
        if not _AT_API.fullmatch(now) or now == url:
            raise
        response = yield FetchRequest(now, robots=False, headers=headers)
    return parsed(response, _Issue)


def _place(issue: _Issue) -> tuple[str, str]:
    """ "owner/name" of its repository, and its number there. Raises Unreadable."""
    place = _AT_API.fullmatch(issue.url)
    if not place:
        raise Unreadable("no posts", f"{issue.html_url} came without its address in the API: nothing was read")
    return place[1], place[2]


def _list(wanted: _List, headers: Mapping[str, str], most: int) -> Generator[FetchRequest, Response, _Listed]:
    """A list in the order of time: its first page, then from the last one backwards until there are `most`; where its
    length is not known, page after page."""
    posts: list[FetchedPost] = []
    page, got = 0 if wanted.length == 0 else 1, 0
    while page and got < most:
        url = f"{wanted.url}?per_page={_AT_ONCE}&page={page}"
        try:
            response = yield FetchRequest(url, robots=False, headers=headers)
            answer = _array(response)
        except (FetchFailed, Unreadable) as error:
            return _Listed(posts, max(0, (wanted.length or 0) - got), why=error)
        posts += [_post(said, wanted.mark) for said in usable(answer, _Said)]
        got += len(answer)
        if wanted.length is None:
            page = page + 1 if len(answer) == _AT_ONCE else 0
        elif page == 1:
            page = -(-wanted.length // len(answer)) if len(answer) > 0 else 0
            page = page if page > 1 else 0
        else:
            page = page - 1 if page > 2 else 0
    return _Listed(posts, left_out=max(0, (wanted.length or 0) - got) if page else 0)


def _array(response: Response) -> list[object]:
    answer = json_of(response)
    if not isinstance(answer, list):
        raise Unreadable("no posts", f"{response.url} sent no list: it was not read")
    return answer


def _post(said: _Said, mark: str) -> FetchedPost:
    login = said.user.login if said.user else ""
    changed = mark == "issuecomment-" and said.updated_at and said.updated_at != said.created_at
    return FetchedPost(
        id=f"{mark}{said.id}",
        url=said.html_url,
        author=login if login and login != _GHOST else None,
        time=moment(said.created_at or said.submitted_at),
        answers=f"{mark}{said.in_reply_to_id}" if said.in_reply_to_id else None,
        edited=bool(changed),
        body=said.body_html or said.body or "",
        form="html" if said.body_html or not said.body else "plain",
    )


def _thread(url: str, issue: _Issue, number: str, posts: list[FetchedPost], missing: str | None) -> FetchedThread:
    first = _post(issue, "").model_copy(update={"id": number})
    said = [post for post in posts if post.body or not post.id.startswith("pullrequestreview-")]
    by_id = {post.id: post for post in [first, *sorted(said, key=lambda post: post.time or "~")]}
    order = in_tree_order((post.id, post.answers) for post in by_id.values())
    return FetchedThread(
        title=issue.title,
        url=url,
        venue="GitHub",
        posts=tuple(by_id[post] for post in order),
        missing=missing,
    )


def site(token: str = "") -> DiscussionSite:
    """`token` is the operator's, for GitHub's API and no other host; without one it answers fewer requests an hour,
    and of discussions nothing."""
    return DiscussionSite("github", address, partial(requests, token=token))
