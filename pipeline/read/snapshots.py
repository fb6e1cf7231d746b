"""A page's text becomes a snapshot: numbered sentences, under an id that is a hash of it."""

from datetime import datetime

from pipeline.records.items import PageText, SentenceSpan, Snapshot
from pipeline.text import short_hash

_ID_LENGTH = 16


def snapshot_of(item: str, page: PageText, sentences: tuple[SentenceSpan, ...], read_at: datetime) -> Snapshot:
    """The snapshot of `item`, as `page` gives it. The same text gives the same id."""
    return Snapshot(
        id=short_hash(item, page.text, length=_ID_LENGTH),
        item=item,
        text=page.text,
        language=page.language,
        extent=page.extent,
        sentences=sentences,
        read_at=read_at,
    )
