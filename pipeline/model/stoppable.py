"""The model, until the program is told to stop."""

from pipeline.model.exchange import Asks, Reply, Request
from pipeline.stopping import Stopping


class Stoppable:
    """Asks as the layer below does; raises Stopped once told to stop."""

    def __init__(self, inner: Asks, stopping: Stopping) -> None:
        self._inner, self._stopping = inner, stopping

    def complete(self, request: Request) -> Reply:
        self._stopping.check()
        return self._inner.complete(request)
