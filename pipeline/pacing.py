"""A pace for what is asked of others: at most so often, shared by all who ask.

The generic cell rate algorithm (ITU-T I.371): each use takes up time behind the uses before it, and may begin when no
more than the burst of that time lies ahead. A burst of one use is a pause between two; a burst of a minute, where a use
takes up a minute's share, is an allowance a minute.
"""

import threading
import time
from collections.abc import Callable


class LocalPace:
    """A pace within this process, by the clock `tick`."""

    def __init__(self, tick: Callable[[], float] = time.monotonic) -> None:
        self._tick, self._lock = tick, threading.Lock()
        self._used_until: dict[str, float] = {}
        self._rests_until: dict[str, float] = {}

    def take(self, name: str, takes_s: float, burst_s: float) -> float | None:
        """As promised."""
        with self._lock:
            now = self._tick()
            if self._rests_until.get(name, now) > now:
                return None
            until = max(self._used_until.get(name, now), now) + takes_s
            self._used_until[name] = until
            return max(0.0, until - now - burst_s)

    def rest(self, name: str, seconds: float) -> None:
        """As promised."""
        with self._lock:
            self._rests_until[name] = self._tick() + seconds
