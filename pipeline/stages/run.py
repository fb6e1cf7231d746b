"""What the stages of one run share."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import NamedTuple, TypeVar

from pipeline.errors import AllowanceSpent, Stopped
from pipeline.fetch.search import Provider
from pipeline.model.allowance import Prices
from pipeline.model.door import Door
from pipeline.model.ledger import Spent
from pipeline.promises import Gets
from pipeline.records.runs import STAGES, Outcome, Report, Stage, Trouble
from pipeline.records.threads import Thread
from pipeline.store.database import Store

Progress = Callable[[str], None]
T = TypeVar("T")
R = TypeVar("R")


class Tools(NamedTuple):
    """What a run works with. `publish` brings the site after what is stored; None where somebody else does."""

    store: Store
    web: Gets
    door: Door
    spent: Spent
    prices: Prices
    publish: Callable[[], object] | None
    progress: Progress
    providers: Sequence[Provider]
    most_results: int
    most_of_a_host: int
    most_pursued: int
    parallel_fetches: int
    parallel_questions: int
    most_per_feed: int
    page_tokens: int
    quiet_and_close_days: tuple[int, int]


class Notes:
    """What went wrong while something went on, and what is said of it as it goes."""

    def __init__(self, say: Progress) -> None:
        self.say = say
        self.troubles: list[Trouble] = []
        self.allowance_spent = False

    def trouble(self, what: str, reason: str, error: Exception) -> None:
        """Notes what failed while the rest goes on."""
        self.troubles.append(Trouble(what=what, reason=reason, message=str(error)))
        self.say(f"            ! {error}")

    def spent_out(self, error: AllowanceSpent) -> None:
        """Notes that the allowance is spent: no more is asked, and what there is is kept and published."""
        if not self.allowance_spent:
            self.allowance_spent = True
            self.trouble("the allowance", "allowance spent", error)


class Run(Notes):
    """One run of one thread: its tools, its clock, where it begins, what it has counted and what went wrong."""

    def __init__(self, tools: Tools, thread: Thread, now: datetime, begin: Stage) -> None:
        super().__init__(tools.progress)
        self.tools, self.thread, self.now, self.store = tools, thread, now, tools.store
        self.counts = dict.fromkeys(
            ("found", "fetched", "new_snapshots", "set_aside", "extracted", "new_claims", "claims_dropped"), 0
        )
        self._begin = begin

    def does(self, stage: Stage) -> bool:
        return STAGES.index(stage) >= STAGES.index(self._begin)

    def redoes(self, *stages: Stage) -> bool:
        """Whether the operator asked for this run to begin at one of `stages`."""
        return self._begin in stages

    def report(self, outcome: Outcome, version: int | None) -> Report:
        spent = self.tools.spent
        return Report(
            thread=self.thread.slug,
            started_at=self.now,
            outcome=outcome,
            version=version,
            allowance_spent=self.allowance_spent,
            model_calls=spent.calls,
            ledger_hits=spent.hits,
            prompt_tokens=spent.prompt_tokens,
            completion_tokens=spent.completion_tokens,
            troubles=tuple(self.troubles),
            **self.counts,
        )


def parallel(workers: int, work: Callable[[T], R], over: Sequence[T]) -> Iterator[tuple[T, R]]:
    """`work` over each, several at once, the results in the order asked for. An unexpected error ends it:
    what was not begun is not begun, what is under way is waited for, unless the program was told to stop. One worker
    is the caller itself: a run without parallelism does one thing after another, in one thread."""
    if workers <= 1:
        yield from ((each, work(each)) for each in over)
        return
    pool = ThreadPoolExecutor(max_workers=workers)
    wait = True
    try:
        futures = [pool.submit(work, each) for each in over]
        for each, future in zip(over, futures, strict=True):
            yield each, future.result()
    except (KeyboardInterrupt, Stopped):
        wait = False
        raise
    finally:
        pool.shutdown(wait=wait, cancel_futures=True)
