"""Mails as archives keep them (mbox, RFC 4155, also gzip-compressed) become a thread of posts. A mail cannot be edited,
and an archive does not say which it has removed: neither is told."""

import re
import zlib
from base64 import b32encode
from collections.abc import Callable, Sequence
from hashlib import sha1
from typing import NamedTuple
from urllib.parse import quote, unquote, urlsplit

from pipeline.errors import Unreadable
from pipeline.fetch.discussions.answers import in_tree_order
from pipeline.fetch.discussions.letters import Letter, letter_of, words_of
from pipeline.records.posts import FetchedPost, FetchedThread

_MOST_EXPANDED = 64_000_000  # bytes
_MOST_MEMBERS = 1000  # that a compressed file is made of
_CHUNK = 65_536
_MOST_LETTERS = 20_000  # of one archive
_MOST_POSTS = 2_000  # of one archive that are read; a discussion's own limit is lower

_GZIP = b"\x1f\x8b"
_FROM = re.compile(rb"^From [^\r\n]{1,300}\r?\n(?=>?[!-9;-~]{1,80}:)", re.MULTILINE)
_TIME = re.compile(rb"\d:\d\d")
_YEAR = re.compile(rb"\b\d{4}\b")
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)
_MARKS = re.compile(r"(?:(?:re|aw|sv|vs|antw|odp|fwd?|wg)(?:\[\d+\])? ?: ?|\[[^\]]{1,60}\] ?)*", re.IGNORECASE)
_REPLY = re.compile(r"(?:\[[^\]]{1,60}\] ?)*(?:re|aw|sv|vs|antw|odp)(?:\[\d+\])? ?:", re.IGNORECASE)


class Archive(NamedTuple):
    """The mails of an archive in its order, and what of it could not be read."""

    letters: tuple[Letter, ...]
    missing: str | None = None


def begins_as_mbox(body: bytes) -> bool:
    """Whether bytes begin with a mail as archives keep it: a line "From ", a date, then headers."""
    start = _FROM.match(body[:1000].removeprefix(b"\xef\xbb\xbf").lstrip())
    return bool(start and _dated(start[0]))


def is_compressed(body: bytes) -> bool:
    """Whether bytes begin as a gzip file does."""
    return body.startswith(_GZIP)


def mail_thread(body: bytes, url: str) -> FetchedThread:
    """The thread that `url` names by a mail's id, or by the hash of it that HyperKitty uses; else all mails of the
    archive. Raises Unreadable."""
    archive = letters_of(body, url)
    letters = archive.letters
    named = _named(letters, url)
    if named:
        letters = in_thread_of(letters, named)
    trees = _trees(letters)
    is_one = len({_root(letter.id, trees) for letter in letters}) == 1
    venue = next((letter.of_list for letter in letters if letter.of_list), None)
    title = None if is_one else f"Mails of {_file_name(url)}"
    return thread_of(archive._replace(letters=letters), url, title=title, venue=venue)


def letters_of(body: bytes, url: str) -> Archive:
    """The mails of an archive, in its order. Raises Unreadable."""
    missing = None
    if is_compressed(body):
        body, missing = _expanded(body)
    body = body.removeprefix(b"\xef\xbb\xbf")
    starts = [found for found in _FROM.finditer(body) if _dated(found[0])]
    if not starts or body[: starts[0].start()].strip():
        raise Unreadable("no posts", f"{url} holds no mails as archives keep them: none were read")
    if len(starts) > _MOST_LETTERS:
        missing = f"the last {_MOST_LETTERS:,} of {len(starts):,} mails were read"
    ends = [*(found.start() for found in starts[1:]), len(body)]
    raw = [body[found.end() : end] for found, end in zip(starts, ends, strict=True)][-_MOST_LETTERS:]
    return Archive(tuple(letter_of(_QUOTED_FROM.sub(rb"\1", each)) for each in raw), missing)


def in_thread_of(letters: Sequence[Letter], named: str) -> tuple[Letter, ...]:
    """The mails that belong to the thread of the one with the id `named`."""
    trees = _trees(letters)
    root = _root(named, trees)
    return tuple(letter for letter in letters if _root(letter.id, trees) == root)


