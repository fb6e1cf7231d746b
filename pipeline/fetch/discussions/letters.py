"""One mail: who wrote it, when, what it answers, and its words (RFC 5322, RFC 2045 to 2047). Attachments are passed
over. A writer's address is never kept, and is taken out of the words where a program put it: behind a name, in the line
that says who is quoted."""

import codecs
import html
import re
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from typing import Literal, NamedTuple

from pipeline.records.posts import Moment, moment
from pipeline.text import one_line, short_hash

_MOST_HEAD = 65_536  # bytes
_MOST_HEADER = 20_000  # characters
_MOST_BYTES = 1_000_000  # of one mail that are looked at: its text stands before what is attached
_MOST_TEXT = 200_000  # characters
_MOST_PARTS = 50

_LONG_TYPE = re.compile(rb"^content-type:(?:[^\n]|\n[ \t]){4000}", re.IGNORECASE | re.MULTILINE)
_BOUNDARY = re.compile(rb"boundary[\s*\d]{0,20}=", re.IGNORECASE)
_ID = re.compile(r"<\s*([^<>\s]{1,250})\s*>")
_NOT_TEXT = frozenset(("punycode", "idna", "unicode_escape", "raw_unicode_escape", "utf-7"))
_NAME_FIRST = re.compile(r"\s*([^<]{0,300})<[^<>]{0,300}>")
_NAME_LAST = re.compile(r"[^()]{1,300}\(([^()]{1,200})\)\s*")
_IS_ADDRESS = re.compile(r"\S(?:@|\(a\))\S|\S at [\w-]+\.\S", re.IGNORECASE)
_VIA = re.compile(r"(?<!\s)\s+via\s+\S.*$")

_ADDRESS = r"[^\s<>()\[\]\"',;:]{1,100}(?:@|\(a\)| at )(?:[\w-]{1,80}\.){1,6}[A-Za-z]{2,24}"
_IN_BRACKETS = re.compile(rf"[ \t]?(?:<(?:mailto:)?{_ADDRESS}>|\[mailto:[^\]\s]{{1,200}}\])")
_IN_HTML = re.compile(rf"\s?&lt;(?:<a\s[^<>]{{0,300}}>)?{_ADDRESS}(?:</a>)?&gt;", re.IGNORECASE)
_WROTE = re.compile(r"(?:wrote|writes|said|schrieb|a écrit|escribió|escreveu|ha scritto|schreef|skrev)\b.{0,40}:\s*$")
_BARE = re.compile(rf"{_ADDRESS}(?:\s*\(([^()]{{1,100}})\))?")
_FOOTER = re.compile(
    r"(?:^|\n)_{20,}[ \t]*\n(?=(?:.*\n){0,3}.*(?:mailing list|listinfo|unsubscribe))[\s\S]*\Z", re.IGNORECASE
)
_SCRUBBED = re.compile(
    r"^-{10,} next part -{10,}\n(?:.{0,80} was scrubbed\b.*\n?(?:[A-Z][A-Za-z]{2,7} ?: .*(?:\n|\Z)){0,6})?", re.M
)
_ARMOUR = re.compile(r"^-----BEGIN PGP SIGNED MESSAGE-----\n(?:[A-Z][\w-]{1,20}: .*\n){0,5}\n?", re.MULTILINE)
_SIGNED = re.compile(r"^-----BEGIN PGP SIGNATURE-----\n[\s\S]*?(?:^-----END PGP SIGNATURE-----\n?|\Z)", re.MULTILINE)


class Letter(NamedTuple):
    """One mail. `references` are the ids of what it follows, the oldest first; `answers` is the last of them."""

    id: str
    subject: str
    author: str | None
    time: Moment | None
    answers: str | None
    references: tuple[str, ...]
    of_list: str | None
    raw: bytes


def letter_of(raw: bytes) -> Letter:
    """What a mail's headers say."""
    headers = _headers(raw)
    references = _ID.findall(headers.get("references", ""))
    parents = _ID.findall(headers.get("in-reply-to", "")) or _only_id(headers.get("in-reply-to", ""))
    answers = parents[0] if parents else references[-1] if references else None
    ids = _ID.findall(headers.get("message-id", "")) or _only_id(headers.get("message-id", ""))
    received = headers.get("received", "").rpartition(";")[2]
    return Letter(
        id=ids[0] if ids else short_hash(raw[:_MOST_HEAD].decode("latin-1"), length=20),
        subject=one_line(_decoded(headers.get("subject", ""))),
        author=_name(headers.get("from", "")),
        time=moment(headers.get("date")) or moment(headers.get("x-list-received-date")) or moment(received),
        answers=answers,
        references=tuple(dict.fromkeys([*references, *([answers] if answers else [])])),
        of_list=_list_name(headers.get("list-id", "")),
        raw=raw,
    )


