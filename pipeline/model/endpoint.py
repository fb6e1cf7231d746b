"""One request to an OpenAI-compatible server, and one reply.

The body is read here, not by the client's own models: servers send what they like. Redirects are not followed, so the
key goes to the host it is for and nowhere else. No message repeats the server's words: they may echo the key.
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
from pipeline.keys import without_key
from pipeline.model.exchange import Reply, Request
from pipeline.model.facts import KeepsFacts
from pipeline.model.forms import RUNGS, Rung, body_of
from pipeline.model.retry import Failure, TryAgain, Verdict, judge
from pipeline.sockets import Deadline, EndingStream, TooManyBytes, Transport
from pipeline.tokens import count_tokens

if TYPE_CHECKING:
    from openai import OpenAI

_MOST_BYTES = 50_000_000  # of one connection: no answer is longer
_LIMIT_FIELDS = ("max_completion_tokens", "max_tokens")
_CONTEXT_NAMES = ("max_model_len", "loaded_context_length", "context_length", "max_context_length", "context_window")
_LEAST_READ = 0.8  # of our own count: below it the server has cut the question
_WORTH_COMPARING = 500  # tokens; below, fixed overheads of counting decide
_SMALLEST_CONTEXT = 256  # tokens; no server reads less, so a smaller count is no count


class Endpoint:
    """The server at `base_url`. A key is needed unless the server is on this machine or a private network.
    `longest_answer` tokens are asked for at most, None leaves it to the server. `clock` is what a Retry-After date is
    held against."""

    def __init__(
        self,
        base_url: str,
        key: str | None,
        deadline_s: float,
        facts: KeepsFacts,
        clock: Callable[[], datetime],
        longest_answer: int | None = None,
    ) -> None:
        self._base_url, self._key, self._deadline_s = base_url, (key or "").strip(), deadline_s
        self._facts, self._clock, self._longest = facts, clock, longest_answer
        self._under_way = threading.local()

    def complete(self, request: Request) -> Reply:
        """The server's reply. Tries the ladder's rungs downward from the one that last worked. Raises TryAgain
        where another try may help, TooLong where the question does not fit, else ModelError."""
        facts = self._facts.find(self._base_url, request.model)
        if facts.context and request.tokens > facts.context:
            raise TooLong(f"the question is longer than the {facts.context} tokens that {request.model!r} reads")
        rungs = list(RUNGS[RUNGS.index(facts.rung) :])
        field = facts.limit_field
        while True:
            try:
                completion = self._send(request, rungs[0], field)
            except _Refused as refused:
                if refused.limit_field and self._longest and field != _LIMIT_FIELDS[-1]:
                    field = _LIMIT_FIELDS[-1]
                elif refused.form and len(rungs) > 1:
                    rungs.pop(0)
                else:
                    raise refused.error from refused
            else:
                reply = _reply(completion, request, self._base_url)
                learnt = facts.model_copy(
                    update={"rung": rungs[0], "limit_field": field, "counts": not reply.estimated}
                )
                if learnt != facts:
                    self._facts.keep(self._base_url, request.model, learnt)
                return reply

    def close(self) -> None:
        """Ends the connections kept for a next request."""
        if "_client" in self.__dict__:
            self._client.close()
            del self._client

    def learn(self, model: str) -> list[str]:
        """Asks for the list of models: keeps how much `model` reads, where the server says, and gives all names.
        Raises ModelError."""
        listed = self.call(lambda client: client.models.with_raw_response.list().text, model)
        try:
            offered = [each for each in json.loads(listed)["data"] if isinstance(each, dict)]
        except (ValueError, KeyError, TypeError):  # no list of models is no fault: many servers have none
            offered = []
        facts = self._facts.find(self._base_url, model)
        mine: dict[str, Any] = next((each for each in offered if each.get("id") == model), {})
        context = next((mine[name] for name in _CONTEXT_NAMES if isinstance(mine.get(name), int)), None)
        if context and context != facts.context:
            facts = facts.model_copy(update={"context": context})
            self._facts.keep(self._base_url, model, facts)
        return [str(each.get("id")) for each in offered]

    def call(self, work: "Callable[[OpenAI], str]", model: str) -> str:
        """What the server answers to a call that is no question, tried once. Raises ModelError."""
        self._under_way.deadline = Deadline(self._deadline_s)
        try:
            return work(self._client)
        except Exception as error:
            failure = _failure(error)
            if failure is None:
                raise
            raise judge(failure, self._base_url, model, self._clock()).error from error

    def body(self, request: Request) -> dict[str, Any]:
        """The request as this server takes it, as far as is known."""
        facts = self._facts.find(self._base_url, request.model)
        body = body_of(request, facts.rung)
        return {**body, facts.limit_field: self._longest} if self._longest else body

    def read(self, completion: Any, request: Request) -> Reply:  # noqa: ANN401 - any JSON
        """A completion that came in another way than as the answer to a request. Raises TryAgain or BadAnswer."""
        cleaned = json.loads(without_key(json.dumps(completion, ensure_ascii=False), self._key))
        return _reply(cleaned, request, self._base_url)

    @cached_property
    def _client(self) -> "OpenAI":
        from openai import OpenAI

        if not self._key and not _is_local(self._base_url):
            raise SettingsError(
                f"OPENAI_API_KEY is not set and {self._base_url} needs a key: set it in the environment"
            )
        web = httpx2.Client(
            transport=Transport(_Backend(self._deadline), httpx2.create_ssl_context(), keep_alive=20),
            follow_redirects=False,
            timeout=self._deadline_s,
        )
        # max_retries=0: tries are counted and judged in retry.py alone
        return OpenAI(base_url=self._base_url, api_key=self._key or "none", max_retries=0, http_client=web)

    def _deadline(self) -> Deadline:
        """The deadline of the request this thread is making: connections are kept and shared between them."""
        held: Deadline = self._under_way.deadline
        return held

    def _send(self, request: Request, rung: Rung, limit_field: str) -> Any:  # noqa: ANN401 - any JSON
        body = body_of(request, rung)
        if self._longest:
            body[limit_field] = self._longest
        self._under_way.deadline = Deadline(self._deadline_s)
        try:
            text = self._client.chat.completions.with_raw_response.create(**body).text
        except Exception as error:
            own = next((cause for cause in _causes(error) if isinstance(cause, MachineError)), None)
            failure = _failure(error)
            if own or failure is None:
                raise own or error from None
            self._raise(failure, request, error)
        try:
            found = json.loads(without_key(text, self._key))
        except ValueError as error:
            raise BadAnswer(f"{self._base_url} sent no chat completion: check [model] base_url") from error
        if isinstance(found, dict) and found.get("error"):  # some gateways answer 200 with an error in it
            self._raise(_error_inside(found["error"]), request, None)
        return found

    def _raise(self, failure: Failure, request: Request, cause: Exception | None) -> None:
        verdict = judge(failure, self._base_url, request.model, self._clock())
        if verdict.form or verdict.limit_field:
            raise _Refused(verdict.error, verdict.form, verdict.limit_field) from cause
        if verdict.again:
            raise TryAgain(verdict) from cause
        raise verdict.error from cause


class _Refused(Exception):  # noqa: N818 - the way of asking was refused, not the question
    def __init__(self, error: ModelError, form: bool, limit_field: bool) -> None:
        self.error, self.form, self.limit_field = error, form, limit_field


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
        left = self._deadline().left()
        inner = self._inner.connect_tcp(host, port, min(left, timeout or left), local_address, socket_options)
        return EndingStream(inner, self._deadline, _MOST_BYTES)


def _causes(error: BaseException | None) -> Iterable[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__


def _failure(error: Exception) -> Failure | None:
    """An error of the client as a value to judge; None where it is not one of the client's."""
    import openai

    if any(isinstance(cause, TooManyBytes) for cause in _causes(error)):
        return Failure(200, "too many bytes", {})
    if isinstance(error, openai.APITimeoutError):
        return Failure(0, "timeout", {})
    if isinstance(error, openai.APIConnectionError):
        return Failure(0, "connection", {})
    if isinstance(error, openai.APIStatusError):
        return Failure(error.status_code, error.response.text, dict(error.response.headers))
    if isinstance(error, openai.APIError | httpx2.HTTPError):
        return Failure(0, "connection", {})
    return None


