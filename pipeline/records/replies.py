"""What goes to a model and what comes back."""

import hashlib
import json
from typing import Any, Literal

from pydantic import Field

from pipeline.records import Record


class Message(Record):
    """One message of a chat."""

    role: Literal["system", "user", "assistant"]
    content: str


class Request(Record):
    """All that an answer depends on. `prompt_name` is the file in `prompts/`, `answer_schema` the JSON schema that the
    answer must fit."""

    model: str
    messages: tuple[Message, ...]
    prompt_name: str = Field(alias="form_name")
    answer_schema: dict[str, Any] = Field(alias="form")

    @property
    def key(self) -> str:
        """What its reply is stored under: a hash of everything in it. Extractions name it, so it never changes."""
        canonical = json.dumps(self.model_dump(), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(canonical.encode()).hexdigest()


class Reply(Record):
    """One answer as it came. `finish` is the reason for its end: "stop", "length" where it was cut off,
    "content_filter" and "refusal" where there is none and never will be. `cached_tokens` are those of the prompt that
    the endpoint had in its cache; `estimated` marks token counts that the endpoint did not give, `deferred` an answer
    that a batch job gave, at half the price. `price` is what it cost where it was not asked of the run's main model."""

    text: str
    finish: str
    model: str
    prompt_tokens: int
    completion_tokens: int
    cached_tokens: int = 0
    estimated: bool = False
    deferred: bool = False
    price: float | None = None


class PromptFile(Record):
    """A prompt that is asked with: its fingerprint, whether it is the operator's own, the file it stands in, and what
    it asks for."""

    name: str
    fingerprint: str
    own: bool
    file: str
    asks: str


class Question(Record):
    """A question as it would be sent: by which prompt, its instructions and its material."""

    prompt: str
    fingerprint: str
    system: str
    user: str
