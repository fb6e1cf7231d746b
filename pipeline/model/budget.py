"""What a run may spend, in tokens and in money, and what it has spent.

Before each request its prompt and its longest answer are reserved. The ceiling is never passed: a request that does
not fit in what is left is not sent.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from pipeline.errors import AnswerPending, BudgetSpent
from pipeline.model.messages import ModelLayer
from pipeline.model.tokens import request_tokens
from pipeline.records.prices import Prices
from pipeline.records.replies import Reply, Request

_HEADROOM = 1.2  # times our own count, before an endpoint has reported one; chosen, not measured
_FRAMING_TOKENS = 50  # for roles and the answer's form, which our count leaves out; chosen, not measured


class Budget:
    """A ceiling in `tokens` and in `money`, 0 for none, of which `before` is spent already, in both. What is spent from
    it is also spent from the budget it lies `within`. In messages `name` says whose it is, `settings` which settings
    set its ceilings. Thread-safe."""

    def __init__(
        self,
        tokens: int,
        money: float,
        prices: Prices,
        *,
        name: str = "the run's allowance",
        settings: tuple[str, str] = ("[model] run_tokens", "[model] run_money"),
        within: "Budget | None" = None,
        before: tuple[int, float] = (0, 0.0),
    ) -> None:
        self._max_tokens, self._max_money, self.prices = tokens, money, prices
        self._name, self._settings, self._within = name, settings, within
        self._lock = threading.Lock()
        self._tokens, self._money = before
        self._usable_share = 1.0

    def reserve(self, prompt_tokens: int, answer_tokens: int, prices: Prices | None = None) -> None:
        """Takes a request's prompt and longest answer off what is left; `prices` are those of another model than the
        main one. Raises BudgetSpent where they do not fit."""
        tokens = prompt_tokens + answer_tokens
        money = (prices or self.prices).of(prompt_tokens, answer_tokens) or 0.0
        with self._lock:
            usable = self._max_tokens * self._usable_share
            if self._max_tokens and self._tokens + tokens > usable:
                raise self._budget_spent(f"{self._max_tokens} tokens", self._settings[0], tokens > usable, f"{tokens}")
            usable_money = self._max_money * self._usable_share
            if self._max_money and self._money + money > usable_money:
                largest = f"{money:.2g}"
                raise self._budget_spent(f"{self._max_money:g}", self._settings[1], money > usable_money, largest)
            if self._within:
                self._within.reserve(prompt_tokens, answer_tokens, prices or self.prices)
            self._tokens += prompt_tokens + answer_tokens
            self._money += money

    def _budget_spent(self, ceiling: str, setting: str, is_never_enough: bool, largest: str) -> BudgetSpent:
        """Why a question is not sent; one that `is_never_enough` for, as an unspent ceiling is, is told by its size."""
        if is_never_enough:
            return BudgetSpent(
                f"{self._name} of {ceiling} is too small for the next question, which takes up to {largest} with its "
                f"answer: raise {setting} well above that, or lower [model] longest_answer; what was paid for is kept"
            )
        return BudgetSpent(
            f"{self._name} of {ceiling} is spent ({setting}): what was paid for is kept; run again to go on"
        )

    def settle(
        self, reserved: tuple[int, int], spent: tuple[int, int], cached: int = 0, prices: Prices | None = None
    ) -> None:
        """Replaces what was reserved for a request by what it really spent, both as prompt and answer tokens; `cached`
        are those of the prompt that the endpoint had in its cache."""
        by = prices or self.prices
        with self._lock:
            self._tokens += sum(spent) - sum(reserved)
            self._money += (by.of(*spent, cached) or 0.0) - (by.of(*reserved) or 0.0)
        if self._within:
            self._within.settle(reserved, spent, cached, by)

    def part(
        self,
        among: int,
        run_tokens: int,
        run_money: float,
        prices: Prices | None = None,
        before: tuple[int, float] = (0, 0.0),
    ) -> "Budget":
        """A budget within this one for one of `among` runs that are still to come: an equal share of what is left, and
        no more than the ceilings of a run, `run_tokens` and `run_money` (0 for none), at `prices` where they are
        not this budget's. What the run leaves is there for the others. `before` is what it spent already before it was
        killed: that counts to its own ceilings."""
        with self._lock:
            tokens = (self._max_tokens - self._tokens) // max(among, 1)
            money = (self._max_money - self._money) / max(among, 1)
        max_tokens, by_share, (tokens_before, money_before) = run_tokens, False, before
        if self._max_tokens and not (run_tokens and run_tokens - tokens_before < tokens):
            max_tokens, tokens_before, by_share = max(tokens, 1), 0, True
        max_money = run_money
        if self._max_money and not (run_money and run_money - money_before < money):
            max_money, money_before, by_share = max(money, 1e-9), 0.0, True
        name = "its share of the batch's allowance" if by_share else "the run's allowance"
        settings = ("[batch] tokens", "[batch] money") if by_share else ("[model] run_tokens", "[model] run_money")
        return Budget(
            max_tokens,
            max_money,
            prices or self.prices,
            name=name,
            settings=settings,
            within=self,
            before=(tokens_before, money_before),
        )

    @contextmanager
    def holding_back(self, share: float) -> Iterator[None]:
        """While open, `share` (0 to 1) of the ceiling cannot be reserved: it is kept for the stages that follow."""
        self._usable_share = 1.0 - share
        try:
            yield
        finally:
            self._usable_share = 1.0


class BudgetLayer:
    """Sends a request only where it fits in the budget, with `longest_answer` tokens reserved for its answer. Models of
    other makers count tokens otherwise than we do: the reservation for a prompt is our count times the largest ratio of
    an endpoint's count to ours so far, and at first times a fixed headroom. `prices` are those of another model than
    the run's main one."""

    def __init__(self, inner: ModelLayer, budget: Budget, longest_answer: int, prices: Prices | None = None) -> None:
        self._inner, self._budget, self._longest_answer, self._prices = inner, budget, longest_answer, prices
        self._count_factor = _HEADROOM

    def complete(self, request: Request) -> Reply:
        """The reply of the layer below. Raises BudgetSpent where the request does not fit in what is left."""
        own_count = request_tokens(request)
        reserved = (int(own_count * self._count_factor) + _FRAMING_TOKENS, self._longest_answer)
        self._budget.reserve(*reserved, self._prices)
        spent: tuple[int, int] | None = (0, 0)
        cached = 0
        try:
            reply = self._inner.complete(request)
            spent, cached = (reply.prompt_tokens, reply.completion_tokens), reply.cached_tokens
            self._count_factor = max(self._count_factor, reply.prompt_tokens / max(own_count, 1))
        except AnswerPending:
            spent = None  # it will be paid for: the reservation stays
            raise
        finally:
            if spent is not None:
                self._budget.settle(reserved, spent, cached, self._prices)
        return reply


