"""What a private feed or page wants to be asked with. No secret stands here: the environment's names for them do."""

import re
from typing import Self

from pydantic import Field, model_validator

from pipeline.settings.section import Section

_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")  # RFC 9110, section 5.1
_OURS = frozenset({"host", "connection", "content-length", "transfer-encoding", "user-agent", "accept-encoding", "te"})


class SourceSettings(Section):
    """One address, asked with headers or a password that are sent to its host alone."""

    headers: dict[str, str] = Field(default={}, description="headers, by the environment's names for their values")
    basic: str = Field(default="", description="the environment's name for `name:password`")

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        for header in self.headers:
            if not _HEADER.fullmatch(header) or header.lower() in _OURS:
                raise ValueError(f"{header!r} is no header that can be set")
        if self.basic and "authorization" in (header.lower() for header in self.headers):
            raise ValueError("basic and the header Authorization are both set: keep one of them")
        if not self.basic and not self.headers:
            raise ValueError("it names nothing to send: give headers or basic")
        return self
