"""Judges a failed request, once and in one place: whether to try again, after how long, and what it means.

The decision is a value. RetryLayer does the waiting, `endpoint` changes the way of asking, the caller splits a question
that is too long. Status, typed codes, headers and stated waits decide before words do, for words differ from server to
server and from month to month. What each server sends is in tests/model/endpoints.

    again      408 409 425 429 5xx 529, no connection, a connection broken off, no answer in time
    otherwise  a form of the request that the server does not take: another is tried
    never      quota spent, bad key, unknown model, wrong address, request too large: exactly one request each
"""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any, Literal, NamedTuple
from urllib.parse import urlsplit

from pipeline.errors import BadAnswer, ModelError, ModelUnavailable, TooLong
from pipeline.model.waits import stated_wait_s

LONGEST_WAIT_S = 120.0
"""Seconds. A server that asks for a longer pause is left alone until the next run. Chosen, not measured."""

_TRANSIENT = frozenset({408, 409, 425, 429, 529, *range(500, 600)})
_REFUSES_FORM = frozenset({400, 404, 405, 415, 422, 500, 501})
_STATUS_OF_CODE = {
    "rate_limit_exceeded": 429,
    "rate_limit_error": 429,
    "insufficient_quota": 429,
    "resource_exhausted": 429,
    "overloaded_error": 529,
    "authentication_error": 401,
    "invalid_api_key": 401,
    "permission_error": 403,
    "not_found_error": 404,
    "model_not_found": 404,
    "context_length_exceeded": 400,
    "invalid_request_error": 400,
}
"""For errors in a response with status 200."""

_SPENT_CODES = frozenset(
    {"insufficient_quota", "billing_hard_limit_reached", "billing_not_active", "insufficient_balance"}
)
_SPENT = re.compile(
    r"insufficient_quota|billing_hard_limit|exceeded your current quota|credit balance|"
    r"insufficient (?:balance|credits)",
    re.IGNORECASE,
)
_OF_A_DAY = re.compile(r"per[_ ]?day", re.IGNORECASE)
_KEY = re.compile(
    r"API_KEY_INVALID|invalid_api_key|api key not valid|incorrect api key|authentication_error", re.IGNORECASE
)
_MODEL = re.compile(
    r"not a valid model|invalid model\b|unknown model|model.{0,80}?(?:not found|not exist|decommissioned)",
    re.IGNORECASE,
)
_GONE = re.compile(r"model|deployment|no endpoints found for", re.IGNORECASE)
_ADDRESS = re.compile(
    r"<html|<!doctype|page not found|unknown[_ ](?:request )?url|invalid url|unexpected endpoint|cannot post|"
    r"^\W*(?:detail|message|error)?\W*not found\W*$",
    re.IGNORECASE,
)
_TOO_LONG = re.compile(
    r"context_length_exceeded|exceed_context_size|maximum context length|context (?:window|size|length)|"
    r"prompt is too long|string_above_max_length|input is too long|exceeds the available context|too many tokens|"
    r"request (?:is )?too large|maximum number of tokens|reduce the length of the (?:messages|prompt)|"
    r"too large for model",
    re.IGNORECASE,
)
_CONTEXT = re.compile(
    r"(?:context (?:length|window|size)(?: of)?(?: is)?(?: only)?|n_ctx|maximum number of tokens allowed|"
    r"tokens > )\W{0,5}(\d{3,8})|(\d{3,8})\s+(?:tokens\s+)?maximum(?: context length)?",
    re.IGNORECASE,
)
_OVER_LIMIT = re.compile(r"limit\D{0,12}(\d+)\D.{0,60}requested\D{0,12}(\d+)", re.IGNORECASE | re.DOTALL)
_FILTERED = re.compile(
    r"content_filter|content management policy|ResponsibleAIPolicyViolation|content exists risk|"
    r"usage (?:policy|guidelines)|"
    r"moderation|flagged|prohibited_content|safety system|sensitive content|data_inspection_failed",
    re.IGNORECASE,
)
_STREAM_ONLY = re.compile(
    r"stream\W{1,4}(?:must be|to be|should be|=|is)\W{0,3}true|only support\w* stream|"
    r"enable the stream|streaming is required",
    re.IGNORECASE,
)
_FORMAT = re.compile(
    r"grammar|too many states|schema|failed to (?:parse|compile)|failed_generation|response_?format|\bformat\b|"
    r"json_?object|json mode|guided|structured output|tool_choice|\btools?\b|function|"
    r"requested parameters|support the (?:requested|provided) ",
    re.IGNORECASE,
)


