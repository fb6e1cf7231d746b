"""What a run did: counted, and kept even when the run made nothing."""

from datetime import datetime
from typing import Literal

from pipeline.records import Record

Stage = Literal["fetch", "read", "extract", "synthesize", "verify", "publish"]
STAGES: tuple[Stage, ...] = ("fetch", "read", "extract", "synthesize", "verify", "publish")
Outcome = Literal["new version", "nothing new", "failed", "allowance spent", "awaiting answers"]


class Trouble(Record):
    """One thing that failed while the run went on: what it happened to, a closed reason, and the sentence."""

    what: str
    reason: str
    message: str


class Report(Record):
    """One run of one thread. `model_calls` counts requests really sent; `ledger_hits` answers already paid for."""

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
    ledger_hits: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    allowance_spent: bool = False
    troubles: tuple[Trouble, ...] = ()

    @property
    def exit_code(self) -> int:
        if self.allowance_spent:
            return 4
        return 1 if self.troubles or self.outcome == "failed" else 0


class Foreseen(Record):
    """Questions of one kind that a run would ask, with the tokens they would read and write, as far as can be told."""

    kind: str
    calls: int
    prompt_tokens: int
    completion_tokens: int


class Plan(Record):
    """What a run of a thread would do. `fetch` are the addresses it would get, `waiting` texts that are read and have
    no claims yet. Questions about what is not fetched yet are estimated; `price` is None where settings name none."""

    thread: str
    fetch: tuple[str, ...]
    waiting: int
    questions: tuple[Foreseen, ...]
    price: float | None
    troubles: tuple[Trouble, ...] = ()

    @property
    def calls(self) -> int:
        return sum(kind.calls for kind in self.questions)

    @property
    def tokens(self) -> int:
        return sum(kind.prompt_tokens + kind.completion_tokens for kind in self.questions)
