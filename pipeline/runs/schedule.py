"""What a batch does now, decided from what is stored, with the clock as a value.

A thread is due when something waits for it (items given to it, work that a run did not finish), or when its interval
has passed: `every_hours`, and `quiet_factor` times that while it is quiet. A closed thread is only run for what waits.
What failed is tried again after an interval, what an allowance cut short at the next batch. A scheduler is never quite
on time: an interval counts as passed a twentieth early. A last run that lies ahead of the clock is no reason to wait.
"""

from datetime import datetime, time, timedelta
from typing import NamedTuple

from pipeline.records.runs import NO_ANSWER, RunReport
from pipeline.records.threads import Thread
from pipeline.settings import BatchSettings

_EARLY = 0.05
_NEVER = timedelta(days=36500)


class Due(NamedTuple):
    """Whether it is done now, why or why not, and otherwise from when (None: not by the clock)."""

    now: bool
    why: str
    until: datetime | None = None


def rests_until(now: datetime, batch: BatchSettings) -> datetime | None:
    """The end of the quiet hours that `now` lies in, or None."""
    if batch.quiet_range is None:
        return None
    first, last = batch.quiet_range
    inside = first <= now.hour < last if first < last else now.hour >= first or now.hour < last
    if not inside:
        return None
    end = datetime.combine(now.date(), time(last % 24), now.tzinfo)
    return end if end > now else end + timedelta(days=1)


def is_followed(thread: Thread) -> bool:
    """Whether a thread is run at all: not where it is only proposed, was declined, or another goes on with it."""
    return thread.state in ("live", "quiet", "closed") and thread.merged_into is None


def thread_due(
    thread: Thread, last: RunReport | None, waits: bool, now: datetime, batch: BatchSettings, *, steady: bool = False
) -> Due:
    """Whether `thread`, whose last run was `last`, is run now, by `batch` and by what it has of its own of that.
    `waits` says that it holds what no run has finished; `steady` that things are looked at all the time, not in
    batches: then what a ceiling cut short waits for an interval too, or it would be no ceiling."""
    if last is None:
        return Due(True, "never run")
    own = {key.removeprefix("batch."): value for key, value in thread.settings.items() if key.startswith("batch.")}
    batch = batch.model_copy(update=own)
    failed = last.outcome == "failed" or any(problem.reason == NO_ANSWER for problem in last.problems)
    if last.budget_spent and not steady:
        return Due(True, "the allowance cut its last run short")
    if last.outcome == "awaiting answers":
        return Due(True, "answers may have come")
    if waits and not failed and not last.budget_spent:
        return Due(True, "news waits")
    interval = _NEVER if thread.state == "closed" and not waits else batch.interval
    if thread.state == "quiet" and not waits:
        interval *= batch.quiet_factor
    if has_passed(last.started_at, interval, now):
        return Due(True, f"last run {last.started_at:%Y-%m-%d %H:%M}")
    if interval is _NEVER:
        return Due(False, "closed: only news opens it")
    why = f"{thread.state}, run {last.started_at:%Y-%m-%d %H:%M}"
    if failed or last.budget_spent:
        why = "its last run failed" if failed else "the allowance cut its last run short"
    return Due(False, why, last.started_at + interval)


def has_passed(since: datetime | None, interval: timedelta, now: datetime) -> bool:
    """Whether `interval` has gone by since a moment, as near as a scheduler keeps it."""
    if since is None or since > now:
        return True
    return now - since >= interval * (1 - _EARLY)