class ModelFailure(NamedTuple):
    """What came instead of an answer. `status` 0 means that no HTTP response came; `body` is then "timeout" or
    "connection". Otherwise `body` is the server's own text, for judging only: it may repeat the key, so it goes into no
    message."""

    status: int
    body: str
    headers: Mapping[str, str]


class FormRefusal(NamedTuple):
    """The form of the request was refused, not its question. `what` was: an optional `field`, not streaming, or the
    way of asking for JSON ("way")."""

    what: Literal["field", "stream", "way"]
    field: str = ""


class RetryDecision(NamedTuple):
    """What to do about a failure. `error` is raised when no try is left; with `wait_s` None the wait grows from try to
    try. `refusal` says that another form of the request is worth a try, `filtered` that the server will not answer this
    question whenever it is asked, `context` how many tokens the server says that the model reads, `unexplained_500`
    that it failed and does not say at what."""

    retry: bool
    wait_s: float | None
    error: ModelError
    refusal: FormRefusal | None = None
    filtered: bool = False
    context: int | None = None
    unexplained_500: bool = False


class TryAgain(Exception):  # noqa: N818 - a signal between Endpoint and RetryLayer
    """A request failed, and `decision` allows another try."""

    def __init__(self, decision: RetryDecision) -> None:
        self.decision = decision


def judge(
    failure: ModelFailure, endpoint: str, model: str, now: datetime, optional: Collection[str] = ()
) -> RetryDecision:
    """What `failure` means and what to do about it. `now` is what a Retry-After date is compared with, `optional` the
    fields that the request had and could do without."""
    status, body = failure.status, failure.body
    if status == 0:
        why = (
            "did not answer in time: raise [model] deadline_s"
            if body == "timeout"
            else "cannot be reached: check [model] base_url or OPENAI_BASE_URL"
        )
        return RetryDecision(True, None, ModelUnavailable(f"{endpoint} {why}"))
    details = _json(body)
    codes = frozenset(_codes(details))
    wait_s = stated_wait_s(status, failure.headers, body, details, now)
    if 300 <= status < 400:
        return _never(ModelUnavailable(f"{endpoint} redirects elsewhere ({status}): mend [model] base_url"))
    if status in (400, 403, 422, 451) and _FILTERED.search(body) and not _names(body, optional):
        error = BadAnswer(f"{endpoint} filtered this question's content: it was not answered")
        return _never(error)._replace(filtered=True)
    if status in (401, 403) or (status == 400 and (codes & {"invalid_api_key"} or _KEY.search(body))):
        return _never(ModelUnavailable(f"{endpoint} refused the key ({status}): check OPENAI_API_KEY"))
    if _is_spent(status, body, codes, wait_s):
        return _never(ModelUnavailable(f"{endpoint} says the quota is spent: add credit, then run again"))
    if status == 429 and _OF_A_DAY.search(json.dumps(details)) and "RESOURCE_EXHAUSTED" in body:
        return _never(ModelUnavailable(f"{endpoint} says the day's quota is spent: run again tomorrow, or add credit"))
    if status == 413 or (status in (400, 422, 500) and _TOO_LONG.search(body)) or (status == 429 and _never_fits(body)):
        error = TooLong(f"the question is longer than {model!r} at {endpoint} takes")
        return _never(error)._replace(context=_context(body) if status != 429 else None)
    if status in (404, 410, 405, 400, 422) and (decision := _not_there(failure, endpoint, model, codes, details)):
        return decision
    refusal = _form_refusal(status, body, details, optional)
    if refusal:
        error = BadAnswer(f"{endpoint} refused the request ({status}): check the model and its settings")
        return _never(error)._replace(refusal=refusal)
    if status in _TRANSIENT:
        return _transient(status, wait_s, endpoint)._replace(unexplained_500=status == 500 and wait_s is None)
    return _never(BadAnswer(f"{endpoint} refused the request ({status}): check the model and its settings"))


def failure_inside(error: Any) -> ModelFailure:  # noqa: ANN401 - any JSON
    """An error in a response with status 200, with the status that it names or that its code stands for; else with 502,
    a passing failure."""
    body = json.dumps(error, ensure_ascii=False)
    for code in _codes({"error": error}):
        if code.isdigit() and 400 <= int(code) < 600:
            return ModelFailure(int(code), body, {})
    status = next((_STATUS_OF_CODE[code] for code in _codes({"error": error}) if code in _STATUS_OF_CODE), 502)
    if status == 502 and _ADDRESS.search(body):
        status = 404
    if status == 502 and _TOO_LONG.search(body):
        status = 413
    return ModelFailure(status, body, {})


