"""The request to stop. An operating system's signal reaches the main thread only; the layers that other threads call
check here before they begin anything."""

import threading

from pipeline.errors import StopRequested


class StopSignal:
    """Whether the program was told to stop. Stays set until the next command clears it. Thread-safe."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def clear(self) -> None:
        """Forgets an earlier request to stop."""
        self._event.clear()

    def set(self) -> None:
        """Tells the program to stop."""
        self._event.set()

    @property
    def is_set(self) -> bool:
        """Whether the program was told to stop."""
        return self._event.is_set()

    def check(self) -> None:
        """Raises StopRequested where the program was told to stop."""
        if self._event.is_set():
            raise StopRequested(
                "told to stop: what was fetched and answered is kept, and the next run goes on from there"
            )
