"""What rooms that do not know each other promise each other."""

from collections.abc import Mapping
from typing import Any, Protocol

from pipeline.records.items import Fetched, Known


class Gets(Protocol):
    """The web: an address in, bytes out. Raises FetchFailed.

    `known` asks only for what has changed since. `robots` False is for what its host offers to programs (a feed, a
    search), and for nothing else. With `send` the request is a POST of that JSON; `headers` go to that host alone."""

    def get(
        self,
        url: str,
        known: Known | None = None,
        *,
        robots: bool = True,
        send: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Fetched: ...
