"""What tokens cost."""

from collections.abc import Sequence

from pipeline.records import Record
from pipeline.records.replies import Reply

_DEFERRED = 0.5  # times the price, for answers that may take a day (OpenAI's Batch API)


class Prices(Record):
    """Money for a million tokens, in the operator's currency. None where the price is not known."""

    prompt: float | None = None
    completion: float | None = None

    def of(self, prompt_tokens: int, completion_tokens: int) -> float | None:
        """What the tokens cost, or None where a price is not known."""
        if self.prompt is None or self.completion is None:
            return None
        return (prompt_tokens * self.prompt + completion_tokens * self.completion) / 1_000_000

    def of_replies(self, replies: Sequence[Reply]) -> float | None:
        """What replies cost, deferred ones half; None where a price is not known."""
        costs = [self.of(r.prompt_tokens, r.completion_tokens) for r in replies if not r.deferred]
        halved = [self.of(r.prompt_tokens, r.completion_tokens) for r in replies if r.deferred]
        if self.prompt is None or self.completion is None:
            return None
        return sum(cost or 0 for cost in costs) + _DEFERRED * sum(cost or 0 for cost in halved)
