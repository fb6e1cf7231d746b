"""How much of what could be tried everywhere is tried: a sample that is spread evenly, begins where a seed says, and is the
same in every run; or all of it, where the environment has `INFORMATION_MACHINE_WHOLE_SWEEPS`."""

import os
import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

WHOLE = bool(os.environ.get("INFORMATION_MACHINE_WHOLE_SWEEPS"))


def sample_of(found: Sequence[T], every: int, seed: int = 1) -> Sequence[T]:
    """One of `every`, or all; never none of some."""
    if WHOLE:
        return found
    return found[random.Random(seed).randrange(min(every, max(1, len(found)))) :: every]
