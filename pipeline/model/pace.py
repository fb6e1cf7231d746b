"""The endpoint's pace: at most so many requests and tokens a minute, across all that ask it."""

import time
from collections.abc import Callable

from pipeline.model.exchange import Asks, Reply, Request
from pipeline.promises import Pace

_MINUTE = 60.0


class Pacing:
    """Waits before a request where the endpoint's pace asks for it. `endpoint` is the name that all who share its
    limits know it by; zero means no limit."""

    def __init__(
        self,
        inner: Asks,
        pace: Pace,
        endpoint: str,
        requests_per_minute: int,
        tokens_per_minute: int,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._inner, self._pace, self._endpoint, self._sleep = inner, pace, endpoint, sleep
        self._requests, self._tokens = requests_per_minute, tokens_per_minute

    def complete(self, request: Request) -> Reply:
        wait = max(self._take("requests", 1, self._requests), self._take("tokens", request.tokens, self._tokens))
        if wait:
            self._sleep(wait)
        return self._inner.complete(request)

    def _take(self, what: str, units: int, per_minute: int) -> float:
        """Seconds to wait. More than a minute's worth is let through after a whole minute: waiting longer would not
        help."""
        if not per_minute:
            return 0.0
        takes_s = min(units, per_minute) * _MINUTE / per_minute
        return self._pace.take(f"{self._endpoint} {what}", takes_s, _MINUTE) or 0.0
