"""What a batch did: one line for each thread, and the work that belongs to no single thread."""

from datetime import datetime
from typing import Literal, NamedTuple

from pydantic import Field

from pipeline.records import Record
from pipeline.records.runs import Outcome, Problem, RunReport
from pipeline.records.threads import Thread

LOCK = "_batch"
"""The lock that a batch holds: no thread's slug has an underscore."""


class ThreadResult(Record):
    """A thread's part of a batch. `outcome` is "busy" where another run has the thread, to which it is left, and None
    where it could not be run at all; `problem` says why then. `problems` counts what else failed."""

    thread: str
    outcome: Outcome | Literal["busy"] | None
    version: int | None = None
    model_calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    price: float | None = None
    budget_spent: bool = Field(default=False, alias="allowance_spent")
    problems: int = Field(default=0, alias="troubles")
    problem: str | None = Field(default=None, alias="trouble")


class WaitingThread(Record):
    """A thread that is not run now: why not, and when it will be, where that is known. `held_back` says that something
    went wrong in its last run."""

    thread: str
    why: str
    until: datetime | None
    held_back: bool = False


class Queue(NamedTuple):
    """What a batch would do now: the threads that are due, longest not run first, those that wait, and how many
    watched feeds are due."""

    due: tuple[tuple[Thread, str], ...]
    waiting: tuple[WaitingThread, ...]
    feeds: int


class BatchReport(Record):
    """One batch. `polled` counts watched feeds that were fetched, `feeds_waiting` those that were not due (the first
    is at `feeds_due_at`, None where none is by the clock); `arrived` the items they brought, `assigned` those of them
    that went to threads. `waiting` counts threads that were not run, `held_back` are those of them whose last run came
    to no good end; `begun` and `proposed` are new threads. Calls and tokens are those of the whole batch, the threads'
    included; `price` is None where settings name none. `resting_until` is when the quiet hours end that kept the batch
    from beginning."""

    started_at: datetime
    threads: tuple[ThreadResult, ...] = ()
    waiting: int = 0
    held_back: tuple[WaitingThread, ...] = ()
    polled: int = 0
    feeds_waiting: int = 0
    feeds_due_at: datetime | None = None
    arrived: int = 0
    assigned: int = 0
    begun: tuple[str, ...] = ()
    proposed: tuple[str, ...] = ()
    day_written: bool = Field(default=False, alias="day_told")
    model_calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    price: float | None = None
    budget_spent: bool = Field(default=False, alias="allowance_spent")
    resting_until: datetime | None = None
    problems: tuple[Problem, ...] = Field(default=(), alias="troubles")

    @property
    def new_versions(self) -> int:
        """How many threads got a new version."""
        return sum(thread.outcome == "new version" for thread in self.threads)

    @property
    def exit_code(self) -> int:
        """4 where the budget was spent, 1 where something failed, else 0."""
        if self.budget_spent:
            return 4
        failed = any(t.problem or t.problems or t.outcome == "failed" for t in self.threads)
        return 1 if failed or self.problems else 0


def thread_result(report: RunReport) -> ThreadResult:
    """A run's line in the report of its batch. A spent budget is no problem there: it has a field of its own."""
    return ThreadResult(
        thread=report.thread,
        outcome=report.outcome,
        version=report.version,
        model_calls=report.model_calls,
        prompt_tokens=report.prompt_tokens,
        completion_tokens=report.completion_tokens,
        price=report.price,
        budget_spent=report.budget_spent,
        problems=sum(trouble.reason != "allowance spent" for trouble in report.problems),
    )
