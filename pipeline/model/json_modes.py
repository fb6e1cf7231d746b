"""Structured output: four ways of asking for JSON, from the strictest, and one way of reading it.

    json_schema   response_format with the schema: the endpoint holds the model to it
    tools         the schema as the one function the model must call
    json_object   response_format json_object, the schema in words
    text          the schema in words alone

Which mode an endpoint takes is found by trying and remembered (EndpointFacts). Whatever the mode, the answer is read
here the same way and validated by the client: no endpoint is trusted to have done so.
"""

import json
from typing import Any

from pipeline.records.endpoints import JsonMode
from pipeline.records.replies import Message, Request


def body_of(request: Request, json_mode: JsonMode) -> dict[str, Any]:
    """The body of a chat completion: model, messages, and how `json_mode` asks for JSON."""
    messages = request.messages
    if json_mode in ("json_object", "text"):
        messages = (_with_schema(messages[0], request.answer_schema), *messages[1:])
    body: dict[str, Any] = {"model": request.model, "messages": [message.model_dump() for message in messages]}
    if json_mode == "json_schema":
        schema = {"name": request.prompt_name, "schema": request.answer_schema, "strict": True}
        body["response_format"] = {"type": "json_schema", "json_schema": schema}
    elif json_mode == "tools":
        function = {"name": request.prompt_name, "parameters": request.answer_schema, "strict": True}
        body["tools"] = [{"type": "function", "function": function}]
        body["tool_choice"] = {"type": "function", "function": {"name": request.prompt_name}}
    elif json_mode == "json_object":
        body["response_format"] = {"type": "json_object"}
    return body


def _with_schema(system: Message, answer_schema: dict[str, Any]) -> Message:
    schema = json.dumps(answer_schema, ensure_ascii=False)
    return system.model_copy(
        update={
            "content": f"{system.content}\n\nAnswer with JSON alone, nothing before or behind it. Its schema:\n{schema}"
        }
    )


class NotJson(ValueError):  # noqa: N818 - reads as what came back
    """A text without a JSON object that can be used; the message says why."""


def json_in(text: str) -> str:
    """The first complete JSON object in `text`, as text: prose and fences around it are skipped. An object with NaN or
    with one key twice is refused, and one that was cut off is never completed. Raises NotJson."""
    decoder = json.JSONDecoder(parse_constant=_refuse_constant, object_pairs_hook=_refuse_duplicate_keys)
    text = text.lstrip("\ufeff")
    start = text.find("{")
    while start >= 0:
        try:
            _, end = decoder.raw_decode(text, start)
        except json.JSONDecodeError as error:
            if error.pos >= len(text.rstrip()):
                raise NotJson("the JSON ends before it is complete") from error
            start = text.find("{", start + 1) if error.pos == start + 1 else -1
        except RecursionError as error:
            raise NotJson("the JSON is nested too deeply") from error
        else:
            return text[start:end]
    raise NotJson("it holds no JSON object that can be read")


def _refuse_constant(name: str) -> None:
    raise NotJson(f"{name} is no JSON")


def _refuse_duplicate_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        raise NotJson("one key stands in it twice")
    return value
