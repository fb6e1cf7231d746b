"""A rate limit for what is used of others, shared by all threads that use it.

The generic cell rate algorithm (ITU-T I.371): each use takes up time after the uses before it, and may begin when no
more than the burst of that time lies ahead. A burst of one use gives a pause between two uses; a burst of a minute,
where a use takes up its share of a minute, gives a number of uses a minute.
"""

import threading
import time
from collections.abc import Callable


class Unlimited:
    """A RateLimiter that lets everything through at once: for what is played from a recording and disturbs nobody."""

    def take(self, name: str, takes_s: float, burst_s: float) -> float | None:  # noqa: ARG002 - the interface's
        """No time to wait."""
        return 0.0

    def rest(self, name: str, seconds: float) -> None:
        """Nothing: a recording needs no rest."""


class LocalRateLimiter:
    """A RateLimiter within this process, by the clock `tick` in seconds."""

    def __init__(self, tick: Callable[[], float] = time.monotonic) -> None:
        self._tick, self._lock = tick, threading.Lock()
        self._used_until: dict[str, float] = {}
        self._rests_until: dict[str, float] = {}

    def take(self, name: str, takes_s: float, burst_s: float) -> float | None:
        """Seconds to wait before using `name`; None while it rests. As the interface says."""
        with self._lock:
            now = self._tick()
            if self._rests_until.get(name, now) > now:
                return None
            until = max(self._used_until.get(name, now), now) + takes_s
            self._used_until[name] = until
            return max(0.0, until - now - burst_s)

    def rest(self, name: str, seconds: float) -> None:
        """Leaves `name` alone for that long, as the interface says."""
        with self._lock:
            self._rests_until[name] = self._tick() + seconds
