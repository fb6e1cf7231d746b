"""Waits and tries again where `failures` says that it can help."""

import time
from collections.abc import Callable
from random import uniform

from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt

from pipeline.model.failures import LONGEST_WAIT_S, TryAgain
from pipeline.model.messages import ModelLayer
from pipeline.records.replies import Reply, Request


class RetryLayer:
    """Tries the layer below again where a decision allows it, at most `attempts` times in all. A wait that the server
    asked for is never cut short; otherwise it doubles from `first_s`, up to LONGEST_WAIT_S. Up to a quarter is added at
    random, so that many requests do not come at once."""

    def __init__(
        self, inner: ModelLayer, attempts: int, first_s: float = 1.0, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._inner, self._attempts, self._first_s, self._sleep = inner, attempts, first_s, sleep

    def complete(self, request: Request) -> Reply:
        """The reply of the layer below. Raises the last failure's ModelError where no try is left."""
        retrying = Retrying(
            stop=stop_after_attempt(self._attempts),
            wait=self._wait,
            sleep=self._sleep,
            retry=retry_if_exception_type(TryAgain),
            retry_error_callback=_give_up,
        )
        reply: Reply = retrying(self._inner.complete, request)
        return reply

    def _wait(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        requested_s = error.decision.wait_s if isinstance(error, TryAgain) else None
        wait_s = (
            requested_s
            if requested_s is not None
            else min(self._first_s * 2.0 ** (state.attempt_number - 1), LONGEST_WAIT_S)
        )
        return wait_s * uniform(1.0, 1.25)  # noqa: S311 - spreads requests, hides nothing


def _give_up(state: RetryCallState) -> Reply:
    error = state.outcome.exception() if state.outcome else None
    raise error.decision.error if isinstance(error, TryAgain) else AssertionError("only TryAgain is tried again")
