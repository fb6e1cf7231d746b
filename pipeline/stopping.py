"""Being told to stop. A signal reaches the main thread only; the doors that other threads stand at ask here before they
begin anything."""

import threading

from pipeline.errors import Stopped


class Stopping:
    """Whether the program was told to stop. Once told, it stays told until a next command begins."""

    def __init__(self) -> None:
        self._told = threading.Event()

    def begin(self) -> None:
        self._told.clear()

    def tell(self) -> None:
        self._told.set()

    @property
    def told(self) -> bool:
        return self._told.is_set()

    def check(self) -> None:
        """Raises Stopped once told."""
        if self._told.is_set():
            raise Stopped("told to stop: what was fetched and answered is kept, and the next run goes on from there")
