"""OpenReview: a submission and its reviews, comments and decisions by the API of the site (docs.openreview.net), the
newer one first and the older one where that has nothing. Opening a note to readers changes it there: only where nothing
but its writers' own forms touched it is a change told as an edit. What is closed to the public is in no answer."""

import re
from collections.abc import Generator
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

from pydantic import Field

from pipeline.errors import FetchFailed, SourceError, Unreadable
from pipeline.fetch.discussions.answers import SiteAnswer, in_tree_order, no_longer, not_asked, parsed, usable
from pipeline.protocols import DiscussionSite, ThreadRequests
from pipeline.records.items import FetchRequest, Response
from pipeline.records.posts import FetchedPost, FetchedThread, moment

_SITE = "https://openreview.net/forum?id="
_NEWER = "https://api2.openreview.net/notes?"
_OLDER = "https://api.openreview.net/notes?details=revisions&"
_ID = re.compile(r"[\w-]{4,40}", re.ASCII)
_PAGE = 1000  # notes: what the API gives at most
_AT_ONCE_MS = 60_000  # what is saved again sooner was being posted, not edited
_PASSING = ("http 429", "http 5", "asked to wait", "too slow", "unreachable")

_BODIES = frozenset(("abstract", "comment", "review", "metareview", "rebuttal", "response"))
"""The fields that are a note's text itself: given without their name."""
_NOT_TEXT = frozenset(("title", "authors", "authorids", "pdf", "paperhash", "venue", "venueid", "verdict"))
_OF_A_SUBMISSION = frozenset(("TL;DR", "TLDR", "tldr", "abstract", "comment"))
"""What of a submission's form is read; the rest is for its venue: keywords, areas, promises."""
_FILES = ("/pdf/", "/attachment/")
_BEGINS_A_BLOCK = re.compile(r"\s*(?:>|[-*+]\s|\d+[.)]\s|#|\||```)")


class _Note(SiteAnswer):
    id: str
    forum: str
    replyto: str | None = None
    signatures: tuple[str, ...] = ()
    content: dict[str, Any] = Field(default_factory=dict)
    invitations: tuple[str, ...] = ()
    details: dict[str, Any] | None = None
    cdate: float | None = None
    tcdate: float | None = None
    mdate: float | None = None
    tmdate: float | None = None
    ddate: float | None = None


class _Notes(SiteAnswer):
    notes: list[object]
    count: int | None = None


class _Gathered(NamedTuple):
    """A forum's notes by id, how many more there are that were not listed, what kept those away, and how many could not
    be read."""

    notes: dict[str, _Note]
    lacking: int = 0
    why: SourceError | None = None
    unread: int = 0


def address(url: str) -> str | None:
    """The forum's address."""
    parts = urlsplit(url)
    forum = parse_qs(parts.query).get("id", [""])[0]
    if parts.scheme not in ("http", "https") or parts.netloc not in ("openreview.net", "www.openreview.net"):
        return None
    return f"{_SITE}{forum}" if parts.path in ("/forum", "/forum/") and _ID.fullmatch(forum) else None


def requests(url: str, most: int) -> ThreadRequests:
    """The forum's notes, the newest first, until `most` were fetched; and its submission, where it is not among
    them."""
    forum = url.rpartition("=")[2]
    api = _NEWER
    try:
        gathered = yield from _notes(api, forum, most)
    except FetchFailed as error:
        if error.reason.startswith(_PASSING):
            raise
        gathered = _Gathered({})
    if not gathered.notes:
        api = _OLDER
        gathered = yield from _notes(api, forum, most)
    if not gathered.notes:
        raise Unreadable("no posts", f"{url}: the site gives no notes of it to the public: none was read")
    if forum not in gathered.notes:
        gathered = yield from _with_submission(api, forum, gathered)
    return _thread(url, forum, gathered)


def _notes(api: str, forum: str, most: int) -> Generator[FetchRequest, Response, _Gathered]:
    """The notes of one API. Raises FetchFailed or Unreadable for its first answer alone."""
    notes: dict[str, _Note] = {}
    listed, count = 0, 0
    asked = f"{api}forum={forum}&sort=cdate:desc&trash=true&limit={min(_PAGE, most)}"
    while True:
        try:
            response = yield FetchRequest(f"{asked}&offset={listed}" if listed else f"{asked}&count=true", robots=False)
            page = parsed(response, _Notes)
        except SourceError as error:
            if not listed:
                raise
            return _Gathered(notes, max(count - listed, 0), error, listed - len(notes))
        listed += len(page.notes)
        count = count or page.count or 0
        held = len(notes)
        notes |= {note.id: note for note in usable(page.notes, _Note) if note.forum == forum}
        if len(notes) == held or (count and listed >= count) or len(notes) >= most:
            return _Gathered(notes, max(count - listed, 0), None, listed - len(notes))