def _error_inside(error: Any) -> Failure:  # noqa: ANN401 - any JSON
    """An error object in an answer with status 200, judged by the status it names; else as a passing fault."""
    named = error.get("code") or error.get("status") if isinstance(error, dict) else None
    status = int(str(named)) if str(named).isdigit() and 400 <= int(str(named)) < 600 else 502
    return Failure(status, json.dumps(error), {})


def _reply(completion: Any, request: Request, endpoint: str) -> Reply:  # noqa: ANN401 - any JSON
    """The completion as a reply. Raises TryAgain or BadAnswer for what is none."""
    choice = _first(completion.get("choices") if isinstance(completion, dict) else None)
    message = choice.get("message") if isinstance(choice, dict) else None
    if not isinstance(message, dict):
        again = BadAnswer(f"{endpoint} answered without a choice: run again, or try another model")
        raise TryAgain(Verdict(True, None, again))
    finish = str(choice.get("finish_reason") or "stop")
    usage = completion.get("usage")
    ours = request.tokens
    prompt, answer = (_count(usage, name) for name in ("prompt_tokens", "completion_tokens"))
    if prompt is not None and ours > _WORTH_COMPARING and prompt < _SMALLEST_CONTEXT:
        prompt = None
    if prompt is not None and ours > _WORTH_COMPARING and prompt < _LEAST_READ * ours:
        raise BadAnswer(
            f"{endpoint} read only {prompt} of about {ours} tokens: raise the context it gives {request.model!r}"
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
        prompt_tokens=ours if prompt is None else prompt,
        completion_tokens=count_tokens(text) if answer is None else answer,
        estimated=prompt is None or answer is None,
    )


def _first(choices: Any) -> Any:  # noqa: ANN401 - any JSON
    return choices[0] if isinstance(choices, list) and choices else None


def _count(usage: Any, name: str) -> int | None:  # noqa: ANN401 - any JSON
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
    host = urlsplit(base_url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return host == "localhost"
