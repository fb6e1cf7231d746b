"""What kind of file came back: by what the server calls it, and by its first bytes where that says nothing."""

import re
from typing import Literal
from urllib.parse import urlsplit

from pipeline.fetch.discussions.mail import begins_as_mbox, is_compressed
from pipeline.fetch.next_pages import PAGES_TYPE
from pipeline.records.items import Response
from pipeline.records.posts import THREAD_TYPE

Media = Literal["thread", "pages", "mail", "pdf", "html", "markdown", "plain", "other"]

_HTML_TYPES = frozenset(("text/html", "application/xhtml+xml", ""))
_MARKDOWN_TYPES = frozenset(("text/markdown", "text/x-markdown"))
_SILENT_TYPES = frozenset(
    ("application/octet-stream", "binary/octet-stream", "application/x-unknown", "unknown/unknown")
)
_MAIL_TYPES = frozenset(("application/mbox", "text/x-mbox"))
_MAIL_ARCHIVE = re.compile(r"\.mbox(?:\.gz)?$|/pipermail/.*\.txt\.gz$")
_MARKDOWN_ENDS = (".md", ".markdown", ".mdown", ".mkd")
_FIRST_BYTES = 4096
_PROLOG = re.compile(rb"(?:\s|<\?[^>]{0,500}>|<!--(?:[^-]|-(?!->)){0,3000}-->|<!doctype[^>]{0,500}>)*+", re.IGNORECASE)
_FIRST_TAG = re.compile(rb"<(?:html|head|body|title|meta|article|main|h1|div|p|script|style|link)[\s>/]", re.IGNORECASE)
_DOCTYPE = re.compile(rb"\s*<!doctype\s+html", re.IGNORECASE)
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def media_of(fetched: Response) -> Media:
    """The kind of file that `fetched` holds. Servers call HTML octet-stream or XML, and Markdown plain text."""
    kind, first = fetched.media_type, fetched.body[:_FIRST_BYTES].removeprefix(b"\xef\xbb\xbf")
    if kind == THREAD_TYPE:
        return "thread"
    if kind == PAGES_TYPE:
        return "pages"
    if kind == "application/pdf" or fetched.body.startswith(b"%PDF-"):
        return "pdf"
    if kind in _MAIL_TYPES or _is_mail(fetched):
        return "mail"
    if kind in _HTML_TYPES:
        return "html"
    marked = _path(fetched).endswith(_MARKDOWN_ENDS)
    if kind in _MARKDOWN_TYPES:
        return "markdown"
    if kind == "text/plain":
        return "markdown" if marked else "plain"
    if _looks_like_html(first):
        return "html"
    if kind in _SILENT_TYPES and not _CONTROL.search(first) and first.strip():
        return "markdown" if marked else "plain" if _path(fetched).endswith((".txt", ".text")) else "other"
    return "other"


def _is_mail(fetched: Response) -> bool:
    """Whether bytes are mails as archives keep them. Servers call these plain text, or by how they are compressed."""
    if is_compressed(fetched.body):
        return bool(_MAIL_ARCHIVE.search(_path(fetched)))
    return begins_as_mbox(fetched.body)


def _looks_like_html(first: bytes) -> bool:
    """Whether bytes begin as a web page does: with its doctype, or with an element of HTML after any prolog."""
    prolog = _PROLOG.match(first)
    return bool(_DOCTYPE.match(first) or _FIRST_TAG.match(first, prolog.end() if prolog else 0))


def _path(fetched: Response) -> str:
    try:
        return urlsplit(fetched.final_url).path.lower()
    except ValueError:
        return ""
