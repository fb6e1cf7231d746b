"""What was found, what was got, and what was read.

Found     an address worth getting, as a feed or an operator names it
Fetched   the bytes that came back
Reading   text and bylines taken out of the bytes
Item      one work at one address, with what is known of it now
Snapshot  its text at one time: never changes
"""

import hashlib
import unicodedata
from datetime import datetime
from typing import Literal

from pipeline.records import Record
from pipeline.records.dates import PartialDate

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
_OPENING_WORDS = 60

Via = Literal["page", "feed", "search", "link"]
Evidence = Literal["full text", "abstract", "title only"]
State = Literal["pending", "read", "failed", "withdrawn"]
Verdict = Literal["relevant", "off topic", "copy", "listing", "no new claim expected", "moved to another thread"]
"""Whether an item can matter to a thread, by its title and opening; every word but the first sets it aside."""


class Found(Record):
    """An address to get, and what the place that named it said of it. `content` is its whole text as HTML, `extract` a
    few of its words, where the place gave them; `updated` when it was changed last."""

    url: str
    via: Via
    title: str | None = None
    venue: str | None = None
    author: str | None = None
    published: PartialDate | None = None
    updated: datetime | None = None
    content: str | None = None
    extract: str | None = None


class Known(Record):
    """What a server said of the bytes it sent last, so that it need not send them again (RFC 9110, section 13)."""

    etag: str | None = None
    last_modified: str | None = None


class Fetched(Record):
    """One answer from the web. `url` is what was asked, `final_url` what answered after redirects; `moved_to` the same
    where every redirect said it was for good. `unchanged` where the server sent nothing new: `body` is empty then.
    `charset` is the one the server named."""

    url: str
    final_url: str
    fetched_at: datetime
    media_type: str
    body: bytes
    charset: str | None = None
    known: Known = Known()
    moved_to: str | None = None
    unchanged: bool = False


class Reading(Record):
    """What a page says of itself. `text` is one paragraph a line; empty where only a title could be read. `canonical`
    is the address it calls its own, `links` are where its paragraphs lead, `withdrawn` that it says it was taken
    back."""

    text: str
    title: str
    evidence: Evidence
    venue: str | None = None
    author: str | None = None
    published: PartialDate | None = None
    language: str = "en"
    canonical: str | None = None
    links: tuple[str, ...] = ()
    withdrawn: bool = False


class Item(Record):
    """One work at one address. `state` and `reason` say how far it came; `copy_of` names the item it repeats, `apart`
    that the operator says it repeats none. `canonical` is the address its page calls its own, `links` where it leads;
    `read_from` names the bytes all this was read from."""

    id: str
    url: str
    via: Via
    title: str
    venue: str
    author: str | None = None
    published: PartialDate | None = None
    evidence: Evidence = "title only"
    state: State = "pending"
    reason: str | None = None
    copy_of: str | None = None
    apart: bool = False
    canonical: str | None = None
    links: tuple[str, ...] = ()
    read_from: str | None = None
    first_seen_at: datetime


class Sentence(Record):
    """A sentence of a snapshot: `text[start:end]`, counted in Unicode code points. Numbers begin at 1."""

    number: int
    start: int
    end: int


class Snapshot(Record):
    """The text of an item as it stood at one reading. Its id is a hash of item and text, so it cannot drift."""

    id: str
    item: str
    text: str
    language: str
    evidence: Evidence
    sentences: tuple[Sentence, ...]
    read_at: datetime

    def words(self, sentence: Sentence) -> str:
        return self.text[sentence.start : sentence.end]


def short_hash(*parts: str, length: int = 10) -> str:
    """A stable id made of its parts: the first `length` hexadecimal digits of their SHA-256."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:length]


def digest_of(body: bytes) -> str:
    """The name of some bytes: their SHA-256."""
    return hashlib.sha256(body).hexdigest()


def clean(text: str) -> str:
    """Text fit to be kept: NFC, line ends as \\n, and none of what a reader cannot see or a page could pretend with:
    control and private-use characters, lone surrogates, line separators, bidirectional overrides, zero-width and tag
    characters. The joiners that Arabic, Indic scripts and emoji are written with stay."""
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in text if c in "\n\t\u200c\u200d" or unicodedata.category(c) not in _UNSEEN)


def one_line(text: str) -> str:
    """`text` cleaned, its white space folded to single spaces: for titles, names and prompt lines."""
    return " ".join(clean(text).split())


def opening(text: str, most: int = _OPENING_WORDS) -> str:
    """The first words of a text, as a question about many texts shows them."""
    words = one_line(text).split()
    return " ".join(words[:most]) + (" …" if len(words) > most else "")
