"""A feed or a search that several threads look at is asked once in a batch."""

import threading

from pipeline.errors import FetchFailed
from pipeline.protocols import HttpGetter
from pipeline.records.items import FetchRequest, Response, Validators


class SharedGetter:
    """Gets what hosts offer to programs (`robots` False) once, and returns it to everyone who asks for it again. Who
    has none of it needs it whole: an answer "unchanged" is no answer to them. Safe to use from several threads."""

    def __init__(self, inner: HttpGetter) -> None:
        self._inner = inner
        self._lock = threading.Lock()
        self._locks: dict[str, threading.Lock] = {}
        self._results: dict[str, Response | FetchFailed] = {}

    def get(self, request: FetchRequest) -> Response:
        """Raises FetchFailed, also to those who ask again."""
        if request.robots or request.send is not None:
            return self._inner.get(request)
        with self._lock:
            lock = self._locks.setdefault(request.url, threading.Lock())
        with lock:
            result = self._results.get(request.url)
            if isinstance(result, FetchFailed):
                raise result
            if result is None or (result.unchanged and request.validators in (None, Validators())):
                try:
                    result = self._inner.get(request)
                except FetchFailed as error:
                    self._results[request.url] = error
                    raise
                self._results[request.url] = result
            return result
