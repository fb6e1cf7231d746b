"""Archives of mailing lists by what they give to mail programs: public-inbox (lore.kernel.org) and HyperKitty (Mailman
3) a thread, Pipermail (Mailman 2) a month, of which the thread of the mail that was named is taken. Which mail begins a
thread does not show in an address: each of its mails leads to it by an address of its own. What Pipermail files under
another month is not found."""

import html
import re
from collections.abc import Generator
from urllib.parse import SplitResult, quote, unquote, urlsplit

from pipeline.errors import FetchFailed, Unreadable
from pipeline.fetch.discussions.answers import SiteAnswer, parsed
from pipeline.fetch.discussions.mail import Archive, base_subject, hash_of, in_thread_of, letters_of, thread_of
from pipeline.protocols import DiscussionSite, ThreadRequests
from pipeline.records.items import FetchRequest, Response

_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?", re.IGNORECASE)

_INBOXES = frozenset(("lore.kernel.org", "public-inbox.org", "inbox.sourceware.org", "yhbt.net"))
_INBOX_PATH = re.compile(
    r"(/(?:(?!lists?/)[\w+-][\w.+-]*/){1,2})([^/]+)(?:/(?:[tTdRf]/?|raw|t\.mbox(?:\.gz)?|t\.atom)?)?"
)
_MESSAGE_ID = re.compile(r"[^\s<>@/][^\s<>@]{0,240}@[\w.-]*[A-Za-z][\w.-]*")
_ID_SAFE = "-._~!$&'()*+,;=:@"  # what public-inbox leaves as it is in an address

_KITTY_PATH = re.compile(r"(/(?:[\w-][\w.-]*/){0,3})list/([^/@]+@[^/@]+)/(thread|message)/([A-Z2-7]{32})/?")

_PIPER_PATH = re.compile(
    r"((?:/[\w~-][\w.~-]*){0,3}/pipermail/([\w+-][\w.+-]*)/"
    r"(?:\d{4}-[A-Z][a-z]{2,9}|\d{4}q[1-4]|\d{4}|\d{8}|Week-of-Mon-\d{8}))"
    r"(?:/?|(?:/((?:\d{6,8}|thread|subject|author|date|index)\.html))|\.txt(?:\.gz)?)"
)
_LISTED = re.compile(r'href="?(\d{6,8})\.html', re.IGNORECASE)
_ANSWERED_BY = re.compile(r"[?&;]In-Reply-To=([^\"'&;>\s]{1,500})", re.IGNORECASE)
_HEADING = re.compile(r"<h1>\s*([^<]{1,500})</h1>", re.IGNORECASE)


class _Kitten(SiteAnswer):
    thread: str


def inbox_address(url: str) -> str | None:
    """A mail's address at a public-inbox, told by the form: a list and a Message-ID."""
    parts = _plain(url)
    found = _INBOX_PATH.fullmatch(parts.path) if parts else None
    if not parts or not found or not _MESSAGE_ID.fullmatch(unquote(found[2])):
        return None
    inbox = "/all/" if found[1] == "/r/" and parts.netloc == "lore.kernel.org" else found[1]
    return f"{parts.scheme}://{parts.netloc}{inbox}{quote(unquote(found[2]), safe=_ID_SAFE)}/"


def known_inbox_address(url: str) -> str | None:
    """The same at a host that is known to be one."""
    found = inbox_address(url)
    return found if found and urlsplit(found).netloc in _INBOXES else None


def kitty_address(url: str) -> str | None:
    """A thread's or a mail's address at a HyperKitty."""
    parts = _plain(url)
    found = _KITTY_PATH.fullmatch(unquote(parts.path)) if parts else None
    return (
        f"{parts.scheme}://{parts.netloc}{found[1]}list/{found[2]}/{found[3]}/{found[4]}/" if parts and found else None
    )


def piper_address(url: str) -> str | None:
    """A mail's address at a Pipermail, or the list of a month's threads."""
    parts = _plain(url)
    found = _PIPER_PATH.fullmatch(parts.path) if parts else None
    if not parts or not found:
        return None
    page = found[3] if found[3] and found[3][0].isdigit() else "thread.html"
    return f"{parts.scheme}://{parts.netloc}{found[1]}/{page}"


def _plain(url: str) -> SplitResult | None:
    """An address taken apart, where nothing but a host's name stands for the host."""
    parts = urlsplit(url)
    return parts if parts.scheme in ("http", "https") and _HOST.fullmatch(parts.netloc) else None


def inbox_requests(url: str, _most: int) -> ThreadRequests:
    """One request: the mails of the thread."""
    response = yield FetchRequest(f"{url}t.mbox.gz", robots=False)
    inbox = url.rstrip("/").rpartition("/")[0]
    archive = letters_of(response.body, url)
    return thread_of(
        archive, url, place=lambda each: f"{inbox}/{quote(each, safe=_ID_SAFE)}/", venue=inbox.rpartition("/")[2]
    )


