"""Whether a thread is live, quiet or closed: decided from what is stored, with the clock as a value.

live     the last version, or its reopening, is young
quiet    nothing new for `quiet_days`
closed   by the operator, or nothing new for `close_days`; a new version makes it live again
"""

from datetime import datetime
from typing import NamedTuple

from pipeline.records.threads import Thread, ThreadState


class Moved(NamedTuple):
    """A state a thread passes into, and why, in words a reader sees."""

    state: ThreadState
    reason: str


def after_a_run(
    thread: Thread, last_version: datetime | None, new_version: bool, now: datetime, quiet_days: int, close_days: int
) -> Moved | None:
    """The state `thread` passes into at the end of a run, or None where it stays as it is. `last_version` is when the
    last version was made; 0 days switch a rule off."""
    if new_version:
        return Moved("live", f"reopened by news, after it was {thread.state}") if thread.state != "live" else None
    if thread.state == "closed":
        return None
    reopened = thread.state_since if thread.state == "live" else None
    days = (now - max(moment for moment in (thread.created_at, last_version, reopened) if moment)).days
    if close_days and days >= close_days:
        return Moved("closed", f"nothing new for {days} days")
    if quiet_days and days >= quiet_days and thread.state != "quiet":
        return Moved("quiet", f"nothing new for {days} days")
    return None
