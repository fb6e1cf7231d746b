"""Decides whether a thread is live, quiet or closed. Pure: the time is a parameter.

live     it has a recent version, or was reopened recently
quiet    nothing new for `quiet_days`
closed   by the operator, or nothing new for `close_days`; a new version makes it live again
"""

from datetime import datetime
from typing import NamedTuple

from pipeline.records.threads import Thread, ThreadState
from pipeline.settings import ThreadSettings


class StateChange(NamedTuple):
    """A thread's new state, and the reason in words that readers see."""

    state: ThreadState
    reason: str


def after_a_run(
    thread: Thread, last_version: datetime | None, new_version: bool, now: datetime, settings: ThreadSettings
) -> StateChange | None:
    """The new state of `thread` at the end of a run, or None where it does not change. `last_version` is when its last
    version was made; a setting of 0 days switches its rule off."""
    if new_version:
        return StateChange("live", f"reopened by news, after it was {thread.state}") if thread.state != "live" else None
    if thread.state == "closed":
        return None
    reopened = thread.state_since if thread.state == "live" else None
    days = (now - max(moment for moment in (thread.created_at, last_version, reopened) if moment)).days
    if settings.close_days and days >= settings.close_days:
        return StateChange("closed", f"nothing new for {days} days")
    if settings.quiet_days and days >= settings.quiet_days and thread.state != "quiet":
        return StateChange("quiet", f"nothing new for {days} days")
    return None
