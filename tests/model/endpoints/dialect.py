"""How a maker's endpoint speaks: the same answer in the words of each."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from tests.doubles import HttpAnswer

JSON = {"Content-Type": "application/json"}
EVENTS = {"Content-Type": "text/event-stream"}
Usage = Callable[[int, int], dict[str, Any]]
"""The `usage` of an answer, from the tokens of its question and its own."""


class Said(NamedTuple):
    """A completion, before it is put in a maker's words. `message` are more fields of the message (`content` among them
    where it is not the text), `usage` replaces the maker's own, `before` is sent before a body that is JSON. What is
    not `paid` for is no answer, whatever it looks like."""

    text: str
    finish: str | None = "stop"
    message: Mapping[str, Any] = {}
    usage: Usage | None = None
    before: bytes = b""
    as_events: bool = False
    paid: bool = True

    @property
    def tokens(self) -> int:
        """What it counts that the text has."""
        return max(len(self.text) // 4, 1)


def plain_usage(prompt: int, answer: int) -> dict[str, Any]:
    """What all of them have."""
    return {"prompt_tokens": prompt, "completion_tokens": answer, "total_tokens": prompt + answer}


@dataclass(frozen=True)
class Dialect:
    """An endpoint of one maker. `path` is what `base_url` ends with; questions are asked at `path` + /chat/completions.
    `key_header` is the header that holds the key, None where none is asked for; `query` what the address must have
    behind it. `wrong_path`, `bad_key` and `unknown_model` are what it answers to these. `refuses` says for fields of a
    request what it answers where one is there; `extra` are more fields of every completion, `comment` is a line that
    it sends in streams while it thinks, `last` are more fields of a stream's last piece, from the usage. `thoughts` are
    tokens of each answer that only the total of its `usage` has; `alias` is a second path that it serves,
    `listed` the model's entry in its list of models, None where it has no list."""

    name: str
    path: str
    wrong_path: HttpAnswer
    bad_key: HttpAnswer
    unknown_model: HttpAnswer
    usage: Usage = plain_usage
    key_header: str | None = "authorization"
    query: str = ""
    settings: str = ""
    refuses: Mapping[str, HttpAnswer] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)
    comment: bytes = b""
    last: Callable[[dict[str, Any]], dict[str, Any]] = lambda _usage: {}
    thoughts: int = 0
    alias: str | None = None
    listed: Mapping[str, Any] | None = field(default_factory=lambda: {"id": "double"})

    def completion(self, said: Said, body: dict[str, Any], prompt_tokens: int) -> HttpAnswer:
        """The whole HTTP answer: events where the request asks for a stream, else one object."""
        usage = (said.usage or self.usage)(prompt_tokens, said.tokens)
        message = {"role": "assistant", "content": said.text, **said.message}
        if "tools" in body and "content" not in said.message:
            message |= {"content": None, "tool_calls": [_call(body, said.text)]}
        if body.get("stream") or said.as_events:
            counts = said.as_events or (body.get("stream_options") or {}).get("include_usage")
            return HttpAnswer(200, self._events(message, said, usage, bool(counts)), EVENTS)
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": said.finish}
        completed = {**_head("chat.completion"), "choices": [choice], "usage": usage, **self.extra}
        return HttpAnswer(200, said.before + json.dumps(completed).encode(), JSON)

    def _events(self, message: dict[str, Any], said: Said, usage: dict[str, Any], counts: bool) -> bytes:
        """The message in pieces, each an event; then why it ended, then what it cost (where it `counts`)."""
        deltas: list[dict[str, Any]] = [{"role": "assistant", "content": ""}]
        for name in ("reasoning_content", "reasoning", "content"):
            text = message.get(name) or ""
            deltas += [{name: text[at : at + 400]} for at in range(0, len(text), 400)]
        deltas += [{"tool_calls": [{"index": 0, **call}]} for call in message.get("tool_calls") or ()]
        chunks: list[dict[str, Any]] = [
            {"choices": [{"index": 0, "delta": delta, "finish_reason": None}]} for delta in deltas
        ]
        chunks.append({"choices": [{"index": 0, "delta": {}, "finish_reason": said.finish}], **self.last(usage)})
        if counts:
            chunks.append({"choices": [], "usage": usage})
        lines = [b"data: " + json.dumps({**_head("chat.completion.chunk"), **chunk}).encode() for chunk in chunks]
        return self.comment + b"\n\n".join([*lines, b"data: [DONE]", b""])


def _head(kind: str) -> dict[str, Any]:
    return {"id": "chatcmpl-1", "object": kind, "created": 1774440000, "model": "double"}


def _call(body: dict[str, Any], arguments: str) -> dict[str, Any]:
    """The answer as a call of the one function that the request offers."""
    name = body["tools"][0]["function"]["name"]
    return {"id": "call_1", "type": "function", "function": {"name": name, "arguments": arguments}}


def http(status: int, body: Any, **headers: str) -> HttpAnswer:
    """An answer that is no completion: `body` as JSON, or bytes as they are. In header names _ stands for -."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    kind = {"Content-Type": "text/html"} if raw.startswith(b"<") else JSON
    return HttpAnswer(status, raw, {**kind, **named})


def error(status: int, message: str, /, kind: str | None = None, code: Any = None, **more: Any) -> HttpAnswer:
    """An error in the shape that OpenAI gave the world: {"error": {"message", "type", "param", "code"}}."""
    headers = more.pop("headers", {})
    return http(status, {"error": {"message": message, "type": kind, "param": None, "code": code, **more}}, **headers)
