"""One request to an OpenAI-compatible server, and one reply.

The body is parsed here, not by the openai package's models: servers send what they like. Redirects are not followed, so
the key goes to the host it is for and nowhere else. No error message repeats the server's words: they may contain the
key.
"""

import ipaddress
import json
import threading
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpcore2
import httpx2

from pipeline.errors import BadAnswer, MachineError, ModelError, SettingsError, TooLong
from pipeline.model.json_modes import body_of
from pipeline.model.retry import ModelFailure, RetryDecision, TryAgain, judge
from pipeline.model.tokens import count_tokens, request_tokens
from pipeline.net.redact import without_key
from pipeline.net.sockets import BoundedStream, Deadline, TooManyBytes, Transport
from pipeline.protocols import EndpointFactsStore
from pipeline.records.endpoints import JSON_MODES, JsonMode
from pipeline.records.replies import Reply, Request

if TYPE_CHECKING:
    from openai import OpenAI

_MAX_BYTES = 50_000_000  # of one connection: no answer is longer; chosen, not measured
_LIMIT_FIELDS = ("max_completion_tokens", "max_tokens")
_CONTEXT_NAMES = ("max_model_len", "loaded_context_length", "context_length", "max_context_length", "context_window")
_MIN_SHARE_READ = 0.8  # of our own count: below it the server has cut the question; chosen, not measured
_MIN_SHARE_OF_SCRIPTS = 0.4  # the same where a tenth of its letters is beyond ASCII: there vocabularies differ more
_MIN_COMPARED_TOKENS = 500  # of a question; in shorter ones fixed overheads of counting decide; chosen, not measured
_SMALLEST_CONTEXT = 256  # tokens; no server reads less, so a smaller count is wrong; chosen, not measured


