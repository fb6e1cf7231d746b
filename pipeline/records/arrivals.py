"""What watched feeds bring, before any thread has it."""

from datetime import datetime

from pydantic import Field

from pipeline.records import Record
from pipeline.records.dates import PartialDate


class Arrival(Record):
    """An item as the feed that brought it describes it, and its page where that could be read: its opening words, the
    addresses its `links` lead to, and the weight of each of its `words` in it."""

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
    """Arrivals that belong together and to no thread: a thread could begin with them. `why` says what joins them."""

    title: str
    label: str
    items: tuple[str, ...]
    why: str
