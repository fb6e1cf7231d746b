"""The reply ledger: every reply is kept under its request's key before anything uses it, and never asked again."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from pipeline.model.allowance import Allowance, Prices
from pipeline.model.exchange import Asks, Reply, Request
from pipeline.promises import Turns


class Replies(Protocol):
    """Where replies are kept. `keep` returns once the reply is safe; the first reply kept under a key stands
    until it is rejected, and a rejected reply is never given again."""

    def find(self, key: str, /) -> Reply | None: ...
    def keep(self, key: str, request: Request, reply: Reply) -> None: ...
    def reject(self, key: str, reason: str) -> None: ...


class NoReplies:
    """Keeps nothing: for a question that is no part of a run."""

    def find(self, _key: str) -> Reply | None:
        return None

    def keep(self, key: str, request: Request, reply: Reply) -> None:
        pass

    def reject(self, key: str, reason: str) -> None:
        pass


class Spent:
    """What a run's questions cost: requests answered now, answers already paid for, tokens; and the allowance they
    are paid from. Thread-safe."""

    def __init__(self, allowance: Allowance | None = None) -> None:
        self.allowance = allowance or Allowance(0, 0, Prices())
        self._lock = threading.Lock()
        self.calls = self.hits = self.prompt_tokens = self.completion_tokens = 0

    def asked(self, reply: Reply) -> None:
        with self._lock:
            self.calls += 1
            self.prompt_tokens += reply.prompt_tokens
            self.completion_tokens += reply.completion_tokens

    def hit(self) -> None:
        with self._lock:
            self.hits += 1


class LocalTurns:
    """Turns within this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asking: dict[str, tuple[threading.Lock, int]] = {}

    @contextmanager
    def of(self, key: str) -> Iterator[None]:
        """As promised."""
        with self._lock:
            mine, waiting = self._asking.get(key, (threading.Lock(), 0))
            self._asking[key] = (mine, waiting + 1)
        try:
            with mine:
                yield
        finally:
            with self._lock:
                waiting = self._asking[key][1] - 1
                if waiting:
                    self._asking[key] = (mine, waiting)
                else:
                    del self._asking[key]


class Ledger:
    """Answers from what is kept; asks the layer below for the rest. `reread` False asks everything anew, so that
    a recording of the run is whole. Runs at the same time share their `turns`."""

    def __init__(
        self, inner: Asks, replies: Replies, spent: Spent, *, reread: bool = True, turns: Turns | None = None
    ) -> None:
        self._inner, self._replies, self._spent, self._reread = inner, replies, spent, reread
        self._turns = turns or LocalTurns()

    def complete(self, request: Request) -> Reply:
        with self._turns.of(request.key):
            kept = self._replies.find(request.key) if self._reread else None
            if kept is not None:
                self._spent.hit()
                return kept
            reply = self._inner.complete(request)
            self._spent.asked(reply)
            self._replies.keep(request.key, request, reply)
            return reply

    def reject(self, request: Request, reason: str) -> None:
        """Marks the reply to `request` as unusable, so that a later run asks again."""
        self._replies.reject(request.key, reason)