class Endpoint:
    """The server at `base_url`. A key is needed unless the server is on this machine or a private network.
    `longest_answer` tokens are asked for at most, None leaves it to the server. `deadline_s` is the total time of a
    request in seconds. `clock` tells the time that a Retry-After date is compared with."""

    def __init__(
        self,
        base_url: str,
        key: str | None,
        deadline_s: float,
        facts: EndpointFactsStore,
        clock: Callable[[], datetime],
        longest_answer: int | None = None,
    ) -> None:
        self._base_url, self._key, self._deadline_s = base_url, (key or "").strip(), deadline_s
        self._facts, self._clock, self._longest_answer = facts, clock, longest_answer
        self._current = threading.local()

    def complete(self, request: Request) -> Reply:
        """The server's reply. Tries the JSON modes from the one that last worked to less strict ones. Raises TryAgain
        where another try may help, TooLong where the question does not fit, else ModelError."""
        facts = self._facts.find(self._base_url, request.model)
        if facts.context and request_tokens(request) > facts.context:
            raise TooLong(f"the question is longer than the {facts.context} tokens that {request.model!r} reads")
        modes = list(JSON_MODES[JSON_MODES.index(facts.json_mode) :])
        limit_field = facts.limit_field
        while True:
            try:
                completion = self._send(request, modes[0], limit_field)
            except _FormatRefusal as refusal:
                if refusal.limit_field and self._longest_answer and limit_field != _LIMIT_FIELDS[-1]:
                    limit_field = _LIMIT_FIELDS[-1]
                elif refusal.json_mode and len(modes) > 1:
                    modes.pop(0)
                else:
                    raise refusal.error from refusal
            else:
                reply = _reply(completion, request, self._base_url)
                updated = facts.model_copy(
                    update={"json_mode": modes[0], "limit_field": limit_field, "reports_usage": not reply.estimated}
                )
                if updated != facts:
                    self._facts.keep(self._base_url, request.model, updated)
                return reply

    def close(self) -> None:
        """Closes the connections that are kept open for later requests."""
        if "_client" in self.__dict__:
            self._client.close()
            del self._client

    def learn(self, model: str) -> list[str]:
        """Asks for the list of models: stores the size of `model`'s context, where the server says it, and returns all
        names. Raises ModelError."""
        response = self.call(lambda client: client.models.with_raw_response.list().text, model)
        try:
            entries = [entry for entry in json.loads(response)["data"] if isinstance(entry, dict)]
        except (ValueError, KeyError, TypeError):  # no list of models is no fault: many servers have none
            entries = []
        facts = self._facts.find(self._base_url, model)
        entry: dict[str, Any] = next((entry for entry in entries if entry.get("id") == model), {})
        context = next((entry[name] for name in _CONTEXT_NAMES if isinstance(entry.get(name), int)), None)
        if context and context != facts.context:
            facts = facts.model_copy(update={"context": context})
            self._facts.keep(self._base_url, model, facts)
        return [str(entry.get("id")) for entry in entries]

    def call(self, work: "Callable[[OpenAI], str]", model: str) -> str:
        """The server's response to a call that is no question (`work`), tried once. Raises ModelError."""
        self._current.deadline = Deadline(self._deadline_s)
        try:
            return work(self._client)
        except Exception as error:
            failure = _failure(error)
            if failure is None:
                raise
            raise judge(failure, self._base_url, model, self._clock()).error from error

    def body(self, request: Request) -> dict[str, Any]:
        """The body of the request in the form that worked last at this server."""
        facts = self._facts.find(self._base_url, request.model)
        body = body_of(request, facts.json_mode)
        return {**body, facts.limit_field: self._longest_answer} if self._longest_answer else body

    def read(self, completion: Any, request: Request) -> Reply:  # noqa: ANN401 - any JSON
        """A completion that came in another way, as in a batch job's file, as a reply. Raises TryAgain or BadAnswer."""
        redacted = json.loads(without_key(json.dumps(completion, ensure_ascii=False), self._key))
        return _reply(redacted, request, self._base_url)

    @cached_property
    def _client(self) -> "OpenAI":
        from openai import OpenAI

        if not self._key and not _is_local(self._base_url):
            raise SettingsError(
                f"OPENAI_API_KEY is not set and {self._base_url} needs a key: set it in the environment"
            )
        http_client = httpx2.Client(
            transport=Transport(_Backend(self._deadline), httpx2.create_ssl_context(), keep_alive=20),
            follow_redirects=False,
            timeout=self._deadline_s,
        )
        # max_retries=0: retry.py alone decides about another try
        return OpenAI(base_url=self._base_url, api_key=self._key or "none", max_retries=0, http_client=http_client)

    def _deadline(self) -> Deadline:
        """The deadline of the request that this thread is making: threads share the connections."""
        deadline: Deadline = self._current.deadline
        return deadline

    def _send(self, request: Request, json_mode: JsonMode, limit_field: str) -> Any:  # noqa: ANN401 - any JSON
        body = body_of(request, json_mode)
        if self._longest_answer:
            body[limit_field] = self._longest_answer
        self._current.deadline = Deadline(self._deadline_s)
        try:
            text = self._client.chat.completions.with_raw_response.create(**body).text
        except Exception as error:
            own_error = next((cause for cause in _causes(error) if isinstance(cause, MachineError)), None)
            failure = _failure(error)
            if own_error or failure is None:
                raise own_error or error from None
            self._raise(failure, request, error)
        try:
            completion = json.loads(without_key(text, self._key))
        except ValueError as error:
            raise BadAnswer(f"{self._base_url} sent no chat completion: check [model] base_url") from error
        if isinstance(completion, dict) and completion.get("error"):  # some gateways answer 200 with an error in it
            self._raise(_failure_inside(completion["error"]), request, None)
        return completion

    def _raise(self, failure: ModelFailure, request: Request, cause: Exception | None) -> None:
        """Raises what the failure means: _FormatRefusal, TryAgain or a ModelError."""
        decision = judge(failure, self._base_url, request.model, self._clock())
        if decision.json_mode_refused or decision.limit_field_refused:
            raise _FormatRefusal(decision.error, decision.json_mode_refused, decision.limit_field_refused) from cause
        if decision.retry:
            raise TryAgain(decision) from cause
        raise decision.error from cause


class _FormatRefusal(Exception):  # noqa: N818 - the way of asking was refused, not the question
    """The server refused the JSON mode, or the name of the field that limits the answer."""

    def __init__(self, error: ModelError, json_mode: bool, limit_field: bool) -> None:
        self.error, self.json_mode, self.limit_field = error, json_mode, limit_field


class _Backend(httpcore2.NetworkBackend):
    """Ordinary connections, each within the deadline of the request that uses it."""

    def __init__(self, deadline: Any) -> None:  # noqa: ANN401 - Callable[[], Deadline]
        self._deadline = deadline
        self._inner = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        """A connection that ends with the current request's deadline."""
        left_s = self._deadline().left()
        stream = self._inner.connect_tcp(host, port, min(left_s, timeout or left_s), local_address, socket_options)
        return BoundedStream(stream, self._deadline, _MAX_BYTES)


