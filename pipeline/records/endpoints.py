"""What has been found out about an endpoint and a model, so that it need not be found out again."""

from typing import Literal

from pydantic import Field

from pipeline.records import Record

JsonMode = Literal["json_schema", "tools", "json_object", "text"]
"""A way of asking for JSON; model/json_modes.py says what each does."""
JSON_MODES: tuple[JsonMode, ...] = ("json_schema", "tools", "json_object", "text")
"""All of them, the strictest first."""


class EndpointFacts(Record):
    """`json_mode` is the way of asking for JSON that worked; `limit_field` the name of the request's field for the
    longest answer; `context` how many tokens the model reads at most, None where the endpoint does not say;
    `reports_usage` whether it counts tokens in its replies."""

    json_mode: JsonMode = Field(default="json_schema", alias="rung")
    limit_field: str = "max_completion_tokens"
    context: int | None = None
    reports_usage: bool = Field(default=True, alias="counts")
