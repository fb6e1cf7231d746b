"""The interface of a layer between a question and its endpoint, and the JSON schema that an answer must fit."""

from functools import cache
from typing import Any, Protocol

from pydantic import BaseModel

from pipeline.records.replies import Reply, Request


class ModelLayer(Protocol):
    """One layer; each wraps the next. Raises ModelUnavailable where no question can be answered, BadAnswer where this
    one cannot."""

    def complete(self, request: Request) -> Reply:
        """The reply to `request`."""


@cache
def schema_of(answer_type: type[BaseModel]) -> dict[str, Any]:
    """The JSON schema of `answer_type` without references: many endpoints know only the plain part of JSON Schema."""
    schema = answer_type.model_json_schema()
    definitions = schema.pop("$defs", {})

    def resolve(node: Any) -> Any:  # noqa: ANN401 - any JSON
        """`node` with its references replaced and without titles."""
        if isinstance(node, list):
            return [resolve(part) for part in node]
        if not isinstance(node, dict):
            return node
        if "$ref" in node:
            return resolve(definitions[node["$ref"].rpartition("/")[2]])
        return {
            # a property may be called "title": only the schema's own titles go
            key: {name: resolve(part) for name, part in value.items()} if key == "properties" else resolve(value)
            for key, value in node.items()
            if key != "title" or not isinstance(value, str)
        }

    result: dict[str, Any] = resolve(schema)
    return result
