"""Where a number lies on an axis, and the round numbers along it, whatever numbers they are."""

import math
from collections.abc import Callable, Iterable, Sequence

from pipeline.publish.pictures.axis import Label, labels_apart, percent, place

_FAR = 2  # times the distance between the lowest and the highest: zero is left out where all are farther away
_TICKS = 4  # steps between round numbers, about
_LETTER = 6.5  # percent of the width that a letter of a label takes in the narrowest place, some 110 px


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
        return percent(self._place(number))

    def width(self, one: float, other: float) -> str:
        """How far two numbers lie apart."""
        return percent(abs(self._place(one) - self._place(other)))

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
        """As many of the ticks as can be labelled, with zero where it is one of them."""
        words = [(self._place(tick), written(tick)) for tick in ticks]
        return labels_apart(words, _LETTER, ticks.index(0) if 0 in ticks else 0)

    def _length(self) -> float:
        return self._high / self._unit - self._low / self._unit

    def _place(self, number: float) -> float:
        length = self._length()
        return place((number / self._unit - self._low / self._unit) / length if length else 0.5)


def _round_step(least: float) -> float:
    """The smallest of 1, 2, 5, 10, … that is not less; 0.0 where there is none."""
    if not (0 < least < math.inf):
        return 0.0
    power = 10.0 ** math.floor(math.log10(least))
    return next((power * n for n in (1, 2, 5, 10) if 0 < least <= power * n < math.inf), 0.0)
