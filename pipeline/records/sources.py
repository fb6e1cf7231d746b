"""How the addresses that threads look at have answered."""

from datetime import datetime

from pydantic import Field

from pipeline.records import Record
from pipeline.records.items import Validators


class SourceStatus(Record):
    """What is known of one address, whichever threads look there. `failures` counts those in a row since the last
    success, `reason` is the last one's; `rests_until` is when it may be fetched again; `gone` says that its server
    called it gone for good. By `validators` and `digest` (of its bytes) it is seen whether it has changed; `moved_to`
    is its new address; `entries` how many entries it had, `taken` how they were taken, in words."""

    address: str
    tried_at: datetime | None = None
    succeeded_at: datetime | None = None
    failures: int = 0
    reason: str | None = None
    rests_until: datetime | None = None
    gone: bool = False
    validators: Validators = Field(default=Validators(), alias="known")
    digest: str | None = None
    moved_to: str | None = None
    entries: int | None = None
    taken: str | None = None
