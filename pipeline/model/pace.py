"""A shared pace: at most so many requests and tokens a minute, across all threads that ask.

A token bucket for each (an allowance that refills evenly). Time and sleep are given, so that tests need neither.
"""

import threading
import time
from collections.abc import Callable

from pipeline.model.exchange import Asks, Reply, Request


class Bucket:
    """`per_minute` units refill evenly; none are kept beyond a minute's worth."""

    def __init__(self, per_minute: int, clock: Callable[[], float]) -> None:
        self._rate, self._most, self._clock = per_minute / 60, float(per_minute), clock
        self._have, self._at = float(per_minute), clock()

    def take(self, units: int) -> float:
        """Takes `units` and says how many seconds to wait before using them. More than a minute's worth is let
        through after a whole minute: waiting longer would not help."""
        now = self._clock()
        self._have = min(self._most, self._have + (now - self._at) * self._rate)
        self._at = now
        self._have -= min(units, self._most)
        return max(0.0, -self._have / self._rate)


class Pacing:
    """Waits before a request where the pace asks for it. Zero means no limit."""

    def __init__(
        self,
        inner: Asks,
        requests_per_minute: int,
        tokens_per_minute: int,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._inner, self._sleep, self._lock = inner, sleep, threading.Lock()
        self._requests = Bucket(requests_per_minute, clock) if requests_per_minute else None
        self._tokens = Bucket(tokens_per_minute, clock) if tokens_per_minute else None

    def complete(self, request: Request) -> Reply:
        with self._lock:
            waits = [self._requests.take(1)] if self._requests else []
            waits += [self._tokens.take(request.tokens)] if self._tokens else []
        if any(waits):
            self._sleep(max(waits))
        return self._inner.complete(request)
