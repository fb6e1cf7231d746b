"""A feed or a search that several threads look at is asked once in a batch."""

import threading
from collections.abc import Mapping
from typing import Any

from pipeline.errors import FetchFailed
from pipeline.promises import Gets
from pipeline.records.items import Fetched, Known


class Once:
    """Gets what hosts offer to programs (`robots` False) once, and gives it to whoever asks for it again. Who has none
    of it needs it whole: an answer "unchanged" is no answer to them. Safe to use from several threads."""

    def __init__(self, inner: Gets) -> None:
        self._inner = inner
        self._lock = threading.Lock()
        self._asking: dict[str, threading.Lock] = {}
        self._got: dict[str, Fetched | FetchFailed] = {}

    def get(
        self,
        url: str,
        known: Known | None = None,
        *,
        robots: bool = True,
        send: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Fetched:
        """As promised."""
        if robots or send is not None:
            return self._inner.get(url, known, robots=robots, send=send, headers=headers)
        with self._lock:
            asking = self._asking.setdefault(url, threading.Lock())
        with asking:
            got = self._got.get(url)
            if isinstance(got, FetchFailed):
                raise got
            if got is None or (got.unchanged and not (known and known != Known())):
                try:
                    got = self._inner.get(url, known, robots=False, headers=headers)
                except FetchFailed as error:
                    self._got[url] = error
                    raise
                self._got[url] = got
            return got
