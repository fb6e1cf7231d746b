"""Whether the sentences of a claim give a quantity: its value and its margin."""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from pipeline.text.numbers import figures_of, numbers_in, with_plain_digits
from pipeline.verify.figures import are_english
from pipeline.verify.likeness import other_measure
from pipeline.verify.times import dates_in

_MINUS = re.compile(
    r"(?:(?<![^\s(\[=:;,/<>~≈±])[-–]|(?<![\d%])−|\b(?:minus|moins|menos|meno|минус|мінус)\s|マイナス|负|負|마이너스\s?)"
    r"(?=(?P<number>\d+(?:[.,'\s]\d+)*))"
)
"""A sign or a word before a number that makes it negative. Between two numbers a dash is a span's, and before a space a
sentence's."""


class Margin(NamedTuple):
    """The two ends of a margin."""

    low: float
    high: float


def is_given(value: float, unit: str, sentences: Iterable[str], language: str | None) -> bool:
    """Whether `sentences` in `language` give the value, in whatever notation. A minus that they have has to be in the
    value; one that it has alone may stand for a verb ("fell by 12.5 per cent"), which no table knows in all languages.
    A year alone is no quantity; in English, a value that they give in another unit alone is not given."""
    texts = list(sentences)
    number = _exact(value)
    given = frozenset().union(*(_numbers(text, language, with_dates=bool(unit)) for text in texts))
    if number not in given and (number >= 0 or -number not in given):
        return False
    return not (are_english(language) and other_measure(f"{abs(number):f} {unit}", "\n".join(texts)))


def margin_given(
    value: float, margin: Sequence[float], sentences: Iterable[str], language: str | None
) -> Margin | None:
    """The ends of the margin around `value`, where `sentences` give it: `margin` is half of its width, or its two
    ends."""
    numbers = [_exact(number) for number in margin]
    if len(numbers) == 1:
        return _ends(_exact(value), numbers[0], _all_numbers(sentences, language))
    if len(numbers) != 2 or not numbers[0] <= _exact(value) <= numbers[1]:
        return None
    given = _all_numbers(sentences, language)
    if given.issuperset(numbers):
        return Margin(*map(float, numbers))
    half = numbers[1] - _exact(value)
    return _ends(_exact(value), half, given) if numbers[0] == _exact(value) - half else None


def _ends(value: Decimal, half: Decimal, given: frozenset[Decimal]) -> Margin | None:
    return Margin(float(value - half), float(value + half)) if half >= 0 and half in given else None


def _all_numbers(sentences: Iterable[str], language: str | None) -> frozenset[Decimal]:
    return frozenset().union(*(_numbers(text, language, with_dates=False) for text in sentences))


@lru_cache(maxsize=256)  # one claim, its quantities
def _numbers(text: str, language: str | None, *, with_dates: bool) -> frozenset[Decimal]:
    """The numbers that a text gives, with their signs; with or without those that only date something."""
    if not with_dates:
        text = dates_in(text, language)[1]
    plain = with_plain_digits(text)
    signs = {match.end(): match.end("number") for match in _MINUS.finditer(plain)}
    negative = {
        -number.scaleb(figure.power or 0).normalize()
        for figure in figures_of(text, language)
        if figure.start in signs
        for reading in figure.readings
        for number in reading
    }
    for start, end in signs.items():
        plain = plain[:start] + " " * (end - start) + plain[end:]
    return numbers_in(plain, language).whole | negative


def _exact(number: float) -> Decimal:
    return Decimal(repr(number)).normalize()
