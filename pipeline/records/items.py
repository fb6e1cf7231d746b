"""A work on its way from an address to a text.

Candidate     an address worth fetching, as a feed or an operator names it
FetchRequest  a request to the web
Response      the bytes that came back
FetchedPages  the pages of an article that stands on several
PageText      text and bylines taken out of the bytes
Item          one work at one address, with what is known of it now
Snapshot      its text at one time: never changes
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, NamedTuple

from pydantic import ConfigDict, Field

from pipeline.records import Record
from pipeline.records.dates import PartialDate
from pipeline.records.posts import Moment, Post

Via = Literal["page", "feed", "search", "link"]
"""How an item came to a thread."""
Extent = Literal["full text", "part", "abstract", "title only"]
"""How much of a work was read. "part": its page says that there is more of it than could be read."""
TextFrom = Literal["page", "feed", "feed extract"]
"""Whose words a text is: a page's, or those of the feed that names it, whole or only as much as the feed gives."""
DateFrom = Literal["metadata", "byline", "address", "feed", "update"]
"""What states a date of publication; "update": the page says only when it was brought up to date."""
ItemState = Literal["pending", "read", "failed", "withdrawn"]
Relevance = Literal[
    "relevant",
    "off topic",
    "copy",
    "listing",
    "no new claim expected",
    "moved to another thread",
    "dropped by the operator",
]
"""Whether an item can matter to a thread, by its title and opening; every value but the first sets it aside."""


class Candidate(Record):
    """An address to fetch, and what the source that named it says about it. `content` is its whole text as HTML,
    `extract` a few of its words, where the source gave them; `updated` is when it was last changed.

    Of a feed's entry, `feed` is the address the feed goes by and `guid` what the feed tells the entry by; `dates` are
    its dates as the feed writes them; `has_page` is False where no page is its own, and `url` leads to what is nearest
    (its recording, the feed's site)."""

    url: str
    via: Via
    title: str | None = None
    venue: str | None = None
    author: str | None = None
    published: PartialDate | None = None
    updated: datetime | None = None
    content: str | None = None
    extract: str | None = None
    feed: str | None = None
    guid: str | None = None
    dates: str | None = None
    has_page: bool = True


class Validators(Record):
    """What a server said of the bytes it sent last, so that it need not send them again (RFC 9110, section 8.8)."""

    etag: str | None = None
    last_modified: str | None = None


class FetchRequest(NamedTuple):
    """One request to the web. With `validators` the server sends only what has changed since (RFC 9110, section 13).
    `robots` False is for what its host offers to programs (a feed, a search), and for nothing else. With `send` the
    request is a POST of that JSON; `headers` go to that host alone."""

    url: str
    validators: Validators | None = None
    robots: bool = True
    send: Mapping[str, Any] | None = None
    headers: Mapping[str, str] | None = None


class Response(Record):
    """One response from the web. `url` is the address requested, `final_url` the one that answered after redirects;
    `moved_to` is the same where every redirect was permanent. `unchanged` says that the server sent nothing new: `body`
    is empty then. `charset` is the one the server named, `refresh` its `Refresh` header (where a browser goes on to, as
    `meta refresh` says it), `text_from` says whose words `body` holds."""

    url: str
    final_url: str
    fetched_at: datetime
    media_type: str
    body: bytes
    charset: str | None = None
    validators: Validators = Validators()
    moved_to: str | None = None
    unchanged: bool = False
    refresh: str | None = None
    text_from: TextFrom = "page"


class FetchedPage(Record):
    """One page of an article that stands on several: its bytes, and what its server said of them. In JSON the bytes
    are base64."""

    model_config = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")

    url: str
    media_type: str
    charset: str | None = None
    body: bytes


class FetchedPages(Record):
    """The pages of one article, in their order."""

    model_config = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")

    pages: tuple[FetchedPage, ...]


class PageText(Record):
    """What a page says of itself. `text` has one paragraph a line and is empty where only a title could be read.
    `canonical` is the address the page calls its own, `links` are the addresses its paragraphs link to, `withdrawn`
    that it says it was withdrawn. `whole_lines` are the numbers, from 0, of lines of `text` that are one unit: a row
    of a table, a block of code. `posts` are where it is a thread of posts, `missing` what of it could not be had."""

    text: str
    title: str
    extent: Extent
    venue: str | None = None
    author: str | None = None
    published: PartialDate | None = None
    date_from: DateFrom | None = None
    language: str = "en"
    canonical: str | None = None
    links: tuple[str, ...] = ()
    withdrawn: bool = False
    whole_lines: tuple[int, ...] = ()
    posts: tuple[Post, ...] = ()
    missing: str | None = None


class Item(Record):
    """One work at one address. `state` says how far it came, `reason` why no further; `copy_of` is the id of the item
    it repeats, `apart` says that by the operator's word it repeats none. `canonical` is the address its page calls its
    own, `links` the addresses it links to; `read_from` is the digest of the bytes that all this was read from,
    `text_from` says whose words they are. `posts` is how many posts it has and `last_post` when the last was written,
    where it is a discussion; `missing` what of it could not be had."""

    id: str
    url: str
    via: Via
    title: str
    venue: str
    author: str | None = None
    published: PartialDate | None = None
    date_from: DateFrom | None = None
    extent: Extent = Field(default="title only", alias="evidence")
    text_from: TextFrom = "page"
    state: ItemState = "pending"
    reason: str | None = None
    copy_of: str | None = None
    apart: bool = False
    canonical: str | None = None
    links: tuple[str, ...] = ()
    read_from: str | None = None
    posts: int = 0
    last_post: Moment | None = None
    missing: str | None = None
    first_seen_at: datetime


class SentenceSpan(Record):
    """A sentence of a snapshot: `text[start:end]`, counted in Unicode code points. Numbers begin at 1."""

    number: int
    start: int
    end: int


class Snapshot(Record):
    """The text of an item as it was read at one time. Its id is a hash of item and text: another text is another
    snapshot. `posts` say who wrote which part of it, where it is a thread of posts, in the order of the text."""

    id: str
    item: str
    text: str
    language: str
    extent: Extent = Field(alias="evidence")
    sentences: tuple[SentenceSpan, ...]
    read_at: datetime
    posts: tuple[Post, ...] = ()

    def text_of(self, sentence: SentenceSpan) -> str:
        """The words of one sentence."""
        return self.text[sentence.start : sentence.end]
