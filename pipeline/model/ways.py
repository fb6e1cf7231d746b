"""The form of a request: which way of asking for JSON, and which fields that a server may not know.

    json_schema   response_format with the schema: the endpoint holds the model to it
    tools         the schema as the one function the model must call
    json_object   response_format json_object, the schema in words
    text          the schema in words alone

Which form an endpoint takes is found by trying and remembered (EndpointFacts). Whatever the form, the answer is read by
`answers` and validated by the client: no endpoint is trusted to have done so.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from pipeline.model.failures import FormRefusal
from pipeline.records.endpoints import JSON_MODES, EndpointFacts, JsonMode
from pipeline.records.replies import Message, Request

LIMIT_FIELDS = ("max_completion_tokens", "max_tokens")
"""The names of the longest answer: of today's OpenAI, and of all others. Which is taken is found out."""
_STREAM_OPTIONS, _CACHE_KEY = "stream_options", "prompt_cache_key"


@dataclass(frozen=True)
class RequestForm:
    """How one request is asked. `way` is its way of asking for JSON; `refused` are fields to do without;
    `longest_answer` in tokens, None leaves it to the server; `must_stream` says that the server answers no other way;
    `extra` goes into the body as it is."""

    way: JsonMode
    refused: tuple[str, ...] = ()
    streams: bool = False
    must_stream: bool = False
    longest_answer: int | None = None
    cache_key: bool = False
    extra: Mapping[str, Any] | None = None

    def body(self, request: Request) -> dict[str, Any]:
        """The body of a chat completion."""
        messages = request.messages
        if self.way in ("json_object", "text"):
            messages = (_with_schema(messages[0], request.answer_schema), *messages[1:])
        body: dict[str, Any] = {"model": request.model, "messages": [message.model_dump() for message in messages]}
        if self.way == "json_schema":
            schema = {"name": request.prompt_name, "schema": request.answer_schema, "strict": True}
            body["response_format"] = {"type": "json_schema", "json_schema": schema}
        elif self.way == "tools":
            function = {"name": request.prompt_name, "parameters": request.answer_schema, "strict": True}
            body["tools"] = [{"type": "function", "function": function}]
            body["tool_choice"] = {"type": "function", "function": {"name": request.prompt_name}}
        elif self.way == "json_object":
            body["response_format"] = {"type": "json_object"}
        return {**body, **self._optional(request), **(self.extra or {})}

    def _optional(self, request: Request) -> dict[str, Any]:
        fields: dict[str, Any] = {}
        limit = next((name for name in LIMIT_FIELDS if name not in self.refused), None)
        if self.longest_answer and limit:
            fields[limit] = self.longest_answer
        if self.streams:
            fields["stream"] = True
            fields[_STREAM_OPTIONS] = {"include_usage": True}
        if self.cache_key:  # questions of one kind begin alike
            fields[_CACHE_KEY] = request.prompt_name
        return {name: value for name, value in fields.items() if name not in self.refused}

    def optional(self, request: Request) -> tuple[str, ...]:
        """The fields of the body that the request could do without."""
        return tuple(name for name in self._optional(request) if name != "stream")

    def with_answer(self, longest: int | None) -> Self:
        """The same with another limit of the answer."""
        return replace(self, longest_answer=longest)

    def without(self, refusal: FormRefusal) -> Self | None:
        """Another form, without what was refused; None where there is none."""
        if refusal.what == "field":
            return None if refusal.field in self.refused else replace(self, refused=(*self.refused, refusal.field))
        if refusal.what == "stream":
            return None if self.streams else replace(self, streams=True, must_stream=True)
        following = JSON_MODES[JSON_MODES.index(self.way) + 1 :]
        return replace(self, way=following[0]) if following else None

    def learnt(self, facts: EndpointFacts) -> EndpointFacts:
        """`facts` with what an answer to a request in this form has shown."""
        return facts.model_copy(
            update={"json_mode": self.way, "refused_fields": self.refused, "streams": self.must_stream}
        )


def _with_schema(system: Message, answer_schema: dict[str, Any]) -> Message:
    schema = json.dumps(answer_schema, ensure_ascii=False)
    return system.model_copy(
        update={
            "content": f"{system.content}\n\nAnswer with JSON alone, nothing before or behind it. Its schema:\n{schema}"
        }
    )
