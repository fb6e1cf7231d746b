"""What has been found out about an endpoint and a model, so that it is found out once."""

from typing import Protocol

from pipeline.model.forms import Rung
from pipeline.records import Record


class Facts(Record):
    """`rung` is the ladder's rung that worked; `limit_field` the name the endpoint takes for the longest answer;
    `context` how many tokens it reads at most, None where it does not say; `counts` whether it reports usage."""

    rung: Rung = "json_schema"
    limit_field: str = "max_completion_tokens"
    context: int | None = None
    counts: bool = True


class KeepsFacts(Protocol):
    """Where facts are kept, by endpoint and model."""

    def find(self, endpoint: str, model: str) -> Facts: ...
    def keep(self, endpoint: str, model: str, facts: Facts) -> None: ...
