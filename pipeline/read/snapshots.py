"""A reading becomes a snapshot: its text, numbered, under an id that is a hash of it."""

from datetime import datetime

from pipeline.read.sentences import split
from pipeline.records.items import Reading, Snapshot, short_hash

_ID_LENGTH = 16


def snapshot_of(item: str, reading: Reading, read_at: datetime) -> Snapshot:
    """The snapshot of `item` that `reading` gives. The same text gives the same id."""
    return Snapshot(
        id=short_hash(item, reading.text, length=_ID_LENGTH),
        item=item,
        text=reading.text,
        language=reading.language,
        evidence=reading.evidence,
        sentences=split(reading.text, reading.language),
        read_at=read_at,
    )
