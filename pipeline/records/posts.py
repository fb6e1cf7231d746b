"""A thread of posts: as a site gives it, and as it stands in a text.

FetchedThread  the posts of a thread with their bodies, as its site or its page gives them
Post           one post, and where its words stand in a snapshot's text
"""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Annotated, Literal

from pydantic import AfterValidator

from pipeline.records import Record
from pipeline.records.dates import partial_date

THREAD_TYPE = "application/vnd.information-machine.thread+json"
"""The media type of a FetchedThread's JSON, as bytes that were fetched are kept."""

COMMENTS = "#comments"
"""What the address of an article's comments ends in, where they are read as a discussion of their own."""

_MILLISECONDS = 100_000_000_000  # a number of seconds that large lies in the year 5138
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


@lru_cache(maxsize=4096)  # records say the same moments again and again
def _checked(text: str) -> str:
    if not (_TIME.fullmatch(text) or partial_date(text) == text):
        raise ValueError(f"{text!r} is no time: write YYYY-MM-DDTHH:MM:SSZ, or a date cut to its known precision")
    return text


Moment = Annotated[str, AfterValidator(_checked)]
"""When something was posted, as precise as it is known: to the second in UTC, or a date. Sorts as text."""


def moment(when: object) -> Moment | None:
    """A time as sites write it (ISO 8601, RFC 2822, seconds or milliseconds since 1970), in UTC to the second; None
    where it is none, or lies outside the years 1970 to 9999."""
    try:
        if isinstance(when, int | float) and not isinstance(when, bool):
            at = datetime.fromtimestamp(when / 1000 if when > _MILLISECONDS else when, UTC)
        elif isinstance(when, str) and when.strip():
            at = _written(when.strip())
        else:
            return None
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError, OSError, TypeError, IndexError):
        return None
    return at.strftime("%Y-%m-%dT%H:%M:%SZ") if at.year >= 1970 else None


def _written(when: str) -> datetime:
    try:
        return datetime.fromisoformat(when)
    except ValueError:
        return parsedate_to_datetime(when)


class FetchedPost(Record):
    """One post as its site gives it. `id` is the site's own and lasts; `author` is the name shown, `handle` the name
    that its account goes by where that is another; `answers` is the id of the post it replies to, where it replies to
    one; `time` is when it was first posted. `body` is empty where it was taken back (`withdrawn`). `title` is its own,
    not the thread's."""

    id: str
    url: str
    author: str | None = None
    handle: str | None = None
    time: Moment | None = None
    answers: str | None = None
    edited: bool = False
    withdrawn: bool = False
    title: str | None = None
    body: str = ""
    form: Literal["html", "plain"] = "html"


class FetchedThread(Record):
    """A thread of posts in reading order: where replies nest, each behind what it answers; else by time. `missing` says
    what of it could not be had, in words for a reader ("412 of 1,000 posts"), or is None."""

    title: str
    url: str
    venue: str | None = None
    posts: tuple[FetchedPost, ...]
    missing: str | None = None


class QuotedLines(Record):
    """Lines of a post that are another's words: `text[start:end]` of the snapshot, counted in Unicode code points. `of`
    is the id of the post of this thread they are from, `name` who is quoted, where either is known."""

    start: int
    end: int
    of: str | None = None
    name: str | None = None


class Post(Record):
    """One post of a snapshot. Its words are `text[start:end]`, counted in Unicode code points; the two are equal where
    nothing of it can be read. `quotes` are the lines of it that it quotes. All else is as in FetchedPost."""

    id: str
    author: str | None = None
    handle: str | None = None
    time: Moment | None = None
    url: str
    answers: str | None = None
    edited: bool = False
    withdrawn: bool = False
    start: int
    end: int
    quotes: tuple[QuotedLines, ...] = ()

    @property
    def name(self) -> str:
        """Who wrote it, as a reader is told."""
        return self.author or self.handle or "an unnamed poster"
