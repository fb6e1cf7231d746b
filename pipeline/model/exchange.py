"""What goes to a model and what comes back, and the promise each layer of the door keeps."""

import hashlib
import json
from typing import Any, Literal, Protocol

from pydantic import BaseModel

from pipeline.records import Record
from pipeline.tokens import count_tokens


class Message(Record):
    role: Literal["system", "user", "assistant"]
    content: str


class Request(Record):
    """All that decides an answer. `form` is the JSON schema the answer must have."""

    model: str
    messages: tuple[Message, ...]
    form_name: str
    form: dict[str, Any]

    @property
    def key(self) -> str:
        """The request's name in the ledger: a hash of everything in it."""
        canonical = json.dumps(self.model_dump(), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(canonical.encode()).hexdigest()

    @property
    def tokens(self) -> int:
        """How many tokens its messages have. The form is left out: servers differ in whether they count it."""
        return sum(count_tokens(message.content) for message in self.messages)


class Reply(Record):
    """One answer as it came. `estimated` marks token counts that the endpoint did not give, `deferred` an answer that
    was waited for, and cost half."""

    text: str
    finish: str
    model: str
    prompt_tokens: int
    completion_tokens: int
    estimated: bool = False
    deferred: bool = False


class Asks(Protocol):
    """One layer of the door. Raises ModelUnavailable where no question can be answered, BadAnswer where this one
    cannot."""

    def complete(self, request: Request) -> Reply: ...


def form_of(answer: type[BaseModel]) -> dict[str, Any]:
    """The JSON schema of `answer` without references: many endpoints know only the plain part of JSON Schema."""
    schema = answer.model_json_schema()
    definitions = schema.pop("$defs", {})

    def plain(node: Any) -> Any:  # noqa: ANN401 - any JSON
        if isinstance(node, list):
            return [plain(part) for part in node]
        if not isinstance(node, dict):
            return node
        if "$ref" in node:
            return plain(definitions[node["$ref"].rpartition("/")[2]])
        return {
            # a property may be called "title": only the schema's own titles go
            key: {name: plain(part) for name, part in value.items()} if key == "properties" else plain(value)
            for key, value in node.items()
            if key != "title" or not isinstance(value, str)
        }

    result: dict[str, Any] = plain(schema)
    return result