def words_of(letter: Letter) -> tuple[str, Literal["html", "plain"]]:
    """A mail's words, and what they are written in: its plain text, or its HTML where it has no other. Empty where its
    parts cannot be told."""
    parts = len(_BOUNDARY.findall(letter.raw[:_MOST_BYTES])) + 1
    raw = letter.raw[: _MOST_BYTES // parts]  # each level that parts nest is gone through for every line
    if _LONG_TYPE.search(raw) or parts > _MOST_PARTS:
        return "", "plain"
    try:
        texts = _texts(message_from_bytes(raw))
    except Exception:  # the library's parser fails in many ways on what is no mail
        return "", "plain"
    plain = next(filter(None, (_tidy(text) for kind, text in texts if kind == "text/plain")), "")
    if plain:
        return plain, "plain"
    return _IN_HTML.sub("", next((text for kind, text in texts if kind == "text/html"), "")), "html"


def _headers(raw: bytes) -> dict[str, str]:
    """The headers by their small name, unfolded; of one that stands there twice, the first."""
    head = re.split(rb"\r?\n\r?\n", raw[:_MOST_HEAD], maxsplit=1)[0]
    found: dict[str, str] = {}
    for line in re.sub(rb"\r?\n[ \t]+", b" ", head).splitlines():
        name, _, value = line.partition(b":")
        found.setdefault(name.decode("latin-1").strip().lower(), _as_text(value, "")[:_MOST_HEADER].strip())
    return found


def _only_id(value: str) -> list[str]:
    """An id without its brackets, as some archives write it."""
    return [value] if re.fullmatch(r"[^<>\s]{1,250}", value) else []


def _decoded(value: str) -> str:
    """A header's words, which may be encoded (RFC 2047)."""
    try:
        return str(make_header(decode_header(value[:2000])))
    except (HeaderParseError, LookupError, ValueError):
        return value


def _name(sender: str) -> str | None:
    """The name in a From header; None where it has none but an address."""
    found = _NAME_FIRST.match(sender) or _NAME_LAST.fullmatch(sender)
    name = one_line(_decoded(re.sub(r"\\(.)", r"\1", found[1].strip().strip('"')))) if found else ""
    name = _VIA.sub("", re.sub(r"\([^()]*@[^()]*\)|<[^<>]*>", "", name)).strip(" \"'")
    return None if not name or _IS_ADDRESS.search(name) else name


def _list_name(value: str) -> str | None:
    """What a mailing list calls itself (RFC 2919), else the first part of its id."""
    called, _, own = value.partition("<")
    return one_line(_decoded(called.strip().strip('"'))) or own.partition(".")[0].strip(" >") or None


def _texts(message: Message) -> list[tuple[str, str]]:
    """The kind and text of each part that is shown, in their order; mails that a mail carries are none of its text."""
    found: list[tuple[str, str]] = []
    waiting = [message]
    while waiting:
        part = waiting.pop()
        kind = part.get_content_type()
        inner = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(inner, list):
            waiting += [each for each in reversed(inner) if isinstance(each, Message)]
        elif kind in ("text/plain", "text/html") and part.get_content_disposition() != "attachment":
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes):
                found.append((kind, _as_text(payload[:_MOST_BYTES], part.get_content_charset() or "")[:_MOST_TEXT]))
    return found


def _as_text(payload: bytes, charset: str) -> str:
    """Bytes as text: UTF-8 that reads as such is UTF-8, whatever is said of it; else by the charset that is stated."""
    if not payload.isascii():
        try:
            return payload.decode("utf-8")
        except UnicodeDecodeError:
            pass
    try:
        known = codecs.lookup(charset).name if charset else "ascii"
        return payload.decode("cp1252" if known in ("ascii", "utf-8", *_NOT_TEXT) else known, "replace")
    except (LookupError, ValueError):
        return payload.decode("cp1252", "replace")


def _tidy(text: str) -> str:
    """Plain text without what programs put around it: a list's footer, marks of scrubbed parts, a signature's armour,
    addresses."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _SIGNED.sub("", _ARMOUR.sub("", text)) if "-----BEGIN PGP" in text else text
    text = _SCRUBBED.sub("", _FOOTER.sub("", text))
    lines = [line for line in _IN_BRACKETS.sub("", text).split("\n") if not _BARE.fullmatch(line.strip())]
    return "\n".join(_without_addresses(line) if _WROTE.search(line) else line for line in lines).strip("\n")


def _without_addresses(line: str) -> str:
    """A line that says who is quoted, without addresses: by the name beside one, if any."""
    return _BARE.sub(lambda found: html.unescape(found[1] or "somebody"), line)
