"""What tokens cost."""

from collections.abc import Sequence

from pipeline.records import Record
from pipeline.records.replies import Reply

_DEFERRED = 0.5  # times the price, for answers that may take a day (OpenAI's Batch API)


class Prices(Record):
    """Money for a million tokens, in the operator's currency. None where the price is not known; what an endpoint has
    in its cache then costs as much as what it has not."""

    prompt: float | None = None
    completion: float | None = None
    cached: float | None = None

    def of(self, prompt_tokens: int, completion_tokens: int, cached_tokens: int = 0) -> float | None:
        """What the tokens cost, or None where a price is not known. `cached_tokens` are some of the prompt's."""
        if self.prompt is None or self.completion is None:
            return None
        saved = cached_tokens * (self.prompt - self.cached) if self.cached is not None else 0.0
        return (prompt_tokens * self.prompt + completion_tokens * self.completion - saved) / 1_000_000

    def of_reply(self, reply: Reply) -> float | None:
        """What a reply cost: a deferred one half, one of another model what that was told it costs."""
        if reply.price is not None:
            return reply.price
        cost = self.of(reply.prompt_tokens, reply.completion_tokens, reply.cached_tokens)
        return cost if cost is None else cost * (_DEFERRED if reply.deferred else 1.0)

    def of_replies(self, replies: Sequence[Reply]) -> float | None:
        """What replies cost together; None where that of one is not known."""
        costs = [self.of_reply(reply) for reply in replies]
        known = [cost for cost in costs if cost is not None]
        return sum(known) if len(known) == len(costs) and self.prompt is not None else None