def kitty_requests(url: str, _most: int) -> ThreadRequests:
    """The mails of the thread. Where a mail was named: first which thread it is in; if that is not to be had, it is
    taken for the thread's first, after which a thread is called."""
    base, _, rest = url.partition("/list/")
    name, kind, thread, _ = rest.split("/")
    if kind == "message":
        try:
            response = yield FetchRequest(f"{base}/api/list/{name}/email/{thread}/?format=json", robots=False)
            thread = parsed(response, _Kitten).thread.rstrip("/").rpartition("/")[2]
        except FetchFailed as error:
            if not error.reason.startswith(("http 4", "robots")) or error.reason == "http 429":
                raise
        except Unreadable:
            pass
        if not thread.isalnum():
            raise Unreadable("no posts", f"{url}: the archive names no thread of that mail: none was read")
    response = yield FetchRequest(f"{base}/list/{name}/export/{name}-{thread}.mbox.gz?thread={thread}", robots=False)
    archive = letters_of(response.body, url)
    return thread_of(
        archive, url, place=lambda each: f"{base}/list/{name}/message/{hash_of(each)}/", venue=name.partition("@")[0]
    )


def piper_requests(url: str, _most: int) -> ThreadRequests:
    """The mail's page, which tells its Message-ID; the month it is in; and the list of its pages, for the addresses of
    the others."""
    month, _, page = url.rpartition("/")
    named: str | None = None
    if page == "thread.html":
        archive = yield from _month(month, ".txt.gz")
    else:
        about = (yield FetchRequest(url)).body.decode("latin-1")
        archive = yield from _month(month, ".txt.gz")
        named = _named_by(about, archive)
        if named is None:  # what is compressed once a day lacks today's
            archive = yield from _month(month, ".txt")
            named = _named_by(about, archive)
        if named is None:
            raise Unreadable("no posts", f"{url}: its mail is not in the archive of its month: none was read")
    try:
        listed = (yield FetchRequest(f"{month}/thread.html")).body.decode("latin-1")
    except FetchFailed:
        listed = ""
    pages = _pages(listed, archive, page if named else None, named)
    shown = archive._replace(letters=in_thread_of(archive.letters, named)) if named else archive
    called = " ".join(month.split("/")[-2:])
    return thread_of(
        shown,
        url,
        place=lambda each: f"{month}/{pages[each]}.html" if each in pages else f"{month}/thread.html#{quote(each)}",
        title=None if named else f"Mails of {called}",
        venue=called.partition(" ")[0],
    )


def _month(month: str, kind: str) -> Generator[FetchRequest, Response, Archive]:
    """The archive of a month, as text where it is not kept compressed."""
    try:
        response = yield FetchRequest(f"{month}{kind}", robots=False)
        return letters_of(response.body, response.url)
    except FetchFailed as error:
        if kind == ".txt" or not error.reason.startswith("http 4") or error.reason == "http 429":
            raise
    return (yield from _month(month, ".txt"))


def _named_by(about: str, archive: Archive) -> str | None:
    """The id of the mail that a page shows: by the link that answers it, else by its subject."""
    answered = [unquote(each).strip("<> ") for each in _ANSWERED_BY.findall(about)]
    by_id = next((letter.id for letter in archive.letters if letter.id in answered), None)
    heading = _HEADING.search(about)
    if by_id or not heading or any("@" in each for each in answered):
        return by_id
    subject = base_subject(" ".join(html.unescape(heading[1]).split()))
    return next((letter.id for letter in archive.letters if base_subject(letter.subject) == subject), None)


def _pages(listed: str, archive: Archive, page: str | None, named: str | None) -> dict[str, str]:
    """The number of each mail's page: pages are numbered in the order in which mails are filed, and so is the archive.
    Empty where the two do not agree."""
    numbers = sorted(set(_LISTED.findall(listed)), key=int)
    pages = {letter.id: number for letter, number in zip(archive.letters, numbers, strict=False)}
    agree = len(numbers) == len(archive.letters) and (not named or f"{pages.get(named)}.html" == page)
    return pages if agree else {named: page.removesuffix(".html")} if named and page else {}


known_inboxes = DiscussionSite("publicinbox", known_inbox_address, inbox_requests)
by_form = (
    DiscussionSite("publicinbox", inbox_address, inbox_requests, is_certain=False),
    DiscussionSite("hyperkitty", kitty_address, kitty_requests, is_certain=False),
    DiscussionSite("pipermail", piper_address, piper_requests, is_certain=False),
)
