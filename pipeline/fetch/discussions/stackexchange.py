"""The sites of Stack Exchange by their API: a question, its answers, and the comments on each. What was deleted is gone
there; accounts have a name that is shown and no other; which comment a comment answers only its words may say."""

import html
import re
from collections.abc import Generator, Iterable, Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

from pipeline.errors import FetchFailed, SourceError, Unreadable
from pipeline.fetch.discussions.answers import (
    SiteAnswer,
    in_tree_order,
    no_longer,
    not_asked,
    parsed,
    usable,
)
from pipeline.protocols import DiscussionSite, ThreadRequests
from pipeline.records.items import FetchRequest, Response
from pipeline.records.posts import FetchedPost, FetchedThread, moment

_API = "https://api.stackexchange.com/2.3"
_HOST = re.compile(
    r"(?:[a-z]{2}\.)?(?:meta\.)?stackoverflow\.com|(?:meta\.)?(?:superuser|serverfault|askubuntu)\.com"
    r"|(?:meta\.)?mathoverflow\.net|stackapps\.com|(?!(?:api|chat|data|area51)\.)[a-z0-9-]+(?:\.meta)?\.stackexchange\.com"
)
_OLD_META = re.compile(r"meta\.([a-z0-9-]+)\.stackexchange\.com")
_PATH = re.compile(r"/(?:questions/(\d{1,10})(?:/.*)?|q/(\d{1,10})(?:/\d{1,10})?/?)", re.ASCII)
_AT_ONCE = 100  # the most that a page may have, and the most posts whose comments may be asked for together


class _Owner(SiteAnswer):
    display_name: str | None = None


class _Post(SiteAnswer):
    owner: _Owner | None = None
    body: str = ""
    creation_date: int | None = None
    last_edit_date: int | None = None


class _Question(_Post):
    question_id: int
    title: str
    answer_count: int = 0


class _Answer(_Post):
    answer_id: int


class _Comment(_Post):
    comment_id: int
    post_id: int
    edited: bool = False


class _Page(SiteAnswer):
    items: list[object]
    has_more: bool = False
    backoff: int = 0


class _Listed(NamedTuple):
    """What came of a list: whether it has `more`, and `why` it is not asked for again. Where it was `refused`, nothing
    else is asked for either; the API's own `backoff` is about one list and leaves the others."""

    items: Sequence[object] = ()
    more: bool = False
    why: SourceError | None = None
    refused: bool = False


def address(url: str) -> str | None:
    """The question's address; an answer's own short one (/a/N) does not say which question's it is."""
    parts = urlsplit(url)
    host = _OLD_META.sub(r"\1.meta.stackexchange.com", parts.netloc.lower().removeprefix("www."))
    path = _PATH.fullmatch(parts.path)
    return f"https://{host}/questions/{path[1] or path[2]}" if path and _HOST.fullmatch(host) else None


def requests(url: str, most: int) -> ThreadRequests:
    """The question, its answers and the comments on all of these; of long lists the newest."""
    host, number = urlsplit(url).hostname, url.rpartition("/")[2]
    asked = f"?site={host}&filter=withbody"
    response = yield FetchRequest(f"{_API}/questions/{number}{asked}", robots=False)
    questions = usable(parsed(response, _Page).items, _Question)
    if not questions:
        raise Unreadable("no posts", f"{url} is not among what its site gives to programs: nothing was read")
    question = questions[0]
    asked += f"&sort=creation&order=desc&pagesize={_AT_ONCE}"
    listed = (
        (yield from _list(f"{_API}/questions/{number}/answers{asked}", most)) if question.answer_count else _Listed()
    )
    answers, why = usable(listed.items, _Answer), listed.why
    notes, rest = list[str](), question.answer_count - len(listed.items)
    if listed.more and rest > 0:
        notes.append(no_longer(rest, why) if why else not_asked(rest))
    why = why if listed.refused else None
    waiting = [number, *(str(answer.answer_id) for answer in answers)]
    comments: list[_Comment] = []
    while waiting and not why and len(answers) + len(comments) < most:
        listed = yield from _list(f"{_API}/posts/{';'.join(waiting[:_AT_ONCE])}/comments{asked}", most)
        comments += usable(listed.items, _Comment)
        waiting, why = waiting if listed.more else waiting[_AT_ONCE:], listed.why
        if listed.more:
            break
    if waiting:
        notes.append(f"not all comments could be fetched ({why.reason})" if why else "not all comments were asked for")
    return _thread(url, question, answers, comments, "; ".join(notes) or None)


def _list(url: str, most: int) -> Generator[FetchRequest, Response, _Listed]:
    """A list page by page, until there are `most`."""
    items: list[object] = []
    page = 1
    while len(items) < most:
        try:
            response = yield FetchRequest(f"{url}&page={page}", robots=False)
            answer = parsed(response, _Page)
        except (FetchFailed, Unreadable) as error:
            return _Listed(items, True, error, refused=True)
        items += answer.items
        if answer.backoff:
            why = FetchFailed("asked to wait", f"{url} asked for {answer.backoff} s of rest", float(answer.backoff))
            return _Listed(items, answer.has_more, why)
        if not answer.has_more:
            return _Listed(items)
        page += 1
    return _Listed(items, True)


def _thread(
    url: str, question: _Question, answers: Sequence[_Answer], comments: Sequence[_Comment], missing: str | None
) -> FetchedThread:
    host, first = urlsplit(url).hostname, str(question.question_id)
    posts = [_post(question, first, url, None)]
    posts += _by_time(
        _post(comment, f"comment{comment.comment_id}", f"{url}#comment{comment.comment_id}_{comment.post_id}",
              str(comment.post_id), comment.edited)
        for comment in comments
    )  # fmt: skip
    posts += _by_time(
        _post(answer, str(answer.answer_id), f"https://{host}/a/{answer.answer_id}", first) for answer in answers
    )
    by_id = {post.id: post for post in posts}
    order = in_tree_order((post.id, post.answers) for post in by_id.values())
    return FetchedThread(
        title=html.unescape(question.title),
        url=url,
        venue=host,
        posts=tuple(by_id[post] for post in order),
        missing=missing,
    )


def _by_time(posts: Iterable[FetchedPost]) -> list[FetchedPost]:
    return sorted(posts, key=lambda post: post.time or "~")


def _post(said: _Post, post: str, url: str, answers: str | None, edited: bool = False) -> FetchedPost:
    return FetchedPost(
        id=post,
        url=url,
        author=html.unescape(said.owner.display_name or "") or None if said.owner else None,
        time=moment(said.creation_date),
        answers=answers,
        edited=edited or said.last_edit_date is not None,
        body=said.body,
    )


site = DiscussionSite("stackexchange", address, requests)
