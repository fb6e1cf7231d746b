"""Judges a failed request, once and in one place: whether to try again, after how long, and what it means.

A verdict is a value. Waiting happens in `Retrying`, changing the way of asking in `endpoint`, splitting the question
with whoever asked it.

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

from tenacity import RetryCallState, retry_if_exception_type, stop_after_attempt
from tenacity import Retrying as Tries

from pipeline.errors import BadAnswer, ModelError, ModelUnavailable, TooLong
from pipeline.model.exchange import Asks, Reply, Request

LONGEST_WAIT_S = 120.0
"""A server that asks for a longer pause is left alone until the next run."""

_TRANSIENT = frozenset({408, 409, 425, 429, 529, *range(500, 600)})
_QUOTA = re.compile(r"insufficient_quota|billing_hard_limit|exceeded your current quota|credit balance", re.IGNORECASE)
_TOO_LONG = re.compile(
    r"context_length_exceeded|maximum context length|context (?:window|size|length)|prompt is too long|"
    r"string_above_max_length|input is too long|exceeds the available context|too many tokens|request too large",
    re.IGNORECASE,
)
_OVER_LIMIT = re.compile(r"limit\D{0,12}(\d+)\D.{0,60}requested\D{0,12}(\d+)", re.IGNORECASE | re.DOTALL)
_FILTERED = re.compile(r"content_filter|content management policy|ResponsibleAIPolicyViolation", re.IGNORECASE)
_FORM = re.compile(
    r"response_format|json_schema|json_object|guided|grammar|structured output|tool_choice|\btools?\b|function",
    re.IGNORECASE,
)
_LIMIT_FIELD = re.compile(r"max_completion_tokens|max_tokens", re.IGNORECASE)
_WAIT_IN_WORDS = re.compile(r"try again in\s+(?:(\d+)m(?!s))?\s*([\d.]+)\s*(ms|s)\b", re.IGNORECASE)


class Failure(NamedTuple):
    """What came in place of an answer. `status` 0 means that no HTTP answer came. `said` is the server's own text,
    for judging only: it may hold the key, so it goes into no message."""

    status: int
    said: str
    headers: Mapping[str, str]


class Verdict(NamedTuple):
    """`error` is what to raise when no try is left; `wait_s` None lets the wait grow from try to try. `form` and
    `limit_field` say that the way of asking was refused, not the question."""

    again: bool
    wait_s: float | None
    error: ModelError
    form: bool = False
    limit_field: bool = False


class TryAgain(Exception):  # noqa: N818 - a signal between the endpoint and Retrying
    def __init__(self, verdict: Verdict) -> None:
        self.verdict = verdict


def judge(failure: Failure, endpoint: str, model: str, now: datetime) -> Verdict:
    """What `failure` means. `now` is the time a Retry-After date is held against."""
    status, said = failure.status, failure.said
    if status == 0:
        why = (
            "did not answer in time: raise [model] deadline_s"
            if said == "timeout"
            else ("cannot be reached: check [model] base_url or OPENAI_BASE_URL")
        )
        return Verdict(True, None, ModelUnavailable(f"{endpoint} {why}"))
    if status == 402 or _QUOTA.search(said):
        return _never(ModelUnavailable(f"{endpoint} says the quota is spent: add credit, then run again"))
    if status in (401, 403):
        return _never(ModelUnavailable(f"{endpoint} refused the key ({status}): check OPENAI_API_KEY"))
    if status in (404, 410):
        return _never(ModelUnavailable(f"{endpoint} does not know the model {model!r} ({status}): check [model] name"))
    if status == 413 or _TOO_LONG.search(said) or (status == 429 and _never_fits(said)):
        return _never(TooLong(f"the question is longer than {model!r} at {endpoint} takes"))
    if status in _TRANSIENT:
        return _transient(failure, endpoint, now)
    if 300 <= status < 400:
        return _never(ModelUnavailable(f"{endpoint} redirects elsewhere ({status}): mend [model] base_url"))
    if _FILTERED.search(said):
        return _never(BadAnswer(f"{endpoint} filtered this question's content: it was not answered"))
    return Verdict(
        False,
        None,
        BadAnswer(f"{endpoint} refused the request ({status}): check the model and its settings"),
        form=status in (400, 422, 501) and bool(_FORM.search(said)),
        limit_field=status in (400, 422) and bool(_LIMIT_FIELD.search(said)),
    )


def _never(error: ModelError) -> Verdict:
    return Verdict(False, None, error)


def _transient(failure: Failure, endpoint: str, now: datetime) -> Verdict:
    wait = asked_wait(failure, now)
    if wait is not None and wait > LONGEST_WAIT_S:
        later = ModelUnavailable(f"{endpoint} asks to wait {wait:.0f} s ({failure.status}): run again after that")
        return Verdict(False, wait, later)
    return Verdict(True, wait, ModelUnavailable(f"{endpoint} keeps answering {failure.status}: run again later"))


def _never_fits(said: str) -> bool:
    """Whether a rate limit is smaller than this one request: no waiting makes it fit."""
    found = _OVER_LIMIT.search(said)
    return found is not None and int(found[2]) > int(found[1])


def asked_wait(failure: Failure, now: datetime) -> float | None:
    """Seconds the server asks to wait: retry-after-ms, Retry-After in seconds or as a date, or in words."""
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
    found = _WAIT_IN_WORDS.search(failure.said)
    if not found:
        return None
    return int(found[1] or 0) * 60 + float(found[2]) / (1000 if found[3].lower() == "ms" else 1)


class Retrying:
    """Tries a layer again where a verdict allows it, at most `attempts` times. A wait the server asked for is kept
    at least; otherwise it doubles from `first_s`, with up to a quarter of chance, so that many do not come at once."""

    def __init__(
        self, inner: Asks, attempts: int, first_s: float = 1.0, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._inner, self._attempts, self._first_s, self._sleep = inner, attempts, first_s, sleep

    def complete(self, request: Request) -> Reply:
        tries = Tries(
            stop=stop_after_attempt(self._attempts),
            wait=self._wait,
            sleep=self._sleep,
            retry=retry_if_exception_type(TryAgain),
            retry_error_callback=_give_up,
        )
        reply: Reply = tries(self._inner.complete, request)
        return reply

    def _wait(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = error.verdict.wait_s if isinstance(error, TryAgain) else None
        wait = asked if asked is not None else min(self._first_s * 2.0 ** (state.attempt_number - 1), LONGEST_WAIT_S)
        return wait * uniform(1.0, 1.25)  # noqa: S311 - spreads requests, hides nothing


def _give_up(state: RetryCallState) -> Reply:
    error = state.outcome.exception() if state.outcome else None
    raise error.verdict.error if isinstance(error, TryAgain) else AssertionError("only TryAgain is tried again")
