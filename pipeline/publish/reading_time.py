"""How long a page takes to read."""

import re
from collections.abc import Iterable

from pipeline.publish.diff import UNSPACED

_A_MINUTE = 230  # words; what adults read silently in a minute in studies of English lies between 175 and 300
_UNSPACED_A_MINUTE = 480  # characters, of scripts that do not part words
_CHARACTER = re.compile(f"[{UNSPACED}]")


def minutes_to_read(texts: Iterable[str]) -> int:
    """Whole minutes, at least one."""
    minutes = 0.0
    for text in texts:
        spaced, characters = _CHARACTER.subn(" ", text)
        minutes += len(spaced.split()) / _A_MINUTE + characters / _UNSPACED_A_MINUTE
    return max(1, round(minutes))
