"""What watched feeds bring, before any thread has it."""

from datetime import datetime

from pydantic import Field

from pipeline.records import Record
from pipeline.records.dates import PartialDate


class Arrival(Record):
    """An item as the feed that brought it tells of it, and its page where that could be read: its opening words, where
    it leads, and how much each of its words weighs in it."""

    item: str
    came_at: datetime
    url: str
    title: str
    venue: str
    author: str | None = None
    published: PartialDate | None = None
    opening: str
    links: tuple[str, ...] = ()
    words: dict[str, float] = Field(default_factory=dict)


class Discussion(Record):
    """Arrivals that belong together and to no thread: what a thread could begin with."""

    title: str
    label: str
    items: tuple[str, ...]
    why: str