def with_version(base_url: str) -> str | None:
    """The address that was probably meant, where `base_url` is not the root of an API; else None."""
    path = urlsplit(base_url).path.rstrip("/")
    for end in ("/chat/completions", "/completions", "/responses", "/chat"):
        if path.endswith(end):
            return base_url.rstrip("/").removesuffix(end)
    return None if re.search(r"/v\d|/deployments/", path) else f"{base_url.rstrip('/')}/v1"


def _not_there(
    failure: ModelFailure,
    endpoint: str,
    model: str,
    codes: frozenset[str],
    details: Any,  # noqa: ANN401 - any JSON
) -> RetryDecision | None:
    """The decision about what is not found: the model, or the address."""
    status, body = failure.status, failure.body
    about_form = bool(_FORMAT.search(body))
    by_words = not about_form and (_MODEL if status in (400, 422) else _GONE).search(body)
    if codes & {"model_not_found", "deploymentnotfound"} or by_words:
        return _never(ModelUnavailable(f"{endpoint} does not know the model {model!r} ({status}): check [model] name"))
    if status in (400, 422) or about_form:
        return None
    meant = with_version(endpoint)
    advice = f'write base_url = "{meant}"' if meant else "check [model] base_url"
    if status == 405 or _ADDRESS.search(body) or _ADDRESS.search(_message(details)):
        return _never(ModelUnavailable(f"{endpoint} has no chat completions at this address ({status}): {advice}"))
    if status == 404 and codes:
        return None  # it says something else: another form of the request may be taken
    return _never(
        ModelUnavailable(
            f"{endpoint} does not know the model {model!r} ({status}), or is no API: check [model] name, {advice}"
        )
    )


def _form_refusal(status: int, body: str, details: Any, optional: Collection[str]) -> FormRefusal | None:  # noqa: ANN401 - any JSON
    """Which part of the request's form was refused, if it was."""
    if status not in _REFUSES_FORM:
        return None
    if _STREAM_ONLY.search(body):
        return FormRefusal("stream")
    if status < 500 and (field := _names(_parameter(details) or body, optional)):
        return FormRefusal("field", field)
    # What a server does not explain is as likely to be the way of asking as anything else.
    return FormRefusal("way") if status != 500 or _FORMAT.search(body) else None


def _names(text: str, fields: Collection[str]) -> str:
    """The first of `fields` that `text` names, or ""."""
    found = [(match.start(), field) for field in fields if (match := re.search(rf"\b{re.escape(field)}\b", text))]
    return min(found)[1] if found else ""


def _is_spent(status: int, body: str, codes: frozenset[str], wait_s: float | None) -> bool:
    """Whether money is wanting. A limit of a minute is told in the same words by some: it comes with a wait."""
    if status == 402 or codes & _SPENT_CODES:
        return True
    return status in (400, 403, 429) and bool(_SPENT.search(body)) and wait_s is None


def _never(error: ModelError) -> RetryDecision:
    return RetryDecision(False, None, error)


def _transient(status: int, wait_s: float | None, endpoint: str) -> RetryDecision:
    if wait_s is not None and wait_s > LONGEST_WAIT_S:
        error = ModelUnavailable(f"{endpoint} asks to wait {wait_s:.0f} s ({status}): run again after that")
        return RetryDecision(False, wait_s, error)
    return RetryDecision(True, wait_s, ModelUnavailable(f"{endpoint} keeps answering {status}: run again later"))


def _never_fits(body: str) -> bool:
    """Whether a rate limit is smaller than this one request: no waiting makes it fit."""
    match = _OVER_LIMIT.search(body)
    return match is not None and int(match[2]) > int(match[1])


def _context(body: str) -> int | None:
    match = _CONTEXT.search(body.replace(",", ""))
    return int(match[1] or match[2]) if match else None


def _json(body: str) -> Any:  # noqa: ANN401 - any JSON
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _error_objects(details: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - any JSON
    """The objects that may hold an error's code: the body, its `error`, or the same in a list, as Gemini sends it."""
    for each in details if isinstance(details, list) else [details]:
        if isinstance(each, dict):
            yield each
            if isinstance(each.get("error"), dict):
                yield each["error"]


def _codes(details: Any) -> Iterator[str]:  # noqa: ANN401 - any JSON
    """An error's codes, types and statuses, in lower case."""
    for each in _error_objects(details):
        yield from (str(each[name]).lower() for name in ("code", "type", "status") if each.get(name) is not None)


def _parameter(details: Any) -> str:  # noqa: ANN401 - any JSON
    """The parameter that an error says it is about."""
    return next((str(each["param"]) for each in _error_objects(details) if each.get("param")), "")


def _message(details: Any) -> str:  # noqa: ANN401 - any JSON
    """What an error says in words."""
    return next((each["message"] for each in _error_objects(details) if isinstance(each.get("message"), str)), "")
