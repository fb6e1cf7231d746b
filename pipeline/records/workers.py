"""A worker as it says of itself: since when it works, and what it does."""

from datetime import datetime

from pydantic import Field

from pipeline.records import Record


class WorkerReport(Record):
    """What a worker does, from its last sign of life. `name` is its machine and process, as messages name who holds a
    thread; `doing` is what it is at, a thread by its slug or "looking for what is due", each with since when. Where
    that is nothing it is idle, since `idle_since`."""

    name: str
    since: datetime
    doing: dict[str, datetime] = Field(default={})
    idle_since: datetime
