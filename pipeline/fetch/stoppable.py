"""The web, until the program is told to stop."""

from pipeline.net.stopping import StopSignal
from pipeline.protocols import HttpGetter
from pipeline.records.items import FetchRequest, Response


class StoppableGetter:
    """Gets as the layer below does."""

    def __init__(self, inner: HttpGetter, stop: StopSignal) -> None:
        self._inner, self._stop = inner, stop

    def get(self, request: FetchRequest) -> Response:
        """Raises StopRequested once told to stop."""
        self._stop.check()
        return self._inner.get(request)
