"""What a batch did: one line a thread, and what it did between them."""

from datetime import datetime

from pipeline.records import Record
from pipeline.records.runs import Outcome, Report, Trouble


class ThreadDone(Record):
    """A thread's part of a batch; `outcome` None where it could not be run at all, and `trouble` says why."""

    thread: str
    outcome: Outcome | None
    version: int | None = None
    model_calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    allowance_spent: bool = False
    troubles: int = 0
    trouble: str | None = None


class Waiting(Record):
    """A thread that is not run now: why, and from when it is."""

    thread: str
    why: str
    until: datetime | None


class BatchReport(Record):
    """One batch. `arrived` counts what watched feeds brought, `assigned` what of it went to threads; `begun` and
    `proposed` are new threads. Calls and tokens are those of the whole batch, the threads' included; `price` is None
    where settings name none. `resting_until` says that quiet hours let nothing begin."""

    started_at: datetime
    threads: tuple[ThreadDone, ...] = ()
    waiting: int = 0
    polled: int = 0
    arrived: int = 0
    assigned: int = 0
    begun: tuple[str, ...] = ()
    proposed: tuple[str, ...] = ()
    day_told: bool = False
    model_calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    price: float | None = None
    allowance_spent: bool = False
    resting_until: datetime | None = None
    troubles: tuple[Trouble, ...] = ()

    @property
    def new_versions(self) -> int:
        return sum(thread.outcome == "new version" for thread in self.threads)

    @property
    def exit_code(self) -> int:
        if self.allowance_spent:
            return 4
        failed = any(t.trouble or t.troubles or t.outcome == "failed" for t in self.threads)
        return 1 if failed or self.troubles else 0


def done(report: Report) -> ThreadDone:
    """A run's line in the report of its batch."""
    return ThreadDone(
        thread=report.thread,
        outcome=report.outcome,
        version=report.version,
        model_calls=report.model_calls,
        prompt_tokens=report.prompt_tokens,
        completion_tokens=report.completion_tokens,
        allowance_spent=report.allowance_spent,
        troubles=sum(trouble.reason != "allowance spent" for trouble in report.troubles),
    )
