"""Judges a failed request, once and in one place: whether to try again, after how long, and what it means.

Waiting happens elsewhere (`Retrying`); a verdict is a value.
"""

from typing import TYPE_CHECKING, NamedTuple

from tenacity import RetryCallState, retry_if_exception_type, stop_after_attempt
from tenacity import Retrying as Tries

from pipeline.errors import BadAnswer, ModelError, ModelUnavailable
from pipeline.model.exchange import Asks, Reply, Request

if TYPE_CHECKING:
    import openai

_LONGEST_WAIT_S = 120.0
_TRANSIENT = frozenset({408, 409, 429, 500, 502, 503, 504, 529})


class Verdict(NamedTuple):
    """`error` is what to raise when no try is left; `wait_s` None lets the wait grow from try to try."""

    again: bool
    wait_s: float | None
    error: ModelError


class TryAgain(Exception):  # noqa: N818 - a signal between this file's two halves
    def __init__(self, verdict: Verdict) -> None:
        self.verdict = verdict


def judge(error: "openai.APIError", endpoint: str, model: str) -> Verdict:
    """What a failure of the openai client means. No message repeats the endpoint's own words: they may echo
    the key."""
    import openai

    if isinstance(error, openai.APITimeoutError):
        return Verdict(True, None, ModelUnavailable(f"{endpoint} did not answer in time: raise [model] deadline_s"))
    if isinstance(error, openai.APIConnectionError):
        return Verdict(
            True,
            None,
            ModelUnavailable(f"{endpoint} cannot be reached: check [model] base_url or OPENAI_BASE_URL"),
        )
    if not isinstance(error, openai.APIStatusError):
        return Verdict(False, None, BadAnswer(f"{endpoint} sent no chat completion: check [model] base_url"))
    status, code = error.status_code, str(getattr(error, "code", "") or "")
    if code == "insufficient_quota":
        return Verdict(False, None, ModelUnavailable(f"{endpoint} says the quota is spent: add credit, run again"))
    if status in (401, 403):
        return Verdict(False, None, ModelUnavailable(f"{endpoint} refused the key ({status}): check OPENAI_API_KEY"))
    if status in (404, 410):
        return Verdict(
            False, None, ModelUnavailable(f"{endpoint} does not know the model {model!r}: check [model] name")
        )
    if status in _TRANSIENT:
        wait = _retry_after(error)
        unavailable = ModelUnavailable(f"{endpoint} keeps answering {status}: run again later")
        return Verdict(wait is None or wait <= _LONGEST_WAIT_S, wait, unavailable)
    return Verdict(False, None, BadAnswer(f"{endpoint} refused the request ({status}{code and ', ' + code})"))


def _retry_after(error: "openai.APIStatusError") -> float | None:
    try:
        return max(float(error.response.headers["retry-after"]), 0.0)
    except (KeyError, ValueError):
        return None


class Retrying:
    """Tries a layer again where a verdict allows it, at most `attempts` times. `longest_s` bounds the growing
    wait between tries."""

    def __init__(self, inner: Asks, attempts: int, longest_s: float = 20.0) -> None:
        self._inner, self._attempts, self._longest_s = inner, attempts, longest_s

    def complete(self, request: Request) -> Reply:
        tries = Tries(
            stop=stop_after_attempt(self._attempts),
            wait=self._wait,
            retry=retry_if_exception_type(TryAgain),
            retry_error_callback=_give_up,
        )
        reply: Reply = tries(self._inner.complete, request)
        return reply

    def _wait(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = error.verdict.wait_s if isinstance(error, TryAgain) else None
        return asked if asked is not None else min(2.0 ** (state.attempt_number - 1), self._longest_s)


def _give_up(state: RetryCallState) -> Reply:
    error = state.outcome.exception() if state.outcome else None
    raise (error.verdict.error if isinstance(error, TryAgain) else AssertionError("only TryAgain is tried again"))
