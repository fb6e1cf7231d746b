"""What a run may spend, in tokens and in money, checked before each request with its longest answer reserved.

The ceiling is never passed: a request whose prompt and longest answer do not fit in what is left is not sent.
"""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from pipeline.errors import AllowanceSpent, AnswerAwaited
from pipeline.model.exchange import Asks, Reply, Request
from pipeline.records import Record

_HEADROOM = 1.2  # of our own count, before an endpoint has given one
_DEFERRED = 0.5  # of the price, for answers that may take a day (OpenAI's Batch API)
_FRAMING = 50  # tokens for roles and form, which are not counted by us


class Prices(Record):
    """Money a million tokens, in whatever currency the operator thinks in. None where it is not known."""

    prompt: float | None = None
    completion: float | None = None

    def of(self, prompt_tokens: int, completion_tokens: int) -> float | None:
        """What the tokens cost, or None where a price is not known."""
        if self.prompt is None or self.completion is None:
            return None
        return (prompt_tokens * self.prompt + completion_tokens * self.completion) / 1_000_000

    def of_replies(self, replies: Sequence[Reply]) -> float | None:
        """What answers cost; those that were waited for, half."""
        costs = [self.of(r.prompt_tokens, r.completion_tokens) for r in replies if not r.deferred]
        halved = [self.of(r.prompt_tokens, r.completion_tokens) for r in replies if r.deferred]
        if self.prompt is None or self.completion is None:
            return None
        return sum(cost or 0 for cost in costs) + _DEFERRED * sum(cost or 0 for cost in halved)


class Allowance:
    """A ceiling: `tokens` and `money`, 0 for none; what is spent `within` another counts there too. `name` says whose
    it is, `settings` where its ceilings stand. Thread-safe."""

    def __init__(
        self,
        tokens: int,
        money: float,
        prices: Prices,
        *,
        name: str = "the run's allowance",
        settings: tuple[str, str] = ("[model] run_tokens", "[model] run_money"),
        within: "Allowance | None" = None,
    ) -> None:
        self._most_tokens, self._most_money, self._prices = tokens, money, prices
        self._name, self._settings, self._within = name, settings, within
        self._lock = threading.Lock()
        self._tokens, self._money = 0, 0.0
        self._share = 1.0

    def reserve(self, prompt_tokens: int, answer_tokens: int) -> None:
        """Takes a request's prompt and longest answer off what is left. Raises AllowanceSpent where they do not fit."""
        money = self._prices.of(prompt_tokens, answer_tokens) or 0.0
        with self._lock:
            if self._most_tokens and self._tokens + prompt_tokens + answer_tokens > self._most_tokens * self._share:
                raise self._spent(f"{self._most_tokens} tokens", self._settings[0])
            if self._most_money and self._money + money > self._most_money * self._share:
                raise self._spent(f"{self._most_money:g}", self._settings[1])
            if self._within:
                self._within.reserve(prompt_tokens, answer_tokens)
            self._tokens += prompt_tokens + answer_tokens
            self._money += money

    def _spent(self, ceiling: str, setting: str) -> AllowanceSpent:
        said = f"{self._name} of {ceiling} is spent ({setting}): what was paid for is kept; run again to go on"
        return AllowanceSpent(said)

    def settle(self, reserved: tuple[int, int], spent: tuple[int, int]) -> None:
        """Puts what a request really spent in the place of what was reserved for it."""
        with self._lock:
            self._tokens += sum(spent) - sum(reserved)
            self._money += (self._prices.of(*spent) or 0.0) - (self._prices.of(*reserved) or 0.0)
        if self._within:
            self._within.settle(reserved, spent)

    def part(self, among: int, run_tokens: int, run_money: float) -> "Allowance":
        """A fair part for one of `among` runs that are still to spend: an equal share of what is left, and no more
        than a run may spend at all. What it leaves is there for the others."""
        with self._lock:
            tokens = (self._most_tokens - self._tokens) // max(among, 1)
            money = (self._most_money - self._money) / max(among, 1)
        most_tokens, by_share = run_tokens, False
        if self._most_tokens and not 0 < run_tokens < tokens:
            most_tokens, by_share = max(tokens, 1), True
        most_money = run_money
        if self._most_money and not 0 < run_money < money:
            most_money, by_share = max(money, 1e-9), True
        name = "its share of the batch's allowance" if by_share else "the run's allowance"
        settings = ("[batch] tokens", "[batch] money") if by_share else ("[model] run_tokens", "[model] run_money")
        return Allowance(most_tokens, most_money, self._prices, name=name, settings=settings, within=self)

    @contextmanager
    def keeping_back(self, share: float) -> Iterator[None]:
        """While open, that share of the ceiling is not given out: it is for what comes behind."""
        self._share = 1.0 - share
        try:
            yield
        finally:
            self._share = 1.0


class Metered:
    """Sends a request only within the allowance. `longest_answer` tokens are reserved for each answer. Other models
    count otherwise than we do: what is reserved for a question follows the largest count an endpoint has given."""

    def __init__(self, inner: Asks, allowance: Allowance, longest_answer: int) -> None:
        self._inner, self._allowance, self._longest = inner, allowance, longest_answer
        self._counts_more = _HEADROOM

    def complete(self, request: Request) -> Reply:
        ours = request.tokens
        reserved = (int(ours * self._counts_more) + _FRAMING, self._longest)
        self._allowance.reserve(*reserved)
        spent: tuple[int, int] | None = (0, 0)
        try:
            reply = self._inner.complete(request)
            spent = (reply.prompt_tokens, reply.completion_tokens)
            self._counts_more = max(self._counts_more, reply.prompt_tokens / max(ours, 1))
        except AnswerAwaited:
            spent = None  # it will be paid for: what was reserved stays so
            raise
        finally:
            if spent is not None:
                self._allowance.settle(reserved, spent)
        return reply
