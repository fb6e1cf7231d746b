"""How the places that threads look at have answered."""

from datetime import datetime

from pipeline.records import Record
from pipeline.records.items import Known


class SourceStatus(Record):
    """What is known of one place, whichever threads look there. `failures` counts those in a row since the last
    success, `reason` is the last one's; `rests_until` is when it may be asked again; `gone` that it said it will not
    come back. `known` and `digest` (of its bytes) tell what is unchanged; `moved_to` is where it is now; `entries` how
    many it had."""

    address: str
    tried_at: datetime | None = None
    succeeded_at: datetime | None = None
    failures: int = 0
    reason: str | None = None
    rests_until: datetime | None = None
    gone: bool = False
    known: Known = Known()
    digest: str | None = None
    moved_to: str | None = None
    entries: int | None = None
