"""The web, until the program is told to stop."""

from typing import Any

from pipeline.promises import Gets
from pipeline.records.items import Fetched, Known
from pipeline.stopping import Stopping


class Stoppable:
    """Gets as the layer below does; raises Stopped once told to stop."""

    def __init__(self, inner: Gets, stopping: Stopping) -> None:
        self._inner, self._stopping = inner, stopping

    def get(self, url: str, known: Known | None = None, **how: Any) -> Fetched:  # noqa: ANN401 - passed on as it is
        self._stopping.check()
        return self._inner.get(url, known, **how)
