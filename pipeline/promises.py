"""What rooms that do not know each other promise each other."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
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


class Pace(Protocol):
    """How often something outside may be used, shared by all who use it."""

    def take(self, name: str, takes_s: float, burst_s: float) -> float | None:
        """Takes a turn that takes up `takes_s` seconds of `name`, of which `burst_s` may be used at once; says how many
        seconds to wait before using it, or None while it rests: then no turn was taken."""

    def rest(self, name: str, seconds: float) -> None:
        """Leaves `name` alone for that long."""


class Turns(Protocol):
    """One at a time for each key: two with the same question ask it once."""

    def of(self, key: str) -> AbstractContextManager[None]:
        """Waits until nobody else is at `key`."""