def _causes(error: BaseException | None) -> Iterable[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__


def _failure(error: Exception) -> ModelFailure | None:
    """An exception of the openai package as a value to judge; None where it is of another kind."""
    import openai

    if any(isinstance(cause, TooManyBytes) for cause in _causes(error)):
        return ModelFailure(200, "too many bytes", {})
    if isinstance(error, openai.APITimeoutError):
        return ModelFailure(0, "timeout", {})
    if isinstance(error, openai.APIConnectionError):
        return ModelFailure(0, "connection", {})
    if isinstance(error, openai.APIStatusError):
        return ModelFailure(error.status_code, error.response.text, dict(error.response.headers))
    if isinstance(error, openai.APIError | httpx2.HTTPError):
        return ModelFailure(0, "connection", {})
    return None


def _failure_inside(error: Any) -> ModelFailure:  # noqa: ANN401 - any JSON
    """An error object in a response with status 200, with the status it names; else with 502, a passing failure."""
    code = error.get("code") or error.get("status") if isinstance(error, dict) else None
    status = int(str(code)) if str(code).isdigit() and 400 <= int(str(code)) < 600 else 502
    return ModelFailure(status, json.dumps(error), {})


def _reply(completion: Any, request: Request, endpoint: str) -> Reply:  # noqa: ANN401 - any JSON
    """The completion as a reply. Raises TryAgain where it has no answer, BadAnswer where that was filtered or refused,
    or where the server read much less than the question."""
    choice = _first(completion.get("choices") if isinstance(completion, dict) else None)
    message = choice.get("message") if isinstance(choice, dict) else None
    if not isinstance(message, dict):
        error = BadAnswer(f"{endpoint} answered without a choice: run again, or try another model")
        raise TryAgain(RetryDecision(True, None, error))
    finish = str(choice.get("finish_reason") or "stop")
    usage = completion.get("usage")
    own_count = request_tokens(request)
    prompt_tokens, answer_tokens = (_count(usage, name) for name in ("prompt_tokens", "completion_tokens"))
    if prompt_tokens is not None and own_count > _MIN_COMPARED_TOKENS and prompt_tokens < _SMALLEST_CONTEXT:
        prompt_tokens = None
    if (
        prompt_tokens is not None
        and own_count > _MIN_COMPARED_TOKENS
        and prompt_tokens < _least_share_read(request) * own_count
    ):
        raise BadAnswer(
            f"{endpoint} read only {prompt_tokens} of about {own_count} tokens: "
            f"raise the context it gives {request.model!r}"
        )
    if finish == "content_filter":
        raise BadAnswer(f"{endpoint} filtered this answer's content: there is none")
    text = _text(message)
    if message.get("refusal") and not text:
        raise BadAnswer("the model refused to answer this question")
    return Reply(
        text=text,
        finish=finish,
        model=str(completion.get("model") or request.model),
        prompt_tokens=own_count if prompt_tokens is None else prompt_tokens,
        completion_tokens=count_tokens(text) if answer_tokens is None else answer_tokens,
        estimated=prompt_tokens is None or answer_tokens is None,
    )


def _least_share_read(request: Request) -> float:
    """The share of our own count of a question's tokens that a server which read all of it counts at least."""
    text = "".join(message.content for message in request.messages)
    beyond_ascii = sum(char > "\u007f" for char in text)
    return _MIN_SHARE_OF_SCRIPTS if beyond_ascii * 10 > len(text) else _MIN_SHARE_READ


def _first(choices: Any) -> Any:  # noqa: ANN401 - any JSON
    return choices[0] if isinstance(choices, list) and choices else None


def _count(usage: Any, name: str) -> int | None:  # noqa: ANN401 - any JSON
    """A count of the `usage` object; None where it has none that can be used."""
    value = usage.get(name) if isinstance(usage, dict) else None
    return value if isinstance(value, int) and value >= 0 else None


def _text(message: dict[str, Any]) -> str:
    """The answer's text: the function's arguments where the model called it, else the content, parts joined."""
    call = _first(message.get("tool_calls"))
    if isinstance(call, dict) and isinstance(call.get("function"), dict):
        arguments = call["function"].get("arguments")
        return arguments if isinstance(arguments, str) else json.dumps(arguments)
    content = message.get("content")
    if isinstance(content, list):
        return "".join(str(part.get("text") or "") for part in content if isinstance(part, dict))
    return content if isinstance(content, str) else ""


def _is_local(base_url: str) -> bool:
    """Whether the server is on this machine or a private network."""
    host = urlsplit(base_url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return host == "localhost"
