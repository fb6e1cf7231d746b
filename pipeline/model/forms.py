"""The structured-output ladder: four ways of asking for JSON, from the strictest, and one way of reading it.

    json_schema   response_format with the schema: the endpoint holds the model to it
    tools         the schema as the one function the model must call
    json_object   response_format json_object, the schema in words
    text          the schema in words alone

Which rung an endpoint takes is found by asking and remembered (`facts`). Whatever the rung, the answer is read here
the same way and validated by the door: no endpoint's word is taken for it.
"""

import json
from typing import Any, Literal

from pipeline.model.exchange import Message, Request

Rung = Literal["json_schema", "tools", "json_object", "text"]
RUNGS: tuple[Rung, ...] = ("json_schema", "tools", "json_object", "text")


def body_of(request: Request, rung: Rung) -> dict[str, Any]:
    """The request's part of a chat completion's body that depends on the rung."""
    messages = request.messages
    if rung in ("json_object", "text"):
        messages = (_with_form(messages[0], request.form), *messages[1:])
    body: dict[str, Any] = {"model": request.model, "messages": [message.model_dump() for message in messages]}
    if rung == "json_schema":
        form = {"name": request.form_name, "schema": request.form, "strict": True}
        body["response_format"] = {"type": "json_schema", "json_schema": form}
    elif rung == "tools":
        function = {"name": request.form_name, "parameters": request.form, "strict": True}
        body["tools"] = [{"type": "function", "function": function}]
        body["tool_choice"] = {"type": "function", "function": {"name": request.form_name}}
    elif rung == "json_object":
        body["response_format"] = {"type": "json_object"}
    return body


def _with_form(system: Message, form: dict[str, Any]) -> Message:
    schema = json.dumps(form, ensure_ascii=False)
    return system.model_copy(
        update={
            "content": f"{system.content}\n\nAnswer with JSON alone, nothing before or behind it. Its schema:\n{schema}"
        }
    )


class NotJson(ValueError):  # noqa: N818 - reads as what came back
    """What came back holds no JSON value that can be taken at its word."""


def json_in(text: str) -> str:
    """The first complete JSON object in `text`, as text: prose and fences around it are passed over. A value with
    NaN or with one key twice is refused, and a cut one is never completed. Raises NotJson."""
    decoder = json.JSONDecoder(parse_constant=_refuse_constant, object_pairs_hook=_refuse_twice)
    text = text.lstrip("\ufeff")
    at = text.find("{")
    while at >= 0:
        try:
            _, end = decoder.raw_decode(text, at)
        except json.JSONDecodeError as error:
            if error.pos >= len(text.rstrip()):
                raise NotJson("the JSON ends before it is complete") from error
            at = text.find("{", at + 1) if error.pos == at + 1 else -1
        except RecursionError as error:
            raise NotJson("the JSON is nested too deeply") from error
        else:
            return text[at:end]
    raise NotJson("it holds no JSON object that can be read")


def _refuse_constant(name: str) -> None:
    raise NotJson(f"{name} is no JSON")


def _refuse_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise NotJson("one key stands in it twice")
    return found
