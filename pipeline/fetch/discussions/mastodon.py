"""Mastodon: a post and what stands around it by its server's API (docs.joinmastodon.org), as those see it who are not
signed in: 60 posts below another and 20 replies deep at a time. A thread has no title: its first post's warning stands
for one, else that post's first words. A post that was taken back is not there, nor is anything that answers it; a link
to any post leads to the whole thread, but only the answers tell where that begins."""

import re
from collections import Counter
from collections.abc import Generator
from urllib.parse import urlsplit

from pipeline.errors import FetchFailed, SourceError, Unreadable
from pipeline.fetch.discussions.answers import SiteAnswer, in_tree_order, parsed, usable
from pipeline.fetch.discussions.microblogs import lines_of, missing_of, quotation, title_of
from pipeline.protocols import DiscussionSite, ThreadRequests
from pipeline.records.items import FetchRequest, Response
from pipeline.records.posts import FetchedPost, FetchedThread, moment

_PATHS = re.compile(
    r"/(?:@(?P<name>\w[\w.-]{0,99}(?:@[\w.-]{1,253})?)|users/(?P<user>\w[\w.-]{0,99})/statuses)/(?P<id>\d{1,20})/?",
    re.ASCII,
)
_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)+")
_MOST_ASKED = 30  # answers that one thread is put together from; a server gives 300 in 5 minutes
_FRUITLESS = 3  # answers in a row that brought nothing: what is missing is not given to anyone
_LEADS_TO_QUOTED = re.compile(r"<(p|span) class=\"quote-inline\">")
_BREAK = re.compile(r"<br\b[^<>]*>")
_REPLY = re.compile(r"(?:re:\s*)*", re.IGNORECASE)

_Asking = Generator[FetchRequest, Response, None]


class _Emoji(SiteAnswer):
    shortcode: str


class _Account(SiteAnswer):
    acct: str
    display_name: str | None = None
    emojis: object = None


class _Status(SiteAnswer):
    id: str
    account: _Account
    content: str
    created_at: object = None
    spoiler_text: str | None = None
    in_reply_to_id: str | None = None
    replies_count: int | None = None
    edited_at: object = None
    url: str | None = None
    quote: object = None
    reblog: object = None


class _Context(SiteAnswer):
    ancestors: list[object]
    descendants: list[object]


class _Quote(SiteAnswer):
    state: str
    quoted_status: _Status


_Known = dict[str, _Status]


def address(url: str) -> str | None:
    """The address of the post that the link leads to: which thread it belongs to only its server knows."""
    parts = urlsplit(url)
    host = parts.netloc.lower()
    post = _PATHS.fullmatch(parts.path)
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(host) or not post:
        return None
    return f"https://{host}/@{post['name'] or post['user']}/{post['id']}"


def requests(url: str, most: int) -> ThreadRequests:
    """The post, then what stands around it, then around the thread's first post; then below those posts whose replies
    did not all come, the newest first."""
    parts = urlsplit(url)
    number = parts.path.rpartition("/")[2]
    status = parsed((yield FetchRequest(f"{_api(parts.netloc)}{number}", robots=False)), _Status)
    status = next(iter(usable([status.reblog], _Status)), status)  # one that only passes another on is none
    known = {status.id: status}
    asked: set[str] = set()
    why: SourceError | None = None
    try:
        while (top := _first_of(known, status)) not in asked and len(asked) < _MOST_ASKED:
            yield from _around(top, parts.netloc, known, asked)
        yield from _below(parts.netloc, known, asked, most)
    except (FetchFailed, Unreadable) as error:
        why = error
    return _thread(known, known[_first_of(known, status)], parts.netloc, why)


def _api(host: str) -> str:
    return f"https://{host}/api/v1/statuses/"


def _around(post: str, host: str, known: _Known, asked: set[str]) -> _Asking:
    asked.add(post)
    context = parsed((yield FetchRequest(f"{_api(host)}{post}/context", robots=False)), _Context)
    for status in (*usable(context.ancestors, _Status), *usable(context.descendants, _Status)):
        known.setdefault(status.id, status)


def _below(host: str, known: _Known, asked: set[str], most: int) -> _Asking:
    fruitless = 0
    while len(known) < most and len(asked) < _MOST_ASKED and fruitless < _FRUITLESS:
        short = [post for post, lacking in _lacking(known).items() if lacking and post not in asked]
        if not short:
            return
        before = len(known)
        yield from _around(max(short, key=lambda post: _order(known[post])), host, known, asked)
        fruitless = 0 if len(known) > before else fruitless + 1


def _first_of(known: _Known, status: _Status) -> str:
    """The first post of the branch that leads to `status`, as far up as is known."""
    first, above = status.id, {status.id}
    while (answered := known[first].in_reply_to_id) and answered in known and answered not in above:
        first = answered
        above.add(first)
    return first


def _lacking(known: _Known) -> dict[str, int]:
    """How many replies each post counts that are not known."""
    given = Counter(status.in_reply_to_id for status in known.values())
    return {post: max(0, (status.replies_count or 0) - given[post]) for post, status in known.items()}


def _order(status: _Status) -> tuple[str, int, str]:
    return moment(status.created_at) or "", len(status.id), status.id


def _thread(known: _Known, first: _Status, host: str, why: SourceError | None) -> FetchedThread:
    """The posts, each behind what it answers, replies to one in the order of time."""
    title = first.spoiler_text or ""
    ordered = [first, *sorted((each for each in known.values() if each is not first), key=_order)]
    reading = in_tree_order((status.id, status.in_reply_to_id) for status in ordered)
    above = "what the first post answers was not given" if first.in_reply_to_id else ""
    return FetchedThread(
        title=title_of(_name(first.account) or first.account.acct, [title, *lines_of(first.content)]),
        url=_url(first, host),
        venue=host,
        posts=tuple(_post(known[each], host, title) for each in reading),
        missing=missing_of(sum(_lacking(known).values()), why, above),
    )


def _post(status: _Status, host: str, title: str) -> FetchedPost:
    warning = status.spoiler_text or ""
    repeated = _REPLY.sub("", warning, count=1).casefold() == title.casefold()
    return FetchedPost(
        id=status.id,
        url=_url(status, host),
        author=_name(status.account),
        handle=status.account.acct,
        time=moment(status.created_at),
        answers=status.in_reply_to_id,
        edited=bool(status.edited_at),
        title=None if repeated else warning or None,
        body=_body(status),
    )


def _url(status: _Status, host: str) -> str:
    own = status.url or ""
    return own if own.startswith(("https://", "http://")) else f"https://{host}/@{status.account.acct}/{status.id}"


def _name(account: _Account) -> str | None:
    """The name shown, without the pictures that stand in it by their short names."""
    name = account.display_name or ""
    for emoji in usable(account.emojis, _Emoji):
        name = name.replace(f":{emoji.shortcode}:", " ")
    return " ".join(name.split()) or None


def _body(status: _Status) -> str:
    """What the post says; below it what it quotes, in place of the line that leads there. A line break is one that was
    typed: what stands behind it belongs to no quotation before it."""
    body = _BREAK.sub("<br><br>", status.content)
    quoted = next((each.quoted_status for each in usable([status.quote], _Quote) if each.state == "accepted"), None)
    if not quoted:
        return body
    if leads := _LEADS_TO_QUOTED.search(body):
        body = body[: leads.start()] + body[leads.end() :].partition(f"</{leads[1]}>")[2]
    return body + quotation(_name(quoted.account) or quoted.account.acct, lines_of(quoted.content))


site = DiscussionSite("mastodon", address, requests, is_certain=False)
