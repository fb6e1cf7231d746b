"""One request to an OpenAI-compatible server, and one reply.

The body is parsed here, not by the openai package's models: servers send what they like. No error message repeats the
server's words: they may contain the key.
"""

import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pipeline.errors import BadAnswer, MachineError, ModelError, ModelUnavailable, TooLong
from pipeline.model.completions import BadCall, read_reply
from pipeline.model.connection import Access, Connection, causes, failure_of
from pipeline.model.event_stream import CutStream, is_event_stream, joined
from pipeline.model.failures import FormRefusal, ModelFailure, RetryDecision, TryAgain, failure_inside, judge
from pipeline.model.limits import StatedLimits
from pipeline.model.tokens import request_tokens
from pipeline.model.ways import RequestForm
from pipeline.net.stopping import StopSignal
from pipeline.protocols import EndpointFactsStore
from pipeline.records.endpoints import EndpointFacts, JsonMode
from pipeline.records.replies import Reply, Request

if TYPE_CHECKING:
    from openai import OpenAI

Heard = Callable[[Request, int], None]
"""Is told, while an answer to a request comes, how many characters of it there are."""

_CONTEXT_NAMES = ("max_model_len", "loaded_context_length", "context_length", "max_context_length", "context_window")
_SHORTEST_ANSWER = 256  # tokens that are left for an answer, or the question counts as too long; chosen, not measured
_CONTEXT_SHARE = 0.9  # of a stated context that questions and answers may fill by our count; chosen, not measured
_KNOWN_ANEW = 1.2  # times what an endpoint was known to read, before that is written down again


