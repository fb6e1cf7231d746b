"""What is remembered of a feed's entry from one look at the feed to the next."""

from pipeline.records import Record


class FeedEntry(Record):
    """An entry as its feed told of it last: `key` tells it (feed and guid), `item` is what it became, `digest` stands
    for every field of it that a correction may change."""

    key: str
    item: str
    url: str
    title: str | None = None
    digest: str
