"""Places along an axis, in percent of a picture's width, and labels at them that do not touch."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Literal, NamedTuple

_EDGE = 5  # percent that stay free at either end, for half a dot


class Label(NamedTuple):
    """Words at a place on an axis: which end of them stands there, and between which places they lie, in percent."""

    at: str
    text: str
    anchor: Literal["start", "middle", "end"]
    start: float
    end: float


def place(share: float) -> float:
    """Where a share (0 to 1) of an axis lies; what is more or less lies at an end."""
    return _EDGE + (100 - 2 * _EDGE) * min(max(share, 0.0), 1.0)


def percent(at: float) -> str:
    """A place, as SVG reads it."""
    return f"{at:.1f}".removesuffix(".0") + "%"


def labels_apart(words: Sequence[tuple[float, str]], letter: float, origin: int = 0) -> tuple[Label, ...]:
    """Every label, every second, or every third and so on, as many as fit into the picture without touching; none where
    not even two do. `words` are places, lowest first, each with its label; `letter` is the width of a letter, in
    percent; the label at index `origin` is among those chosen."""
    labels = [_label(at, text, len(text) * letter) for at, text in words]
    for every in range(1, len(labels)):
        chosen = labels[origin % every :: every]
        is_inside = all(label.start >= 0 and label.end <= 100 for label in chosen)
        if len(chosen) > 1 and is_inside and all(a.end + letter <= b.start for a, b in pairwise(chosen)):
            return tuple(chosen)
    return ()


def _label(at: float, text: str, width: float) -> Label:
    if at < width / 2:
        return Label(percent(at), text, "start", at, at + width)
    if at > 100 - width / 2:
        return Label(percent(at), text, "end", at - width, at)
    return Label(percent(at), text, "middle", at - width / 2, at + width / 2)
