"""The model, until the program is told to stop."""

from pipeline.model.messages import ModelLayer
from pipeline.net.stopping import StopSignal
from pipeline.records.replies import Reply, Request


class StoppableLayer:
    """Asks the layer below until the program is told to stop."""

    def __init__(self, inner: ModelLayer, stop: StopSignal) -> None:
        self._inner, self._stop = inner, stop

    def complete(self, request: Request) -> Reply:
        """The reply of the layer below. Raises StopRequested once the program is told to stop."""
        self._stop.check()
        return self._inner.complete(request)
