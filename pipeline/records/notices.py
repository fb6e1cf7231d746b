"""What an operator is told where they are: of one event once, by each way that settings name."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, NamedTuple

from pipeline.records import Record
from pipeline.records.batches import BatchReport, ThreadResult, thread_result
from pipeline.records.pages import Version
from pipeline.records.runs import BUDGET_SPENT, MODEL_UNAVAILABLE, RunReport

Event = Literal["version", "failed", "ceiling"]
"""What is told: a new version; a run or batch that failed; one that reached its ceiling in tokens or money."""
Channel = Literal["webhook", "mail"]
"""By which way."""

_MOST_LINES = 20  # of what went wrong; chosen, not measured


class Cost(Record):
    """What was asked and paid for. `price` is None where settings name no prices."""

    calls: int
    prompt_tokens: int
    completion_tokens: int
    price: float | None = None


class Notice(Record):
    """One event. Of a version it names which; what is told of it is read from the version itself. Of a run (of
    `thread`) or a batch that failed or reached its ceiling it has what went wrong, a line each, and what it cost."""

    event: Event
    at: datetime
    thread: str | None = None
    version: int | None = None
    lines: tuple[str, ...] = ()
    cost: Cost | None = None

    @property
    def id(self) -> str:
        """Its one name, by which a receiver can tell that it is told again: letters, figures and hyphens."""
        which = f"{self.thread}-{self.version}" if self.version else self.thread or "batch"
        return f"{self.event}-{which}-{self.at:%Y%m%dT%H%M%SZ}"

    @property
    def subject(self) -> str:
        """What it is, in a few words."""
        if self.event == "version":
            return f"version {self.version} of {self.thread}"
        what = f"the run of {self.thread}" if self.thread else "the batch"
        did = "failed" if self.event == "failed" else "reached its ceiling"
        return f"{what} of {self.at:%Y-%m-%d %H:%M} UTC {did}"


class Delivery(Record):
    """A notice on its way. "sending" is what is being sent, or was when the program was killed: whether it arrived is
    not known then. "given up" is told no more. `problem` says why the last try failed."""

    notice: Notice
    channel: Channel
    state: Literal["waiting", "sending", "told", "given up"] = "waiting"
    tries: int = 0
    tried_at: datetime | None = None
    problem: str | None = None


class Attempt(NamedTuple):
    """How a try ended: `problem` is None where the receiver took it. It `may_have_arrived` where the connection broke
    before the receiver had answered."""

    problem: str | None = None
    may_have_arrived: bool = False


def of_version(version: Version) -> Notice:
    """That there is a new version."""
    return Notice(event="version", at=version.made_at, thread=version.thread.slug, version=version.version)


def of_run(report: RunReport) -> list[Notice]:
    """That a run failed, or reached its ceiling. A source that fails is in the report, and no reason to call anyone."""
    wrong = tuple(problem.message for problem in report.problems if problem.reason != BUDGET_SPENT)
    return of_result(thread_result(report), report.started_at, wrong)


def of_result(result: ThreadResult, at: datetime, wrong: Sequence[str] = ()) -> list[Notice]:
    """The same by a run's line in a report; `wrong` are the messages of what failed."""
    failed = bool(result.problem) or result.outcome == "failed"
    lines = tuple(wrong)[:_MOST_LINES] or ((result.problem,) if result.problem else ())
    told: list[tuple[Event, tuple[str, ...], bool]] = [("failed", lines, failed), ("ceiling", (), result.budget_spent)]
    return [
        Notice(event=event, at=at, thread=result.thread, lines=said, cost=_cost(result))
        for event, said, happened in told
        if happened
    ]


def of_batch(report: BatchReport) -> list[Notice]:
    """That threads of a batch failed or could not be run, or that it reached its ceiling."""
    failed = [problem.message for problem in report.problems if problem.reason == MODEL_UNAVAILABLE]
    failed += [
        f"{result.thread}: {result.problem or 'failed'}"
        for result in report.threads
        if result.problem or result.outcome == "failed"
    ]
    short = [f"{result.thread}: goes on with the next batch" for result in report.threads if result.budget_spent]
    told: list[tuple[Event, list[str], bool]] = [
        ("failed", failed, bool(failed)),
        ("ceiling", short, report.budget_spent),
    ]
    return [
        Notice(event=event, at=report.started_at, lines=tuple(lines[:_MOST_LINES]), cost=_cost(report))
        for event, lines, happened in told
        if happened
    ]


def _cost(report: ThreadResult | BatchReport) -> Cost:
    return Cost(
        calls=report.model_calls,
        prompt_tokens=report.prompt_tokens,
        completion_tokens=report.completion_tokens,
        price=report.price,
    )
