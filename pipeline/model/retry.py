"""Judges a failed request, once and in one place: whether to try again, after how long, and what it means.

The decision is a value. RetryLayer does the waiting, `endpoint` changes the way of asking, the caller splits a question
that is too long.

    again   408 409 425 429 5xx 529, no connection, a connection broken off, no answer in time
    never   quota spent, bad key, unknown model, request too large: exactly one request each
"""

import re
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from random import uniform
from typing import NamedTuple

from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt

from pipeline.errors import BadAnswer, ModelError, ModelUnavailable, TooLong
from pipeline.model.messages import ModelLayer
from pipeline.records.replies import Reply, Request

LONGEST_WAIT_S = 120.0
"""Seconds. A server that asks for a longer pause is left alone until the next run. Chosen, not measured."""

_TRANSIENT = frozenset({408, 409, 425, 429, 529, *range(500, 600)})
_QUOTA = re.compile(r"insufficient_quota|billing_hard_limit|exceeded your current quota|credit balance", re.IGNORECASE)
_TOO_LONG = re.compile(
    r"context_length_exceeded|maximum context length|context (?:window|size|length)|prompt is too long|"
    r"string_above_max_length|input is too long|exceeds the available context|too many tokens|request too large",
    re.IGNORECASE,
)
_OVER_LIMIT = re.compile(r"limit\D{0,12}(\d+)\D.{0,60}requested\D{0,12}(\d+)", re.IGNORECASE | re.DOTALL)
_FILTERED = re.compile(r"content_filter|content management policy|ResponsibleAIPolicyViolation", re.IGNORECASE)
_JSON_MODE = re.compile(
    r"response_format|json_schema|json_object|guided|grammar|structured output|tool_choice|\btools?\b|function",
    re.IGNORECASE,
)
_LIMIT_FIELD = re.compile(r"max_completion_tokens|max_tokens", re.IGNORECASE)
_WAIT_IN_WORDS = re.compile(r"try again in\s+(?:(\d+)m(?!s))?\s*([\d.]+)\s*(ms|s)\b", re.IGNORECASE)


class ModelFailure(NamedTuple):
    """What came instead of an answer. `status` 0 means that no HTTP response came; `body` is then "timeout" or
    "connection". Otherwise `body` is the server's own text, for judging only: it may repeat the key, so it goes into no
    message."""

    status: int
    body: str
    headers: Mapping[str, str]


class RetryDecision(NamedTuple):
    """What to do about a failure. `error` is raised when no try is left; with `wait_s` None the wait grows from try to
    try. `json_mode_refused` and `limit_field_refused` say that the way of asking was refused, not the question."""

    retry: bool
    wait_s: float | None
    error: ModelError
    json_mode_refused: bool = False
    limit_field_refused: bool = False


class TryAgain(Exception):  # noqa: N818 - a signal between Endpoint and RetryLayer
    """A request failed, and `decision` allows another try."""

    def __init__(self, decision: RetryDecision) -> None:
        self.decision = decision


def judge(failure: ModelFailure, endpoint: str, model: str, now: datetime) -> RetryDecision:
    """What `failure` means and what to do about it. `now` is what a Retry-After date is compared with."""
    status, body = failure.status, failure.body
    if status == 0:
        why = (
            "did not answer in time: raise [model] deadline_s"
            if body == "timeout"
            else ("cannot be reached: check [model] base_url or OPENAI_BASE_URL")
        )
        return RetryDecision(True, None, ModelUnavailable(f"{endpoint} {why}"))
    if status == 402 or _QUOTA.search(body):
        return _never(ModelUnavailable(f"{endpoint} says the quota is spent: add credit, then run again"))
    if status in (401, 403):
        return _never(ModelUnavailable(f"{endpoint} refused the key ({status}): check OPENAI_API_KEY"))
    if status in (404, 410):
        return _never(ModelUnavailable(f"{endpoint} does not know the model {model!r} ({status}): check [model] name"))
    if status == 413 or _TOO_LONG.search(body) or (status == 429 and _never_fits(body)):
        return _never(TooLong(f"the question is longer than {model!r} at {endpoint} takes"))
    if status in _TRANSIENT:
        return _transient(failure, endpoint, now)
    if 300 <= status < 400:
        return _never(ModelUnavailable(f"{endpoint} redirects elsewhere ({status}): mend [model] base_url"))
    if _FILTERED.search(body):
        return _never(BadAnswer(f"{endpoint} filtered this question's content: it was not answered"))
    return RetryDecision(
        False,
        None,
        BadAnswer(f"{endpoint} refused the request ({status}): check the model and its settings"),
        json_mode_refused=status in (400, 422, 501) and bool(_JSON_MODE.search(body)),
        limit_field_refused=status in (400, 422) and bool(_LIMIT_FIELD.search(body)),
    )


def _never(error: ModelError) -> RetryDecision:
    return RetryDecision(False, None, error)


def _transient(failure: ModelFailure, endpoint: str, now: datetime) -> RetryDecision:
    wait_s = retry_after_s(failure, now)
    if wait_s is not None and wait_s > LONGEST_WAIT_S:
        error = ModelUnavailable(f"{endpoint} asks to wait {wait_s:.0f} s ({failure.status}): run again after that")
        return RetryDecision(False, wait_s, error)
    return RetryDecision(
        True, wait_s, ModelUnavailable(f"{endpoint} keeps answering {failure.status}: run again later")
    )


def _never_fits(body: str) -> bool:
    """Whether a rate limit is smaller than this one request: no waiting makes it fit."""
    match = _OVER_LIMIT.search(body)
    return match is not None and int(match[2]) > int(match[1])


def retry_after_s(failure: ModelFailure, now: datetime) -> float | None:
    """Seconds the server asks to wait: retry-after-ms, Retry-After in seconds or as a date (RFC 9110, section 10.2.3),
    or in words; None where it does not ask."""
    headers = {name.lower(): value for name, value in failure.headers.items()}
    try:
        if "retry-after-ms" in headers:
            return max(float(headers["retry-after-ms"]) / 1000, 0.0)
        if "retry-after" in headers:
            return max(float(headers["retry-after"]), 0.0)
    except ValueError:
        try:
            return max((parsedate_to_datetime(headers["retry-after"]) - now).total_seconds(), 0.0)
        except (ValueError, TypeError, KeyError):
            pass
    match = _WAIT_IN_WORDS.search(failure.body)
    if not match:
        return None
    return int(match[1] or 0) * 60 + float(match[2]) / (1000 if match[3].lower() == "ms" else 1)


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
