"""Where a number lies on an axis, and the round numbers along it, whatever numbers they are."""

import math
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import Literal, NamedTuple

_EDGE = 5  # percent of the width that stay free at either end, for half a dot
_FAR = 2  # times the distance between the lowest and the highest: zero is left out where all are farther away
_TICKS = 4  # steps between round numbers, about
_LETTER = 6.5  # percent of the width that a letter of a label takes in the narrowest place, some 110 px


class Label(NamedTuple):
    """Words at a place on an axis: which end of them stands there, and between which places they lie, in percent."""

    at: str
    text: str
    anchor: Literal["start", "middle", "end"]
    start: float
    end: float


class Scale:
    """An axis from the lowest to the highest of some finite numbers. Zero is on it, unless it is far from all of them
    or `with_zero` wants it anyway."""

    def __init__(self, numbers: Iterable[float], *, with_zero: bool) -> None:
        values = [*numbers]
        self._low, self._high = min(values), max(values)
        self._unit = max(abs(self._low), abs(self._high)) or 1.0  # differences of the largest floats are infinite
        nearest = min(abs(self._low), abs(self._high)) / self._unit
        if with_zero or nearest <= _FAR * self._length():
            self._low, self._high = min(self._low, 0.0), max(self._high, 0.0)

    def at(self, number: float) -> str:
        """Where a number lies, as a percentage that SVG reads."""
        return _percent(self._share(number))

    def width(self, one: float, other: float) -> str:
        """How far two numbers lie apart."""
        return _percent(abs(self._share(one) - self._share(other)))

    def ticks(self) -> tuple[float, ...]:
        """The round numbers along the axis; none where all numbers are one, or too large or small to count with."""
        step = _round_step((self._high - self._low) / _TICKS)
        if not step:
            return ()
        first, last = math.ceil(self._low / step), math.floor(self._high / step)
        digits = max(0, -math.floor(math.log10(step)))
        numbers = (round(n * step, digits) + 0.0 for n in range(first, last + 1))
        return tuple(number for number in numbers if self._low <= number <= self._high)

    def labels(self, ticks: Sequence[float], written: Callable[[float], str]) -> tuple[Label, ...]:
        """Every tick, every second, or every third and so on, as many as can be labelled inside the picture and without
        one label touching another; none where not even two can. Zero is one of them where it is a tick."""
        labels = [_label(self._share(tick), written(tick)) for tick in ticks]
        origin = ticks.index(0) if 0 in ticks else 0
        for every in range(1, len(ticks)):
            chosen = labels[origin % every :: every]
            is_inside = all(label.start >= 0 and label.end <= 100 for label in chosen)
            if len(chosen) > 1 and is_inside and all(a.end + _LETTER <= b.start for a, b in pairwise(chosen)):
                return tuple(chosen)
        return ()

    def _length(self) -> float:
        return self._high / self._unit - self._low / self._unit

    def _share(self, number: float) -> float:
        length = self._length()
        inside = (number / self._unit - self._low / self._unit) / length if length else 0.5
        return _EDGE + (100 - 2 * _EDGE) * min(max(inside, 0.0), 1.0)


def _round_step(least: float) -> float:
    """The smallest of 1, 2, 5, 10, … that is not less; 0.0 where there is none."""
    if not (0 < least < math.inf):
        return 0.0
    power = 10.0 ** math.floor(math.log10(least))
    return next((power * n for n in (1, 2, 5, 10) if 0 < least <= power * n < math.inf), 0.0)


def _label(at: float, text: str) -> Label:
    width = len(text) * _LETTER
    if at < width / 2:
        return Label(_percent(at), text, "start", at, at + width)
    if at > 100 - width / 2:
        return Label(_percent(at), text, "end", at - width, at)
    return Label(_percent(at), text, "middle", at - width / 2, at + width / 2)


def _percent(share: float) -> str:
    return f"{share:.1f}".removesuffix(".0") + "%"
