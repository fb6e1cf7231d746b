"""What an endpoint says of its own limits, so that nobody has to look them up and no question is sent to be refused.

With each answer many servers say how much is left and when it is whole again (`x-ratelimit-remaining-tokens`,
`x-ratelimit-reset-tokens`, the same of requests); a refusal (429) says how long to stay away. All who ask the server go
by it, each counting what it is about to use.
"""

import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NamedTuple

from pipeline.model.failures import LONGEST_WAIT_S
from pipeline.model.waits import number, until_s

_UNITS = ("requests", "tokens")


class _Left(NamedTuple):
    """What is left of a limit, `whole` once it is whole again at the time `at`; 0 where the server does not say."""

    remaining: float
    whole: float
    at: float


class StatedLimits:
    """The limits of one model at one endpoint, by the clock `tick` in seconds. Thread-safe."""

    def __init__(self, tick: Callable[[], float] = time.monotonic) -> None:
        self._tick, self._lock = tick, threading.Lock()
        self._left: dict[str, _Left] = {}
        self._closed_until = 0.0

    def hear(self, headers: Mapping[str, str], now: datetime) -> None:
        """Remembers what an answer's headers say is left; `now` is what a moment among them is compared with."""
        said = {name.lower(): value.strip() for name, value in headers.items()}
        with self._lock:
            for unit in _UNITS:
                left = number(said.get(f"x-ratelimit-remaining-{unit}"))
                reset_s = until_s(said.get(f"x-ratelimit-reset-{unit}", ""), now)
                if left is not None and reset_s is not None:
                    whole = number(said.get(f"x-ratelimit-limit-{unit}")) or 0.0
                    self._left[unit] = _Left(left, whole, self._tick() + reset_s)

    def refused(self, wait_s: float) -> None:
        """The server has refused a request, and asks to be left alone for so long."""
        with self._lock:
            self._closed_until = max(self._closed_until, self._tick() + wait_s)

    def take(self, tokens: int) -> float:
        """Counts a request of so many tokens, and returns the seconds to wait before it is sent. A wait longer than any
        that is waited for is none: the server itself is to say so."""
        with self._lock:
            now = self._tick()
            waits = [self._closed_until - now, self._take("requests", 1, now), self._take("tokens", tokens, now)]
        return min(max(0.0, *waits), LONGEST_WAIT_S) if max(waits) <= LONGEST_WAIT_S else 0.0

    def _take(self, unit: str, count: float, now: float) -> float:
        left = self._left.get(unit)
        if left is None or left.at <= now:
            self._left.pop(unit, None)
            return 0.0
        lacks = (min(count, left.whole) if left.whole else count) - left.remaining
        self._left[unit] = left._replace(remaining=left.remaining - count)
        if lacks <= 0:
            return 0.0
        comes = left.whole - left.remaining  # until it is whole, evenly
        return (left.at - now) * min(lacks / comes, 1.0) if left.whole and comes > 0 else left.at - now
