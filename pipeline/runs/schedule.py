"""What a batch does now, decided from what is stored, with the clock as a value.

A thread is due when something waits for it (items given to it, work that a run did not finish), or when its interval
has passed: `every_hours`, and `quiet_factor` times that while it is quiet. A closed thread is only run for what waits.
What failed is tried again after an interval, so that the same failure is not paid for with every batch; where the
model could not be asked at all nothing was paid for, and the next batch tries again, as it does what an allowance cut
short. A scheduler is never quite on time: an interval counts as passed a twentieth early. A last run that lies ahead of
the clock is no reason to wait. A watched feed is asked every `every_hours`, and at once where what it has was never
looked at.
"""

from datetime import datetime, time, timedelta
from typing import NamedTuple

from pipeline.fetch.backoff import resting_reason
from pipeline.records.runs import MODEL_UNAVAILABLE, NO_ANSWER, RunReport
from pipeline.records.sources import SourceStatus
from pipeline.records.threads import Thread
from pipeline.settings import BatchSettings

_EARLY = 0.05
_NEVER = timedelta(days=36500)


class Due(NamedTuple):
    """Whether it is done now, why or why not, and otherwise from when (None: not by the clock). `held_back` says that
    it waits because something went wrong, and not for its turn."""

    now: bool
    why: str
    until: datetime | None = None
    held_back: bool = False


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
    reasons = [problem.reason for problem in last.problems]
    failed = last.outcome == "failed" or NO_ANSWER in reasons
    if last.budget_spent and not steady:
        return Due(True, "the allowance cut its last run short")
    if MODEL_UNAVAILABLE in reasons and not steady:
        return Due(True, "the model could not be asked")
    if last.outcome == "awaiting answers":
        return Due(True, "answers may have come")
    if waits and not failed and not last.budget_spent:
        return Due(True, "news waits")
    interval = _NEVER if thread.state == "closed" and not waits else batch.interval
    if thread.state == "quiet" and not waits and not failed:
        interval *= batch.quiet_factor
    if has_passed(last.started_at, interval, now):
        return Due(True, f"last run {last.started_at:%Y-%m-%d %H:%M}")
    if interval is _NEVER:
        return Due(False, "closed: only news opens it")
    held_back = failed or last.budget_spent
    why = how_it_ended(last) if held_back else f"{thread.state}, run {last.started_at:%Y-%m-%d %H:%M}"
    return Due(False, why, last.started_at + interval, held_back)


def how_it_ended(last: RunReport) -> str:
    """When the last run was that came to no good end, and why: in words."""
    at = f"{last.started_at:%Y-%m-%d %H:%M}"
    chosen = [problem for problem in last.problems if problem.reason in (NO_ANSWER, MODEL_UNAVAILABLE)]
    messages = [problem.message for problem in chosen or last.problems]
    more = f" (and {len(messages) - 1} more)" if len(messages) > 1 else ""
    because = f": {messages[0]}{more}" if messages else ""
    if last.outcome == "failed":
        return f"its last run, {at}, failed{because}"
    if last.budget_spent:
        return f"the allowance cut its last run, {at}, short"
    return f"a question of its last run, {at}, had no answer{because}"


def feed_due(status: SourceStatus, seen: str | None, blocked: bool, now: datetime, batch: BatchSettings) -> Due:
    """Whether a watched feed is asked now. `seen` tells the bytes whose entries were looked at: of a feed that a thread
    follows too, `status` may be of another's asking. `blocked` is its host."""
    if blocked:
        return Due(False, "its host is blocked", held_back=True)
    rests = resting_reason(status, now)
    if rests:
        return Due(False, rests, None if status.gone else status.rests_until, held_back=True)
    if seen is None and not status.failures:
        return Due(True, "not looked at yet")
    if status.tried_at is None or has_passed(status.tried_at, batch.interval, now):
        return Due(True, "its interval has passed")
    return Due(False, f"asked {status.tried_at:%Y-%m-%d %H:%M}", status.tried_at + batch.interval)


def has_passed(since: datetime | None, interval: timedelta, now: datetime) -> bool:
    """Whether `interval` has gone by since a moment, as near as a scheduler keeps it."""
    if since is None or since > now:
        return True
    return now - since >= interval * (1 - _EARLY)
