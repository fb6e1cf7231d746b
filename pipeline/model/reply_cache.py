"""Every reply is stored under its request's key before anything uses it, and never asked for again."""

from pipeline.model.budget import Usage
from pipeline.model.messages import ModelLayer
from pipeline.net.keyed_lock import LocalKeyedLock
from pipeline.protocols import KeyedLock, ReplyStore
from pipeline.records.replies import Reply, Request


class NoReplies:
    """A ReplyStore that keeps nothing: for a question that is no part of a run."""

    def find(self, _key: str) -> Reply | None:
        """Always None."""
        return None

    def keep(self, key: str, request: Request, reply: Reply) -> None:
        """Nothing."""

    def reject(self, key: str, reason: str) -> None:
        """Nothing."""


class ReplyCache:
    """Answers from the stored replies; asks the layer below for the rest. With `use_cache` False everything is asked
    anew, so that a recording of the run is whole. Runs at the same time share `lock`, so that they never ask the same
    question twice."""

    def __init__(
        self,
        inner: ModelLayer,
        replies: ReplyStore,
        usage: Usage,
        *,
        use_cache: bool = True,
        lock: KeyedLock | None = None,
    ) -> None:
        self._inner, self._replies, self._usage, self._use_cache = inner, replies, usage, use_cache
        self._lock = lock or LocalKeyedLock()

    def complete(self, request: Request) -> Reply:
        """The stored reply to `request`, or that of the layer below, which is stored before it is returned."""
        with self._lock.hold(request.key):
            cached = self._replies.find(request.key) if self._use_cache else None
            if cached is not None:
                self._usage.add_cached()
                return cached
            reply = self._inner.complete(request)
            self._usage.add(reply)
            self._replies.keep(request.key, request, reply)
            return reply

    def reject(self, request: Request, reason: str) -> None:
        """Marks the reply to `request` as unusable, so that a later run asks again. `reason` is stored with it."""
        self._replies.reject(request.key, reason)
