"""Numbers as Chinese, Japanese and Korean texts compose them: 3万7500, 1億2千万, 三千五百, 二〇二六, 3万5천.

Digits and numerals stand before units of ten thousand and its powers, and between these before tens, hundreds and
thousands. What each numeral is worth is in Unicode.
"""

import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal

_MORE = {
    "两": 2, "兩": 2, "京": 10**16, "십": 10, "백": 100, "천": 1000, "만": 10**4, "억": 10**8, "조": 10**12,
}  # fmt: skip
"""Numerals that Unicode gives no value."""
_MYRIAD = 10_000
_WORTH = {
    **{numeral: int(unicodedata.numeric(numeral)) for numeral in "〇零一二三四五六七八九十廿卅百千万萬億亿兆"},
    **_MORE,
}
"""Without those of banks, which are in many words: 参 is three in a contract, and 参加 to take part."""
_NUMERALS = "".join(numeral for numeral in _WORTH if numeral < "가")
_HANGUL = "".join(numeral for numeral in _WORTH if numeral >= "가")
_DIGITS = r"\d{1,15}(?:,\d{3}){0,4}(?:\.\d{1,9})?"
COMPOSED = re.compile(
    rf"(?:{_DIGITS}\s?[{_HANGUL}](?:\s?(?:{_DIGITS}|[{_HANGUL}]))*"
    rf"|(?:{_DIGITS}\s?)?[{_NUMERALS}](?:{_DIGITS}|[{_NUMERALS}])*)"
)
"""A number with at least one numeral or unit in it; in Hangul only behind digits, where it is no syllable of a word."""
_PART = re.compile(rf"{_DIGITS}|[{_NUMERALS}{_HANGUL}]")
_COUNTED = re.compile(rf"{_DIGITS}\s?([{_NUMERALS}{_HANGUL}]+)")
_TENTHS = re.compile(r"\s?[割成](?:(\d|[一二三四五六七八九])分)?")
_FRACTION = re.compile(rf"\s?分[のノ之]\s?({_DIGITS}|[{_NUMERALS}]+)")


def composed_value(written: str) -> Decimal:
    """The number that a match of `COMPOSED` comes to: 1億2千万 is 120,000,000."""
    total = section = Decimal(0)
    number: Decimal | None = None
    last = 0
    for part in _PART.findall(written):
        worth = _WORTH.get(part)
        if worth is None:
            number = Decimal(part.replace(",", ""))
        elif worth < 10:  # a numeral for a digit; those that follow one another are written by place
            number = Decimal(worth) if number is None else number * 10 + worth
        elif worth < _MYRIAD:
            section += (Decimal(1) if number is None else number) * worth
            number = None
        else:
            section += number or 0
            if last and worth > last:  # 3万亿: what was said so far is counted in the larger unit
                total = (total + section) * worth
            else:
                total += (section or Decimal(1)) * worth
            section, number, last = Decimal(0), None, worth
    return total + section + (number or 0)


def unit_of(written: str) -> Decimal | None:
    """What the digits of a match of `COMPOSED` are counted in, where it is digits and a unit: 10,000 for 5万."""
    counted = _COUNTED.fullmatch(written)
    return composed_value(f"1{counted[1]}") if counted else None


def shares(value: Decimal, text: str, end: int) -> Iterator[Decimal]:
    """The percentages that `value`, which ends in `text` at `end`, is the beginning of: 3割 is 30 per cent, 3割5分 is
    35, 三分之二 is 67."""
    if tenths := _TENTHS.match(text, end):
        yield value * 10 + (composed_value(tenths[1]) if tenths[1] else 0)
    fraction = _FRACTION.match(text, end)
    if fraction and 0 < (part := composed_value(fraction[1])) <= value:
        exact = 100 * part / value
        yield from (Decimal(round(exact)), round(exact, 1))
