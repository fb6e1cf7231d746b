"""Tells those who watch which questions the model is being asked, while it is being asked: it may write for minutes."""

import threading
from collections import Counter

from pipeline.model.messages import ModelLayer
from pipeline.records.replies import Reply, Request
from pipeline.records.runs import Progress, ProgressEvent


class AnnouncingLayer:
    """Passes requests on, and reports at each beginning and end which are under way. Safe to use from several
    threads."""

    def __init__(self, inner: ModelLayer, progress: Progress, thread: str) -> None:
        self._inner, self._progress, self._thread = inner, progress, thread
        self._lock = threading.Lock()
        self._asked: Counter[str] = Counter()

    def complete(self, request: Request) -> Reply:
        """The reply of the layer below."""
        self._report(request.prompt_name, 1)
        try:
            return self._inner.complete(request)
        finally:
            self._report(request.prompt_name, -1)

    def _report(self, prompt: str, more: int) -> None:
        with self._lock:
            self._asked[prompt] += more
            asked = ", ".join(f"{number} × {name}" for name, number in sorted((+self._asked).items()))
        if asked:
            self._progress(ProgressEvent(self._thread, "model", f"is writing: {asked}", "passing"))
