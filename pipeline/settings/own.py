"""The settings that one thread may have otherwise than its home."""

from typing import Final

OWN: Final = (
    "model.name",
    "model.run_tokens",
    "model.run_money",
    "model.page_tokens",
    "model.price_in",
    "model.price_cached",
    "model.price_out",
    "fetch.per_feed",
    "fetch.posts",
    "fetch.comments",
    "search.most",
    "search.per_host",
    "search.pursue",
    "batch.every_hours",
    "batch.quiet_factor",
    "thread.language",
    "thread.quiet_days",
    "thread.close_days",
)
"""What one thread may have otherwise than its home, by section and name: all that is its own run's. What several
threads share while they are run (the endpoint, what searches are asked) is the home's."""
