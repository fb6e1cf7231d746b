"""Whether an answer repeats the instructions it was given: no answer to them, and nothing to publish."""

import re

_RUN = 12  # words in a row that no answer has by chance


def repeats(answer: str, instructions: str) -> bool:
    """Whether `answer` holds `_RUN` words of `instructions` in a row, whatever the case and punctuation."""
    given = _runs(instructions)
    return bool(given) and not given.isdisjoint(_runs(answer))


def _runs(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.casefold())
    return {tuple(words[i : i + _RUN]) for i in range(len(words) - _RUN + 1)}