class PriceLayer:
    """Writes on replies of another model than the run's main one what they cost by its `prices`."""

    def __init__(self, inner: ModelLayer, prices: Prices) -> None:
        self._inner, self._prices = inner, prices

    def complete(self, request: Request) -> Reply:
        """The reply of the layer below, with its price where that is known."""
        reply = self._inner.complete(request)
        return reply.model_copy(update={"price": self._prices.of_reply(reply)})


class Usage:
    """What a run's questions cost: `calls` answered now, `cached` answers that were paid for before, tokens and money;
    and the budget they are paid from. Thread-safe."""

    def __init__(self, budget: Budget | None = None) -> None:
        self.budget = budget or Budget(0, 0, Prices())
        self._lock = threading.Lock()
        self._prices = self.budget.prices
        self.calls = self.cached = self.prompt_tokens = self.completion_tokens = 0
        self._money = 0.0

    @property
    def price(self) -> float | None:
        """What was asked for now cost; None where prices are not known."""
        return None if self._prices.of(0, 0) is None else self._money

    def add(self, reply: Reply) -> None:
        """Counts a reply that was asked for now."""
        with self._lock:
            self.calls += 1
            self.prompt_tokens += reply.prompt_tokens
            self.completion_tokens += reply.completion_tokens
            self._money += self._prices.of_reply(reply) or 0.0

    def add_cached(self) -> None:
        """Counts a reply that was paid for before."""
        with self._lock:
            self.cached += 1
