"""A page's text becomes a snapshot: numbered sentences, under an id that is a hash of it."""

from datetime import datetime

from pipeline.records.items import PageText, SentenceSpan, Snapshot
from pipeline.verify.authorship import snapshot_id


def snapshot_of(item: str, page: PageText, sentences: tuple[SentenceSpan, ...], read_at: datetime) -> Snapshot:
    """The snapshot of `item`, as `page` gives it. The same text, by the same authors, gives the same id."""
    return Snapshot(
        id=snapshot_id(item, page.text, page.posts),
        item=item,
        text=page.text,
        language=page.language,
        extent=page.extent,
        sentences=sentences,
        read_at=read_at,
        posts=page.posts,
    )