def _with_submission(api: str, forum: str, gathered: _Gathered) -> Generator[FetchRequest, Response, _Gathered]:
    try:
        response = yield FetchRequest(f"{api}id={forum}", robots=False)
        found = {note.id: note for note in usable(parsed(response, _Notes).notes, _Note) if note.id == forum}
    except SourceError as error:
        return gathered._replace(why=gathered.why or error)
    return gathered._replace(notes={**found, **gathered.notes}, lacking=max(gathered.lacking - len(found), 0))


def _thread(url: str, forum: str, gathered: _Gathered) -> FetchedThread:
    by_time = sorted(gathered.notes.values(), key=lambda note: (note.id != forum, _posted(note) or 0, note.id))
    posts = {note.id: _post(url, note) for note in by_time}
    submission = gathered.notes.get(forum)
    missing = [] if submission or gathered.why else ["its submission is not shown to the public"]
    if gathered.why:
        missing.append(no_longer(max(gathered.lacking, 1), gathered.why))
    elif gathered.lacking:
        missing.append(not_asked(gathered.lacking))
    if gathered.unread > 0:
        missing.append(f"{gathered.unread:,} of its notes could not be read")
    return FetchedThread(
        title=(submission and _said(submission, "title")) or "A submission on OpenReview",
        url=url,
        venue=(submission and _said(submission, "venue")) or "OpenReview",
        posts=tuple(posts[note] for note in in_tree_order((each.id, each.answers) for each in posts.values())),
        missing="; ".join(missing) or None,
    )


def _post(url: str, note: _Note) -> FetchedPost:
    is_submission = note.id == note.forum
    gone = note.ddate is not None
    return FetchedPost(
        id=note.id,
        url=url if is_submission else f"{url}&noteId={note.id}",
        author=(_authors(note) if is_submission else "")
        or ", ".join(filter(None, map(_name, note.signatures)))
        or None,
        handle=_account(note, is_submission),
        time=moment(_posted(note)),
        answers=None if is_submission else note.replyto or note.forum,
        edited=_is_edited(note),
        withdrawn=gone,
        title=None if is_submission or gone else _said(note, "title") or None,
        body="" if gone else _body(note, is_submission),
        form="plain",
    )


def _posted(note: _Note) -> float | None:
    return note.cdate or note.tcdate


def _is_edited(note: _Note) -> bool:
    """Whether its writer changed it. The newer API counts what programs of the venue did to it as changes too, and
    names the forms that were used; the older one says that there are revisions."""
    if not note.invitations:
        return bool(note.details and note.details.get("revisions") is True)
    changed, posted = note.mdate or note.tmdate, _posted(note)
    own = all("Revision" in form for form in note.invitations[1:])
    return bool(changed and posted and own and changed - posted > _AT_ONCE_MS)


def _name(signature: str) -> str | None:
    """Who signed: a profile's name, or the last part of a group's; never a mail address."""
    if "@" in signature or signature.startswith("("):
        return None
    if signature.startswith("~"):
        return " ".join(re.sub(r"(?<!\d)\d+$", "", signature[1:]).split("_")).strip() or None
    return signature.rpartition("/")[2].replace("_", " ").strip() or None


def _authors(note: _Note) -> str:
    """The authors of a submission, where it names them."""
    listed = _value(note.content.get("authors"))
    names = (
        [each.get("fullname") if isinstance(each, dict) else each for each in listed]
        if isinstance(listed, list)
        else []
    )
    return ", ".join(name for name in names if isinstance(name, str) and name and "@" not in name)


def _account(note: _Note, is_submission: bool) -> str | None:
    """The one profile that a note is from, where it names one."""
    named = _value(note.content.get("authorids")) if is_submission else note.signatures
    accounts = list(named) if isinstance(named, list | tuple) else []
    is_profile = len(accounts) == 1 and re.match(r"~\w", str(accounts[0])) is not None
    return accounts[0] if is_profile else None


def _body(note: _Note, is_submission: bool) -> str:
    """What a note's fields say, in their order, each behind its name."""
    parts: list[str] = []
    for field, value in note.content.items():
        if field in _NOT_TEXT or field.startswith("_") or (is_submission and field not in _OF_A_SUBMISSION):
            continue
        said = _text(_value(value))
        if not said or said.startswith(_FILES):
            continue
        if field in _BODIES:
            parts.append(said)
        else:
            name = " ".join(field.split("_")).strip()
            parts.append(f"{name[:1].upper()}{name[1:]}:{_between(said)}{said}")
    return "\n\n".join(parts)


def _between(said: str) -> str:
    return "\n\n" if _BEGINS_A_BLOCK.match(said) else " "


def _said(note: _Note, field: str) -> str:
    return _text(_value(note.content.get(field)))


def _value(field: object) -> object:
    """A field's value, which the newer API wraps."""
    return field.get("value") if isinstance(field, dict) else field


def _text(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(filter(None, map(_text_of_one, value)))
    return _text_of_one(value)


def _text_of_one(value: object) -> str:
    return str(value).strip() if isinstance(value, str | int | float) else ""


site = DiscussionSite("openreview", address, requests)
