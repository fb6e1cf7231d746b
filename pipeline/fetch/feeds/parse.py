"""A feed's bytes become the pages it names: RSS, Atom, RDF and JSON Feed. Pure: bytes in, candidates out.

A page that is no feed itself may name some: `named_feeds`.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from pipeline.errors import Unreadable
from pipeline.fetch.addresses import joined
from pipeline.fetch.feeds.entries import BEYOND, EntrySays, FeedSays, in_words, kept
from pipeline.fetch.feeds.json_feed import json_feed
from pipeline.fetch.feeds.lenient import lenient
from pipeline.fetch.feeds.walk import walk
from pipeline.fetch.tags import tags, without_comments
from pipeline.records.items import Candidate

_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml")
_MARKS = re.compile(rb"<(?:[\w-]{1,20}:)?(?:rss|rdf|feed|channel|item|entry)\b", re.IGNORECASE)


class Feed(NamedTuple):
    """What a feed holds: its own name, its usable entries, newest first, how many it has in all, and why each of the
    others was left out, by a closed reason each."""

    venue: str
    entries: tuple[Candidate, ...]
    total: int
    left_out: tuple[str, ...] = ()

    @property
    def in_words(self) -> str:
        """How it was taken: `12 entries, 10 usable, 2 left out: listed twice`."""
        return in_words(self.total, len(self.entries), self.left_out)

    def first(self, most: int) -> "Feed":
        """The same with its newest `most` entries: the rest is left out, and counted."""
        reason = f"beyond the newest {most}"
        left_out = (*self.left_out, *(reason for _ in self.entries[most:]))
        return self._replace(entries=self.entries[:most], left_out=left_out)


def parse_feed(body: bytes, url: str, *, charset: str | None = None, address: str | None = None) -> Feed:
    """The feed. `url` is where its bytes came from in the end, and what its links are relative to where it does not
    say; `charset` the one its server named; `address` the one the feed goes by, if that is another: its entries are
    told by it. An entry with neither an address nor text is counted and left out. Raises Unreadable where `body` is
    no feed, and nothing else. Entities that a feed declares are expanded only where they are short plain text."""
    start = body.lstrip(b"\xef\xbb\xbf \t\r\n")
    if not start:
        raise Unreadable("empty", f"{url} is empty: it is no feed")
    feed, entries, total = _json_or_xml(start, body, url, address or url, charset)
    found, left_out = kept(feed, entries)
    return Feed(feed.venue, found, total, (*left_out, *(BEYOND for _ in range(total - len(entries)))))


def _json_or_xml(
    start: bytes, body: bytes, url: str, address: str, charset: str | None
) -> tuple[FeedSays, Sequence[EntrySays | None], int]:
    """What the feed and its entries state, and how many entries it has in all."""
    if start[:1] in b"{[":
        return json_feed(start, url, address)
    walked = walk(body, url, address, charset) if _may_be_feed(body) else None
    if walked and walked.whole and any(entry.links for entry in walked.entries):
        return walked.feed, walked.entries, walked.total
    taken = lenient(body, url, address, charset) if _may_be_feed(body) else None
    if walked and (not taken or _links(taken[1]) <= _links(walked.entries)):
        return walked.feed, walked.entries, walked.total
    if not taken:
        raise Unreadable("not a feed", f"{url} is no RSS, Atom or JSON feed: give it with --page if it is a page")
    return *taken, len(taken[1])


def _links(entries: Sequence[EntrySays]) -> int:
    return sum(bool(entry.links) for entry in entries)


def _may_be_feed(body: bytes) -> bool:
    """Whether any element of a feed stands in the bytes, as far as a look tells (text of two bytes a letter is not
    looked through)."""
    return b"\0" in body[:100] or bool(_MARKS.search(body))


def named_feeds(body: bytes, url: str) -> tuple[str, ...]:
    """The feeds that an HTML page says it has, in its order."""
    links = tags(without_comments(body.decode("utf-8", "replace")), "link")
    alternates = (link for link in links if "alternate" in link.get("rel", "").lower().split())
    named = [joined(url, link.get("href", "")) for link in alternates if link.get("type", "").lower() in _FEED_TYPES]
    return tuple(dict.fromkeys(address for address in named if address))
