"""What has been found out about an endpoint and a model, so that it need not be found out again."""

from typing import Any, Literal

from pydantic import Field, model_validator

from pipeline.records import Record

JsonMode = Literal["json_schema", "tools", "json_object", "text"]
"""A way of asking for JSON; model/json_modes.py says what each does."""
JSON_MODES: tuple[JsonMode, ...] = ("json_schema", "tools", "json_object", "text")
"""All of them, the strictest first."""


class EndpointFacts(Record):
    """`json_mode` is the way of asking for JSON that worked; `refused_fields` are fields of a request that it does not
    take; `streams` says that it answers only in pieces; `context` how many tokens the model reads at most, None where
    the endpoint does not say; `reads_tokens` the longest question that it is known to have read whole; `reports_usage`
    whether it counts tokens in its replies; `caches` that it has said to have read the beginning of a question from its
    cache."""

    json_mode: JsonMode = Field(default="json_schema", alias="rung")
    refused_fields: tuple[str, ...] = ()
    streams: bool = False
    context: int | None = None
    reads_tokens: int = 0
    reports_usage: bool = Field(default=True, alias="counts")
    caches: bool = False

    @model_validator(mode="before")
    @classmethod
    def _of_earlier_programs(cls, data: Any) -> Any:  # noqa: ANN401 - what pydantic hands over
        """They kept which of two names for the longest answer was taken."""
        if isinstance(data, dict) and "limit_field" in data:
            data = dict(data)
            if data.pop("limit_field") == "max_tokens":
                data["refused_fields"] = ("max_completion_tokens",)
        return data
