"""Rate limits of an endpoint: at most so many requests and tokens a minute, across all that ask it; and what the
endpoint itself says is left."""

import time
from collections.abc import Callable

from pipeline.model.failures import TryAgain
from pipeline.model.limits import StatedLimits
from pipeline.model.messages import ModelLayer
from pipeline.model.tokens import request_tokens
from pipeline.protocols import RateLimiter
from pipeline.records.replies import Reply, Request

_MINUTE_S = 60.0


class ThrottleLayer:
    """Waits before a request until the endpoint's limits allow it: those of settings, and those that it has `stated`.
    `endpoint` is the name that all who share its limits use for it; a limit of 0 is none."""

    def __init__(
        self,
        inner: ModelLayer,
        limiter: RateLimiter,
        endpoint: str,
        requests_per_minute: int,
        tokens_per_minute: int,
        stated: StatedLimits | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._inner, self._limiter, self._endpoint, self._sleep = inner, limiter, endpoint, sleep
        self._requests, self._tokens = requests_per_minute, tokens_per_minute
        self._stated = stated or StatedLimits()

    def complete(self, request: Request) -> Reply:
        """The reply of the layer below, once the limits allow the request. What a refusal says of waiting holds for all
        who come after it."""
        tokens = request_tokens(request)
        wait = max(
            self._take("requests", 1, self._requests),
            self._take("tokens", tokens, self._tokens),
            self._stated.take(tokens),
        )
        if wait:
            self._sleep(wait)
        try:
            return self._inner.complete(request)
        except TryAgain as again:
            self._stated.refused(again.decision.wait_s or 0.0)
            raise

    def _take(self, unit: str, count: int, per_minute: int) -> float:
        """Seconds to wait. A request of more than a minute's worth is let through after a whole minute: waiting longer
        would not help."""
        if not per_minute:
            return 0.0
        takes_s = min(count, per_minute) * _MINUTE_S / per_minute
        return self._limiter.take(f"{self._endpoint} {unit}", takes_s, _MINUTE_S) or 0.0
