"""What the steps of a run share: where to read and write, whom to ask, and what went wrong."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Self, TypeVar

from pydantic import BaseModel

from pipeline.errors import AnswerPending, BadAnswer, BudgetSpent, StopRequested, without_credentials
from pipeline.model.budget import Usage
from pipeline.model.client import Answer, ModelClient
from pipeline.prompts import RenderedPrompt
from pipeline.prompts.own import Prompts
from pipeline.protocols import DiscussionSite, HttpGetter, PageReader, SearchProvider
from pipeline.records.prices import Prices
from pipeline.records.runs import (
    BUDGET_SPENT,
    NO_ANSWER,
    STAGES,
    NoAnswer,
    Outcome,
    Problem,
    Progress,
    ProgressEvent,
    RunReport,
    Stage,
)
from pipeline.records.threads import Thread
from pipeline.settings import Settings
from pipeline.settings.notify import NotifySettings
from pipeline.store import items as item_store
from pipeline.store import versions as version_store
from pipeline.store.database import Store
from pipeline.text.detect import language_of_title

A = TypeVar("A", bound=BaseModel)
T = TypeVar("T")
R = TypeVar("R")


class RunLog:
    """What went wrong while something went on, and what is told of it as it goes. `thread` is "" where it concerns no
    thread in particular."""

    def __init__(self, progress: Progress, thread: str = "") -> None:
        self.progress, self._thread = progress, thread
        self.problems: list[Problem] = []
        self.budget_spent = False

    def report(self, step: str, text: str) -> None:
        """Tells those who watch what was done."""
        self.progress(ProgressEvent(self._thread, step, text))

    def problem(self, what: str, reason: str, error: Exception) -> None:
        """Notes what failed while the rest goes on."""
        self.problems.append(Problem(what=without_credentials(what), reason=reason, message=str(error)))
        self.progress(ProgressEvent(self._thread, "failed", str(error), "problem"))

    def no_answer(self, about: str, error: BadAnswer | BudgetSpent) -> NoAnswer:
        """Notes that a question has no answer. A spent budget is noted once: no more is asked, and what there is is
        kept and published."""
        if isinstance(error, BadAnswer):
            self.problem(about, NO_ANSWER, error)
            return NO_ANSWER
        if not self.budget_spent:
            self.budget_spent = True
            self.problem("the allowance", BUDGET_SPENT, error)
        return BUDGET_SPENT


@dataclass(frozen=True)
class RunContext:
    """What a run works with, and its one moment `now`. Sections of settings are handed on as they are."""

    store: Store
    web: HttpGetter
    reader: PageReader
    model: ModelClient
    usage: Usage
    prices: Prices
    providers: Sequence[SearchProvider]
    sites: Sequence[DiscussionSite]
    prompts: Prompts
    settings: Settings
    log: RunLog
    now: datetime

    def with_comments(self) -> Self:
        """The same where the comments below articles are read too, whatever settings say."""
        fetch = self.settings.fetch.model_copy(update={"comments": True})
        return replace(self, settings=self.settings.model_copy(update={"fetch": fetch}))

    def untold(self) -> Self:
        """The same where nobody is told of what happens: a recorded run is no news."""
        return replace(self, settings=self.settings.model_copy(update={"notify": NotifySettings()}))

    def ask(
        self, question: RenderedPrompt, answer: type[A], about: str, fault: Callable[[A], str | None] = lambda _: None
    ) -> Answer[A] | NoAnswer:
        """The model's answer; or why there is none, which is noted as a problem of `about`. `fault` is what else makes
        an answer unusable. Raises ModelUnavailable where nothing can be asked at all, AnswerPending where the answer
        comes later."""
        try:
            return self.model.ask(question, answer, fault)
        except (BadAnswer, BudgetSpent) as error:
            return self.log.no_answer(about, error)

    def ask_each(self, questions: Sequence[RenderedPrompt], answer: type[A], about: str) -> list[Answer[A] | NoAnswer]:
        """The same of several questions, side by side, with an AnswerPending raised once all of them are asked."""

        def ask(question: RenderedPrompt) -> Answer[A] | BadAnswer | BudgetSpent | AnswerPending:
            try:
                return self.model.ask(question, answer)
            except (BadAnswer, BudgetSpent, AnswerPending) as error:
                return error

        found = [result for _, result in parallel(self.settings.model.parallel, ask, questions)]
        if pending := next((result for result in found if isinstance(result, AnswerPending)), None):
            raise pending
        return [
            self.log.no_answer(about, result) if isinstance(result, BadAnswer | BudgetSpent) else result
            for result in found
            if not isinstance(result, AnswerPending)
        ]


class ThreadRun:
    """One run of one thread: what it works with, where it begins, and what it has counted."""

    def __init__(self, context: RunContext, thread: Thread, begin: Stage) -> None:
        self.context, self.thread = context, thread
        self.store, self.log, self.now, self.settings = context.store, context.log, context.now, context.settings
        self.counts = dict.fromkeys(
            ("found", "fetched", "new_snapshots", "set_aside", "extracted", "new_claims", "claims_dropped"), 0
        )
        self.answered = True
        """Whether any of the places that the run looked at answered; True where it looked at none."""
        self._begin = begin

    @cached_property
    def language(self) -> str:
        """The tag of the language that the thread's page is written in: the operator's choice for the thread, or for
        all threads; else that of the page there is; else that of the title."""
        chosen = self.thread.language or self.settings.thread.language
        if chosen:
            return chosen
        with self.store.reading() as connection:
            written = version_store.last(connection, self.thread.slug)
            read = {} if written else item_store.languages(connection, self.thread.slug)
        return written.language if written else language_of_title(self.thread.title, list(read.values()))

    def does(self, stage: Stage) -> bool:
        """Whether this run does `stage`: not where it begins behind it."""
        return STAGES.index(stage) >= STAGES.index(self._begin)

    def begins_at(self, *stages: Stage) -> bool:
        """Whether this run begins at one of `stages`: a run from a named stage does that again."""
        return self._begin in stages

    def summary(self, outcome: Outcome, version: int | None) -> RunReport:
        """The report of the run as it stands."""
        usage = self.context.usage
        return RunReport(
            thread=self.thread.slug,
            started_at=self.now,
            outcome=outcome,
            version=version,
            budget_spent=self.log.budget_spent,
            model_calls=usage.calls,
            cached_replies=usage.cached,
            prompt_tokens=usage.prompt_tokens,
            completion_tokens=usage.completion_tokens,
            price=usage.price,
            problems=tuple(self.log.problems),
            **self.counts,
        )


def parallel(workers: int, work: Callable[[T], R], inputs: Sequence[T]) -> Iterator[tuple[T, R]]:
    """`work` over each input, several at once, the results in the order of the inputs. An unexpected error ends it:
    what was not begun is not begun, what is under way is waited for, unless the program was told to stop. With one
    worker, or one input, the caller does it: a run without parallelism does one thing after another, in one thread."""
    if min(workers, len(inputs)) <= 1:
        yield from ((value, work(value)) for value in inputs)
        return
    pool = ThreadPoolExecutor(max_workers=workers)
    wait = True
    try:
        futures = [pool.submit(work, value) for value in inputs]
        for value, future in zip(inputs, futures, strict=True):
            yield value, future.result()
    except (KeyboardInterrupt, StopRequested):
        wait = False
        raise
    finally:
        pool.shutdown(wait=wait, cancel_futures=True)
