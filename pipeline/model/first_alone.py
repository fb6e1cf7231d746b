"""Questions of one kind begin alike, and many endpoints charge a tenth for what they have read before: so the first of
them is asked alone, and the rest once it is answered. All at once, none would find anything in the cache."""

import json
import threading
import time
from collections.abc import Callable

from pipeline.model.messages import ModelLayer
from pipeline.model.tokens import count_tokens
from pipeline.records.replies import Reply, Request

_SHORTEST_TOKENS = 1024  # of a beginning that endpoints keep: what OpenAI states, and the most that others ask for
_KEPT_S = 240.0  # after its last use; endpoints state five to ten minutes


class _Beginning:
    """One beginning of questions: whether its first question is answered, and when it was last sent."""

    def __init__(self) -> None:
        self.answered, self.sent_at = threading.Event(), 0.0


class FirstAloneLayer:
    """Sends questions with the same instructions and form one first, the others behind it, where `caches` says of a
    model that its endpoint keeps what it has read. Shared by all runs at a time. `tick` is a clock in seconds."""

    def __init__(
        self, inner: ModelLayer, caches: Callable[[str], bool], tick: Callable[[], float] = time.monotonic
    ) -> None:
        self._inner, self._caches, self._tick = inner, caches, tick
        self._lock = threading.Lock()
        self._beginnings: dict[tuple[str, str, str], _Beginning] = {}

    def complete(self, request: Request) -> Reply:
        """The reply of the layer below, at once or behind the first question that begins alike. Where that fails, the
        others are asked all the same."""
        instructions = request.messages[0].content
        if not self._caches(request.model) or count_tokens(instructions) < _SHORTEST_TOKENS:
            return self._inner.complete(request)
        key = (request.model, instructions, json.dumps(request.answer_schema))
        with self._lock:
            known = self._beginnings.get(key)
            is_kept = known is not None and (not known.answered.is_set() or self._tick() - known.sent_at < _KEPT_S)
            beginning = known if known is not None and is_kept else _Beginning()
            self._beginnings[key] = beginning
        if is_kept:
            beginning.answered.wait()
        beginning.sent_at = self._tick()
        try:
            return self._inner.complete(request)
        finally:
            beginning.answered.set()