def thread_of(
    archive: Archive,
    url: str,
    *,
    place: Callable[[str], str] | None = None,
    title: str | None = None,
    venue: str | None = None,
) -> FetchedThread:
    """The mails as a thread, each behind what it answers. `place` is the address of the mail with an id; `title` is the
    thread's, where it is not its first mail's subject."""
    letters: dict[str, Letter] = {}
    for letter in archive.letters:
        letters.setdefault(letter.id, letter)  # one that went to two lists stands there twice
    missing = archive.missing
    if len(letters) > _MOST_POSTS:
        missing = f"{_MOST_POSTS:,} of {len(letters):,} mails were read: the newest"
    newest = sorted(letters.values(), key=lambda letter: letter.time or "9")[-_MOST_POSTS:]
    held = {letter.id for letter in newest}
    above = {letter.id: _nearest(letter, held) for letter in newest}
    order = in_tree_order(above.items())
    if not order:
        raise Unreadable("no posts", f"{url}: none of its mails could be found")
    title = title or letters[order[0]].subject or "Mails without a subject"
    place = place or _within(url)
    posts = [_post(letters[each], letters.get(above[each] or ""), title, place(each)) for each in order]
    return FetchedThread(title=title, url=url, venue=venue, posts=tuple(posts), missing=missing)


def base_subject(subject: str) -> str:
    """A subject without what marks it as a reply or a list's, for comparing."""
    return re.sub(r"\s", "", _MARKS.sub("", subject, count=1)).casefold()


def hash_of(message_id: str) -> str:
    """The name that HyperKitty gives a mail in its addresses."""
    return b32encode(sha1(message_id.encode(errors="replace"), usedforsecurity=False).digest()).decode()


def _post(letter: Letter, above: Letter | None, title: str, url: str) -> FetchedPost:
    """A mail as a post; its subject is its own where that is neither the one's above it nor the thread's."""
    body, form = words_of(letter)
    follows = base_subject(above.subject if above else title)
    return FetchedPost(
        id=letter.id,
        url=url,
        author=letter.author,
        time=letter.time,
        answers=letter.answers,
        title=letter.subject if base_subject(letter.subject) != follows else None,
        body=body,
        form=form,
    )


def _within(url: str) -> Callable[[str], str]:
    return lambda message_id: f"{url.partition('#')[0]}#{quote(message_id, safe='@')}"


def _nearest(letter: Letter, held: set[str]) -> str | None:
    """The nearest of what a mail follows that is there."""
    return (
        letter.answers if letter.answers in held else next((r for r in reversed(letter.references) if r in held), None)
    )


def _trees(letters: Sequence[Letter]) -> dict[str, str]:
    """Mails that belong together, each under another of them: by what they refer to, also to the same mail that is
    not there; and a reply that refers to nothing, by its subject."""
    above: dict[str, str] = {}
    by_subject: dict[str, str] = {}
    for letter in letters:
        for reference in letter.references:
            above[_root(reference, above)] = _root(letter.id, above)
        subject = base_subject(letter.subject)
        first = by_subject.setdefault(subject, letter.id)
        if not letter.references and _REPLY.match(letter.subject):
            above[_root(letter.id, above)] = _root(first, above)
    return above


def _root(message_id: str, above: dict[str, str]) -> str:
    while above.get(message_id, message_id) != message_id:
        above[message_id] = message_id = above.get(above[message_id], above[message_id])
    return message_id


def _named(letters: Sequence[Letter], url: str) -> str | None:
    parts = urlsplit(url)
    said = {unquote(each) for each in re.split(r"[/?&=#]", f"{parts.path}?{parts.query}#{parts.fragment}") if each}
    return next((letter.id for letter in letters if letter.id in said or hash_of(letter.id) in said), None)


def _file_name(url: str) -> str:
    segments = [unquote(each) for each in urlsplit(url).path.split("/") if each]
    return re.sub(r"(?:\.(?:txt|mbox|gz|mbx))+$", "", " ".join(segments[-2:])) or "an archive"


def _dated(line: bytes) -> bool:
    return bool(_TIME.search(line) and _YEAR.search(line))


def _expanded(body: bytes) -> tuple[bytes, str | None]:
    """What a compressed file holds, and what of it was not read. Such a file may be several behind each other."""
    out = bytearray()
    inflate, members = zlib.decompressobj(wbits=31), 1
    try:
        for start in range(0, len(body), _CHUNK):
            piece = body[start : start + _CHUNK]
            while piece and not (inflate.eof and not piece.strip(b"\0")):
                if len(out) >= _MOST_EXPANDED or members > _MOST_MEMBERS:
                    return bytes(out), f"the archive is larger than {len(out) // 1_000_000} MB: its rest was not read"
                if inflate.eof:
                    inflate, members = zlib.decompressobj(wbits=31), members + 1
                out += inflate.decompress(piece, _MOST_EXPANDED - len(out))
                piece = inflate.unused_data if inflate.eof else inflate.unconsumed_tail
    except zlib.error:
        return bytes(out), "the archive is damaged: its rest could not be read"
    return bytes(out), None if inflate.eof else "the archive ends early: its rest could not be read"