class Endpoint:
    """The server that `access` leads to. `longest_answer` tokens are asked for at most, None leaves it to the server.
    `clock` tells the time that a Retry-After date is compared with. With `streams` answers are asked for in pieces:
    `heard` is told of them, and `stop` ends one. `extra` goes into each request's body as it is."""

    def __init__(
        self,
        access: Access,
        facts: EndpointFactsStore,
        clock: Callable[[], datetime],
        *,
        longest_answer: int | None = None,
        streams: bool = False,
        extra: Mapping[str, Any] | None = None,
        heard: Heard = lambda _request, _length: None,
        stop: StopSignal | None = None,
    ) -> None:
        self._connection, self._base_url = Connection(access), access.shown
        self._facts, self._clock, self._longest_answer = facts, clock, longest_answer
        self._streams, self._extra, self._heard, self._stop = streams, extra, heard, stop or StopSignal()
        self._is_openai = "://api.openai.com" in access.base_url
        self.limits = StatedLimits()
        """What the server says is left of its limits."""
        self._unexplained_500s: Counter[str] = Counter()  # by the request's key
        self._came_in_pieces = threading.local()  # whether this thread's last answer did
        self._lock = threading.Lock()

    def complete(self, request: Request) -> Reply:
        """The server's reply. Tries other forms of the request where one is refused, and one where the server fails at
        it again. Raises TryAgain where another try may help, TooLong where the question does not fit, else
        ModelError."""
        facts = self._facts.find(self._base_url, request.model)
        form, failed = self._form(facts, request), None
        while True:
            try:
                reply = self._send(request, form, facts)
            except _Refused as refused:
                if refused.decision.context:
                    facts = self._with_context(facts, request, refused.decision)
                    form = self._form(facts, request, form)
                    continue
                other = form.without(refused.decision.refusal) if refused.decision.refusal else None
                if other is None:
                    raise failed or refused.decision.error from refused
                form = other
            except TryAgain as again:
                other = form.without(FormRefusal("way"))
                if failed or other is None or not self._fails_again(request, again):
                    raise failed or again from None
                failed, form = again, other
            else:
                learnt = form.learnt(facts).model_copy(update={"reports_usage": not reply.estimated})
                if not reply.estimated and reply.prompt_tokens > _KNOWN_ANEW * facts.reads_tokens:
                    learnt = learnt.model_copy(update={"reads_tokens": reply.prompt_tokens})
                if reply.cached_tokens:
                    learnt = learnt.model_copy(update={"caches": True})
                if learnt != facts:
                    self._facts.keep(self._base_url, request.model, learnt)
                return reply

    def caches(self, model: str) -> bool:
        """Whether the server is known to charge less for the beginning of a question that it has read before."""
        return self._is_openai or self._facts.find(self._base_url, model).caches

    @property
    def address(self) -> str:
        """Its address as it may be shown, under which facts about it are stored."""
        return self._base_url

    def close(self) -> None:
        """Closes the connections that are kept open for later requests."""
        self._connection.close()

    def learn(self, model: str) -> list[str]:
        """Asks for the list of models: stores the size of `model`'s context, where the server says it, and returns all
        names. Raises ModelError."""
        response = self.call(lambda client: client.models.with_raw_response.list().text, model)
        try:
            entries = [entry for entry in json.loads(response)["data"] if isinstance(entry, dict)]
        except (ValueError, KeyError, TypeError, RecursionError):  # many servers have no list of models
            entries = []
        facts = self._facts.find(self._base_url, model)
        names = [str(entry.get("id")).removeprefix("models/") for entry in entries]  # as Gemini writes them
        entry: dict[str, Any] = next((entry for name, entry in zip(names, entries, strict=True) if name == model), {})
        context = next((entry[name] for name in _CONTEXT_NAMES if isinstance(entry.get(name), int)), None)
        if context and context != facts.context:
            facts = facts.model_copy(update={"context": context})
            self._facts.keep(self._base_url, model, facts)
        return names

    def takes(self, request: Request, way: JsonMode, *, streams: bool = False) -> bool:
        """Whether the server answers `request` when it is asked in this way, once; nothing is remembered."""
        facts = self._facts.find(self._base_url, request.model)
        form = replace(self._form(facts, request), way=way, streams=streams or facts.streams)
        self._came_in_pieces.value = False
        try:
            reply = self._send(request, form, facts)
        except (_Refused, TryAgain, ModelError):
            return False
        return bool(reply.text.strip()) and (self._came_in_pieces.value or not streams)

    def call(self, work: "Callable[[OpenAI], str]", model: str) -> str:
        """The server's response to a call that is no question (`work`), tried once. Raises ModelError."""
        try:
            with self._connection.within_deadline() as client:
                return work(client)
        except Exception as error:
            failure = failure_of(error)
            if failure is None:
                raise
            raise judge(failure, self._base_url, model, self._clock()).error from error

    def body(self, request: Request) -> dict[str, Any]:
        """The body of the request in the form that worked last at this server, to be answered whole."""
        facts = self._facts.find(self._base_url, request.model)
        body = self._form(facts, request).body(request)
        return {name: value for name, value in body.items() if name not in ("stream", "stream_options")}

    def read(self, completion: Any, request: Request) -> Reply:  # noqa: ANN401 - any JSON
        """A completion that came in another way, as in a batch job's file, as a reply. Raises TryAgain or BadAnswer."""
        return read_reply(self._redacted(completion), request, self._base_url)

    def _form(self, facts: EndpointFacts, request: Request, now: RequestForm | None = None) -> RequestForm:
        """The form that the endpoint is known to take, or `now`, with as long an answer as the context leaves room for.
        Raises TooLong where it leaves none."""
        longest, own_count = self._longest_answer, request_tokens(request)
        if facts.context:
            if own_count > facts.context:
                raise TooLong(f"the question is longer than the {facts.context} tokens that {request.model!r} reads")
            room = int(_CONTEXT_SHARE * facts.context) - own_count
            longest = min(longest, max(room, _SHORTEST_ANSWER)) if longest else None
        if now:
            return now.with_answer(longest)
        return RequestForm(
            way=facts.json_mode,
            refused=facts.refused_fields,
            streams=self._streams or facts.streams,
            must_stream=facts.streams,
            longest_answer=longest,
            cache_key=self._is_openai,
            extra=self._extra,
        )

    def _with_context(self, facts: EndpointFacts, request: Request, decision: RetryDecision) -> EndpointFacts:
        """`facts` with the context that the server stated when it refused the request. Raises the refusal where a
        shorter answer would not make it fit."""
        context = decision.context or 0
        fits = request_tokens(request) + _SHORTEST_ANSWER < _CONTEXT_SHARE * context
        known = facts.context == context
        facts = facts.model_copy(update={"context": context})
        if not known:
            self._facts.keep(self._base_url, request.model, facts)
        if known or not fits or not self._longest_answer:
            raise decision.error
        return facts

    def _fails_again(self, request: Request, again: TryAgain) -> bool:
        """Whether the server has failed at this request twice, with a 500 that says nothing: some do at a schema."""
        if not again.decision.unexplained_500:
            return False
        with self._lock:
            self._unexplained_500s[request.key] += 1
            return self._unexplained_500s[request.key] == 2

    def _send(self, request: Request, form: RequestForm, facts: EndpointFacts) -> Reply:
        try:
            completion = self._exchange(form.body(request), request)
        except CutStream:
            return self._failed(ModelFailure(0, "connection", {}), request, form)
        except (ValueError, RecursionError) as error:  # RecursionError: nested without end
            raise ModelUnavailable(f"{self._base_url} sent no chat completion: check [model] base_url") from error
        except Exception as error:
            own_error = next((cause for cause in causes(error) if isinstance(cause, MachineError)), None)
            failure = failure_of(error)
            if own_error or failure is None:
                raise own_error or error from None
            return self._failed(failure, request, form)
        inside = _error_inside(completion)
        if inside:  # some gateways answer 200 with an error in it
            return self._failed(failure_inside(inside), request, form)
        try:
            return read_reply(self._redacted(completion), request, self._base_url, facts.reads_tokens)
        except BadCall:
            refusal = FormRefusal("way")
            wrong = BadAnswer(f"{self._base_url} called the answer's function wrongly: try another model")
            raise _Refused(RetryDecision(False, None, wrong, refusal)) from None

    def _exchange(self, body: dict[str, Any], request: Request) -> Any:  # noqa: ANN401 - any JSON
        """The completion that the server sends, whole or in pieces, whichever was asked for."""
        known = {name: body.pop(name) for name in ("model", "messages")}
        with (
            self._connection.within_deadline() as client,
            client.chat.completions.with_streaming_response.create(**known, extra_body=body) as response,
        ):
            self.limits.hear(response.headers, self._clock())
            parts = response.iter_text()
            begin = ""
            for part in parts:
                begin += part
                if begin.strip():
                    break
            if is_event_stream(response.headers.get("content-type", ""), begin.lstrip()):
                self._came_in_pieces.value = True
                return joined(self._lines(begin, parts), lambda length: self._heard(request, length))
            return json.loads(begin + "".join(parts))

    def _lines(self, begin: str, parts: Iterator[str]) -> Iterator[str]:
        """The lines of a stream, until the program is told to stop."""
        left = begin
        while True:
            *lines, left = left.split("\n")
            yield from lines
            self._stop.check()
            part = next(parts, None)
            if part is None:
                yield left
                return
            left += part

    def _failed(self, failure: ModelFailure, request: Request, form: RequestForm) -> Reply:
        """What a failure means, raised: _Refused, TryAgain or a ModelError. That a server filters a question is a reply
        to it, to be kept as others are: asked again, it would be filtered again."""
        optional = (*form.optional(request), *(form.extra or {}))
        decision = judge(failure, self._base_url, request.model, self._clock(), optional)
        if decision.filtered:
            return Reply(text="", finish="content_filter", model=request.model, prompt_tokens=0, completion_tokens=0)
        refusal = decision.refusal
        if refusal and refusal.field in (form.extra or {}):
            raise ModelUnavailable(f"{self._base_url} does not take {refusal.field!r}: remove it from [model] extra")
        if refusal or decision.context:
            raise _Refused(decision)
        if decision.retry:
            raise TryAgain(decision)
        raise decision.error

    def _redacted(self, completion: Any) -> Any:  # noqa: ANN401 - any JSON
        return json.loads(self._connection.redacted(json.dumps(completion, ensure_ascii=False)))


class _Refused(Exception):  # noqa: N818 - the form of the request was refused, not the question
    """The server refused the form of the request, as `decision` says."""

    def __init__(self, decision: RetryDecision) -> None:
        self.decision = decision


def _error_inside(completion: Any) -> Any:  # noqa: ANN401 - any JSON
    """The error in a response with status 200, or None."""
    if not isinstance(completion, dict):
        return None
    choices = completion.get("choices")
    first = choices[0] if isinstance(choices, list) and choices else None
    return completion.get("error") or (first.get("error") if isinstance(first, dict) else None)
