"""How much of what could be tried everywhere is tried: an even sample, the same in every run; or all of it, where the
environment has `INFORMATION_MACHINE_WHOLE_SWEEPS`."""

import os
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

WHOLE = bool(os.environ.get("INFORMATION_MACHINE_WHOLE_SWEEPS"))


def step(every: int) -> int:
    """`every`, or 1 where all is tried."""
    return 1 if WHOLE else every


def sample_of(found: Sequence[T], every: int) -> Sequence[T]:
    """One of `every`, the first among them; or all."""
    return found[:: step(every)]
