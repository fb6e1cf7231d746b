"""What a run did: counted, and stored even when the run made nothing."""

from collections.abc import Callable
from datetime import datetime
from typing import Final, Literal, NamedTuple

from pydantic import Field

from pipeline.records import Record

Stage = Literal["fetch", "read", "extract", "synthesize", "verify", "publish"]
STAGES: tuple[Stage, ...] = ("fetch", "read", "extract", "synthesize", "verify", "publish")
Outcome = Literal["new version", "nothing new", "failed", "allowance spent", "awaiting answers"]

NO_ANSWER: Final = "no usable answer"
BUDGET_SPENT: Final = "allowance spent"
MODEL_UNAVAILABLE: Final = "model unavailable"
STOPPED: Final = "stopped"
NoAnswer = Literal["no usable answer", "allowance spent"]
"""Why a question has no answer, though others may get one."""


class ProgressEvent(NamedTuple):
    """One step of what is being done, for those who watch. `thread` is "" where it concerns no thread in particular.
    One that is `passing` only says what is under way, for a screen; it belongs in no log."""

    thread: str
    step: str
    text: str
    level: Literal["info", "problem", "passing"] = "info"


Progress = Callable[[ProgressEvent], None]
"""Is told what is being done, as it is done."""


class Problem(Record):
    """One thing that failed while the run went on: what it happened to, a reason of a closed set, and the message."""

    what: str
    reason: str
    message: str


class RunReport(Record):
    """One run of one thread. `found` counts candidates, `fetched` items that were fetched, `set_aside` items that
    cannot matter to it. `model_calls` counts requests really sent, `cached_replies` answers paid for before; `price` is
    what it cost, None where settings name no prices (or, in a report of an earlier program, it was not told)."""

    thread: str
    started_at: datetime
    outcome: Outcome
    version: int | None = None
    found: int = 0
    fetched: int = 0
    new_snapshots: int = 0
    set_aside: int = 0
    extracted: int = 0
    new_claims: int = 0
    claims_dropped: int = 0
    model_calls: int = 0
    cached_replies: int = Field(default=0, alias="ledger_hits")
    prompt_tokens: int = 0
    completion_tokens: int = 0
    price: float | None = None
    budget_spent: bool = Field(default=False, alias="allowance_spent")
    problems: tuple[Problem, ...] = Field(default=(), alias="troubles")

    @property
    def exit_code(self) -> int:
        """4 where the budget was spent, 1 where something failed, else 0."""
        if self.budget_spent:
            return 4
        return 1 if self.problems or self.outcome == "failed" else 0


class QuestionEstimate(Record):
    """Questions of one kind that a run would ask, with the estimated tokens of prompts and answers."""

    kind: str
    calls: int
    prompt_tokens: int
    completion_tokens: int


class Plan(Record):
    """What a run of a thread would do. `fetch` are the addresses it would fetch, `waiting` counts texts that are read
    and have no claims yet. Questions about what is not fetched yet are estimated; `price` is None where settings name
    none."""

    thread: str
    fetch: tuple[str, ...]
    waiting: int
    questions: tuple[QuestionEstimate, ...]
    price: float | None
    problems: tuple[Problem, ...] = Field(default=(), alias="troubles")

    @property
    def calls(self) -> int:
        """How many questions it would ask."""
        return sum(kind.calls for kind in self.questions)

    @property
    def tokens(self) -> int:
        """How many tokens its prompts and answers would have."""
        return sum(kind.prompt_tokens + kind.completion_tokens for kind in self.questions)
