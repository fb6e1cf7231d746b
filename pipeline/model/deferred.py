"""Questions that can wait: stored instead of asked, sent together, answered within a day for half the price (OpenAI's
Batch API). An answer is stored as the reply to its question, as if it had been asked at once: a later run of the thread
finds it in the reply cache.
"""

from pipeline.errors import AnswerPending
from pipeline.model.messages import ModelLayer
from pipeline.protocols import DeferredQuestionStore
from pipeline.records.replies import Reply, Request

_NEVER_DEFERRED = frozenset({"pursue"})  # prompts whose run does not wait for their answer


class DeferringLayer:
    """Stores the questions of `thread` for later. `inner` answers those that are never deferred."""

    def __init__(self, inner: ModelLayer, questions: DeferredQuestionStore, thread: str) -> None:
        self._inner, self._questions, self._thread = inner, questions, thread

    def complete(self, request: Request) -> Reply:
        """The reply to a question that is never deferred. Raises AnswerPending for every other."""
        if request.prompt_name in _NEVER_DEFERRED:
            return self._inner.complete(request)
        self._questions.put(self._thread, request)
        raise AnswerPending("its questions are handed in: a later batch goes on with the answers")
