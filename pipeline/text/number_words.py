"""Numbers in words, up to the billions, in every language that num2words has; Chinese and Japanese numerals are no
words and are read elsewhere, as is English.

What is put together from the words of a language's table is worked out: two hundred and fifty, two and a half million,
two dozen, two thirds.
"""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from pipeline.text.english_numbers import numbers_in_english
from pipeline.text.number_forms import KNOWN, SHARES
from pipeline.text.number_table import Phrase, Table, table_of, words_in
from pipeline.text.tags import primary

_ARABIC_DUAL = re.compile(r"(?<=[^\W\d_]{3})(?:ان|ين)(?![^\W\d_])")
_SMALLEST_LOT = 10
_HALF = Decimal("0.5")


class WordNumbers(NamedTuple):
    """The numbers that a text gives in words, and the powers of ten that some of them are counted in."""

    numbers: frozenset[Decimal] = frozenset()
    powers: frozenset[int] = frozenset()


def words_are_known(language: str | None) -> bool:
    """Whether the number words of a language are known well enough to say that a text does not have a number."""
    return primary(language) in KNOWN


def numbers_in_words(text: str, language: str | None) -> WordNumbers:
    """The numbers in words of a text in `language`; where that is not known, those of English."""
    code = primary(language)
    if code in ("", "en"):
        return WordNumbers(frozenset(numbers_in_english(text)))
    table = table_of(code)
    if table is None:
        shares = SHARES.get(code, {}).items()
        return WordNumbers(frozenset(Decimal(100) / n for n, words in shares if any(w in text for w in words.split())))
    words = [form for word in words_in(text) for form in table.forms_of(word)]
    reader = _Reader(words, table)
    reader.read()
    reader.numbers.update(Decimal(number) for word in set(words) if (number := table.ordinal(word)))
    if code == "ar" and _ARABIC_DUAL.search(text):
        reader.numbers.add(Decimal(2))  # two of a thing have an ending, not a word
    return WordNumbers(frozenset(reader.numbers), frozenset(reader.powers))


class _Reader:
    """Reads the numbers of a row of words, from the left: the longest that begins at each place."""

    def __init__(self, words: Sequence[str], table: Table) -> None:
        self._words, self._table, self._place = words, table, 0
        self._longest = max(map(len, (*table.below_hundred, *table.hundreds, *table.powers)), default=1)
        self.numbers: set[Decimal] = set()
        self.powers: set[int] = set()

    def read(self) -> None:
        """Reads all words into `numbers` and `powers`."""
        while self._place < len(self._words):
            begin = self._place
            self._read_one()
            self._place = max(self._place, begin + 1)

    def _read_one(self) -> None:
        in_digits = self._word().isdecimal()
        if not in_digits and self._word()[0].isdecimal():
            self._place += 1
            self._take_power()  # of a number that is read elsewhere
            return
        value = self._digits() if in_digits else self._below_thousand()
        told = value is not None and not in_digits  # digits alone are read elsewhere
        while value is not None and (lot := self._lot()):
            value, told = value * lot, True
            self._place += 1
        share = self._table.shares.get(self._word())
        if share and (value is None or value < share):
            self._place += 1
            self._add_share((1 if value is None else value) / Decimal(share))
        elif value is not None:
            self._add_sum(value, told=told)
        elif self._power_here():
            if lot := self._table.amounts.get(self._word()):
                self.numbers.add(lot)
            self._add_sum(Decimal(1), told=True)

    def _add_share(self, share: Decimal) -> None:
        """A part of one: so much per cent, or of a dozen, or so many thousands or millions."""
        if power := self._take_power():
            self.numbers.add(share.scaleb(power))
        elif lot := self._lot():
            self.numbers.add(share * lot)
        else:
            self.numbers |= {Decimal(round(100 * share)), round(100 * share, 1)}

    def _add_sum(self, value: Decimal | None, *, told: bool) -> None:
        """What `value` and the words behind it come to: two million five hundred thousand; two and a half million."""
        total, last = Decimal(0), None
        while value is not None:
            half = self._take_half()
            power = self._take_power(below=last)
            if power is None:
                total, value, told = total + value + half, None, told or bool(half)
                break
            self.powers.add(power)
            half_of_power = self._take_half()
            told = told or bool(half or half_of_power)
            total += (value + half + half_of_power).scaleb(power)
            last, value = power, None if half_of_power else self._rest()
            told = told or value is not None
        if told:
            self.numbers.add(total)

    def _rest(self) -> Decimal | None:
        """The number behind a power, with or without "and" between them."""
        begin = self._place
        if self._word() in self._table.connectors:
            self._place += 1
        value = self._below_thousand()
        if value is None:
            self._place = begin
        return value

    def _lot(self) -> Decimal | None:
        """What the next word says that something is counted in: a dozen, not a pair."""
        lot = self._table.amounts.get(self._word())
        return lot if lot and lot >= _SMALLEST_LOT and not self._power_here() else None

    def _word(self, ahead: int = 0) -> str:
        place = self._place + ahead
        return self._words[place] if place < len(self._words) else ""

    def _digits(self) -> Decimal:
        self._place += 1
        return Decimal(self._words[self._place - 1])

    def _below_thousand(self) -> Decimal | None:
        table, word = self._table, self._word()
        if (value := table.in_one_word(word)) is not None:
            self._place += 1
            return value
        hundreds = self._take(table.hundreds)
        if hundreds:
            begin = self._place
            if self._word() in table.connectors:
                self._place += 1
            rest = self._take(table.below_hundred)
            self._place = self._place if rest else begin
            return Decimal(hundreds + (rest or 0))
        below = self._take(table.below_hundred)
        if below and below < 10 and table.hundreds.get((self._word(),)) == 100:
            self._place += 1
            return Decimal(below * 100)
        if below is None and word in table.amounts and not self._power_here():
            self._place += 1
            return table.amounts[word]
        return None if below is None else Decimal(below)

    def _take(self, phrases: Mapping[Phrase, int], most: int | None = None) -> int | None:
        for length in range(self._longest, 0, -1):
            value = phrases.get(tuple(self._words[self._place : self._place + length]))
            if value is not None and (most is None or value < most):
                self._place += length
                return value
        return None

    def _power_here(self) -> bool:
        begin = self._place
        found = self._take(self._table.powers) is not None
        self._place = begin
        return found

    def _take_power(self, below: int | None = None) -> int | None:
        return self._take(self._table.powers, below)

    def _take_half(self) -> Decimal:
        """A half behind a number: "y medio", "und eine halbe", "с половиной"."""
        ahead = 1 if self._word() in self._table.connectors or self._word() == "с" else 0
        if ahead and self._table.below_hundred.get((self._word(ahead),)) == 1:
            ahead += 1
        if ahead and self._table.shares.get(self._word(ahead)) == 2:
            self._place += ahead + 1
            return _HALF
        return Decimal(0)
