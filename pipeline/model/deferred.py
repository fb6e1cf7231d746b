"""Questions that can wait: put down instead of asked, handed in together, answered within a day for half the price
(OpenAI's Batch API). An answer goes into the reply ledger under its question's key, as if it had been asked for at
once: the run that is taken up again finds it there.
"""

from typing import Protocol

from pipeline.errors import AnswerAwaited
from pipeline.model.exchange import Asks, Reply, Request

_AT_ONCE = frozenset({"pursue"})  # questions whose run does not wait for their answer


class Awaits(Protocol):
    """Where awaited questions are kept. One that is there already stays as it is."""

    def put(self, thread: str, request: Request) -> None: ...


class Deferred:
    """Puts the questions of `thread` down. `inner` answers those that are asked at once."""

    def __init__(self, inner: Asks, awaited: Awaits, thread: str) -> None:
        self._inner, self._awaited, self._thread = inner, awaited, thread

    def complete(self, request: Request) -> Reply:
        """Raises AnswerAwaited."""
        if request.form_name in _AT_ONCE:
            return self._inner.complete(request)
        self._awaited.put(self._thread, request)
        raise AnswerAwaited("its questions are handed in: a later batch goes on with the answers")
