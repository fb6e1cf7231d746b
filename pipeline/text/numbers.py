"""Numbers as texts write them, in digits by the conventions of each language (CLDR, by Babel), and in words.

One number has many writings: 37.500 in German, 37 500 in French, 37'500 in Switzerland, 37,500 in English, ٣٧٬٥٠٠ in
Arabic, 3万7500 in Japanese. What one comma or point before three digits means is told by the language; any other number
of digits behind it makes it a decimal in every language. Of a text whose language is not known every reading counts.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import lru_cache
from itertools import combinations
from typing import NamedTuple

from pipeline.text.east_asian_numbers import COMPOSED, composed_value, shares, unit_of
from pipeline.text.number_words import numbers_in_words
from pipeline.text.powers import power_behind
from pipeline.text.tags import locale_of, primary

_BOTH_MARKS = frozenset({"es", "ar"})
"""Languages some of whose countries write decimals with a comma and about as many with a point: Spain and Mexico, the
Maghreb and the Mashriq."""
_SPACE = " \u00a0\u2007\u2009\u202f"
_NUMBER = re.compile(rf"\d{{1,3}}(?:[{_SPACE}]\d{{3}})+(?!\d)(?:[.,٫]\d+)?|\d+(?:[.,'٫]\d+)*")
_RUN = re.compile(rf"\d+(?:[.,'٫{_SPACE}]\d+)*")
_MOST_GROUPS = 7  # of digits in one number: a longer run is a row of numbers
_MOST_DIGITS = 40  # of a number that anybody means
_GROUP = 3  # digits
_BETWEEN = re.compile(r"\s?(?:[-–—~〜～]|[^\W\d_]{1,5})\s?")
"""What parts the two ends of a span: "3 to 4 million", "3–4 Mio."."""
_WORD_BEFORE = re.compile(r"\s?[^\W\d_]+\s\Z")
_LONGEST_WORD = 16  # letters of a word for thousands, with what parts it from its neighbours
_NOON = 12
_CLOCK = re.compile(r"(?<![\d:.])(\d{1,2})(?:[:.](\d\d))?\s?([ap])\.?m\b", re.IGNORECASE)
_AFTERNOON = re.compile(r"(?:午後|下午|오후)\s?(\d{1,2})")
_ROMAN = re.compile(r"(?<!\w)(?=[IVXL]{2})(X{0,3}|XL|LX{0,3})(IX|IV|V?I{0,3})(?!\w)")
_ROMAN_DIGITS = {"I": 1, "V": 5, "X": 10, "L": 50}
_MARKS = {"٬": "'", "’": "'", "ʼ": "'", "，": ",", "．": "."}
_FRACTIONS = {c: Decimal(str(round(unicodedata.numeric(c), 3))) for c in "½¼¾⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞"}
_WITH_FRACTION = re.compile(rf"(?:(?<![\d.,])(\d{{1,9}})\s?)?([{''.join(_FRACTIONS)}])")


class _PlainDigits(dict[int, str]):
    """A table for `str.translate` that is made as it is asked: there are hundreds of digits."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        plain = str(unicodedata.decimal(letter)) if letter.isdecimal() else _MARKS.get(letter, letter)
        return self.setdefault(code, plain)


_PLAIN = _PlainDigits()

Reading = tuple[Decimal, ...]
"""One way to read some digits: mostly one number; more where what stands between them may part numbers, too."""


class Figure(NamedTuple):
    """A number that a text writes in digits, from `start` to `end`, with every way to read it; `power` is that of ten
    which the word behind it multiplies it by ("million")."""

    start: int
    end: int
    readings: frozenset[Reading]
    power: int | None = None

    @property
    def likeliest(self) -> Reading:
        """The reading as fewest numbers; the largest where a mark may part thousands."""
        return min(self.readings, key=lambda reading: (len(reading), [-number for number in reading]))


class Numbers(NamedTuple):
    """The numbers that a text gives. `whole` are those it comes to, `alone` those of them behind which no power of ten
    stands, `counted` what stands before such a power (4.7 of "4.7 million"); `powers` are those powers."""

    whole: frozenset[Decimal] = frozenset()
    alone: frozenset[Decimal] = frozenset()
    counted: frozenset[Decimal] = frozenset()
    powers: frozenset[int] = frozenset()

    @property
    def every(self) -> frozenset[Decimal]:
        """All of them, also what only stands before a power."""
        return self.whole | self.counted


def joined(parts: Iterable[Numbers]) -> Numbers:
    """The numbers that several texts give together."""
    whole: set[Decimal] = set()
    alone: set[Decimal] = set()
    counted: set[Decimal] = set()
    powers: set[int] = set()
    for part in parts:
        whole |= part.whole
        alone |= part.alone
        counted |= part.counted
        powers |= part.powers
    return Numbers(frozenset(whole), frozenset(alone), frozenset(counted), frozenset(powers))


def figures_of(text: str, language: str | None) -> list[Figure]:
    """The numbers in digits in a text in `language`, in order. What begins within a word is none of them: h5n1."""
    figures = _all_figures(with_plain_digits(text), language)
    return [figure for figure in figures if not _is_in_a_word(text, figure.start)]


@lru_cache(maxsize=512)  # the words of a source are compared with sentence after sentence
def numbers_in(text: str, language: str | None) -> Numbers:
    """Every number that a text in `language` gives, in digits or in words; in every reading, where the language is not
    known."""
    plain = with_plain_digits(text)
    words = numbers_in_words(text, language)
    whole: set[Decimal] = set()
    counted: set[Decimal] = set()
    alone: set[Decimal] = set(words.numbers)
    powers = set(words.powers)
    for figure in _all_figures(plain, language) if language else _in_any_language(plain):
        numbers = {number for reading in figure.readings for number in reading}
        if figure.power is None:
            alone |= numbers
        else:
            powers.add(figure.power)
            counted |= numbers
            whole |= {number.scaleb(figure.power) for number in numbers}
    for match in COMPOSED.finditer(plain):
        alone |= set(_composed(plain, match.start(), match.end()))
    for match in _CLOCK.finditer(plain):
        alone |= {number for reading in _hours(match) for number in reading}
    alone |= {Decimal(int(match[1]) + _NOON) for match in _AFTERNOON.finditer(plain)}
    alone |= {Decimal(_of_romans(match.group())) for match in _ROMAN.finditer(text)}
    for match in _WITH_FRACTION.finditer(plain):
        share = _FRACTIONS[match[2]]
        in_hundredths = {Decimal(round(100 * share)), round(100 * share, 1)}
        alone |= in_hundredths if match[1] is None else {Decimal(match[1]) + share}
    return Numbers(_normal(whole | alone), _normal(alone), _normal(counted), frozenset(powers))


@lru_cache(maxsize=4096)  # each gate looks at the same sentence anew
def _all_figures(plain: str, language: str | None) -> tuple[Figure, ...]:
    """The numbers in digits in a text with plain digits, also those within words."""
    found: list[Figure] = []
    end = 0
    for match in _NUMBER.finditer(plain):
        start = match.start()
        if start < end:
            continue
        power: int | None = None
        unit: Decimal | None = None
        readings: frozenset[Reading]
        if composed := COMPOSED.match(plain, start):
            end, unit = composed.end(), unit_of(composed.group())
            readings = frozenset((value,) for value in _composed(plain, start, end))
        else:
            end = match.end()
            readings = _readings(match.group(), _decimal_marks(language))
            power = power_behind(plain, end, language)
            unit = None if power is None else Decimal(1).scaleb(power)
            single = [reading[0] for reading in readings if len(reading) == 1]
            readings |= {(share,) for number in single for share in shares(number, plain, end)}
        readings |= {(number,) for number in _behind_thousands(plain, start, readings, found, language)}
        if hour := _CLOCK.match(plain, start):
            readings |= _hours(hour)
        if unit and found and found[-1].power is None and _BETWEEN.fullmatch(plain, found[-1].end, start):
            begin = found[-1]  # "3 to 4 million" begins with three million
            scaled = frozenset(((each[0] * unit).normalize(),) for each in begin.readings if len(each) == 1)
            found[-1] = begin._replace(readings=begin.readings | scaled)
        found.append(Figure(start, end, readings, power))
    return tuple(found)


def _behind_thousands(
    plain: str, start: int, readings: frozenset[Reading], found: list[Figure], language: str | None
) -> Iterator[Decimal]:
    """What digits come to with the thousands in words before them: "mil 250", "2 mil 300"."""
    word = _WORD_BEFORE.search(plain, max(0, start - _LONGEST_WORD), start)
    if word is None or power_behind(plain, word.start(), language) != _GROUP:
        return
    before = [each for each in found[-1:] if each.end == word.start()]
    thousands = [reading[0] for each in before for reading in each.readings if len(reading) == 1] or [Decimal(1)]
    hundreds = [reading[0] for reading in readings if len(reading) == 1 and reading[0] < 10**_GROUP]
    yield from ((1000 * more + number).normalize() for more in thousands for number in hundreds)


def _hours(clock: re.Match[str]) -> frozenset[Reading]:
    """The hour of a clock, with its minutes where a point parts them from it, as those count who count to 24, too."""
    hour, minutes = int(clock[1]), (Decimal(clock[2]),) if clock[2] else ()
    hours = {hour, hour + _NOON} if clock[3] in "pP" and hour < _NOON else {hour}
    return frozenset((Decimal(each), *minutes) for each in hours)


def _of_romans(numeral: str) -> int:
    values = [_ROMAN_DIGITS[letter] for letter in numeral]
    return sum(-n if n < max(values[place:]) else n for place, n in enumerate(values))


def _in_any_language(plain: str) -> Iterator[Figure]:
    """The numbers in digits in a text in a language that is not known, in every reading."""
    for match in _RUN.finditer(plain):
        readings = frozenset((number,) for number in _any_reading(match.group()))
        yield Figure(match.start(), match.end(), readings, power_behind(plain, match.end(), None))


def with_plain_digits(text: str) -> str:
    """`text`, as long as it is, with digits of every script and the marks between them as ASCII has them."""
    return text if text.isascii() else text.translate(_PLAIN)


def _normal(numbers: Iterable[Decimal]) -> frozenset[Decimal]:
    return frozenset(number.normalize() for number in numbers)


def _is_in_a_word(text: str, start: int) -> bool:
    """Whether the digits at `start` go on with a word. Letters without two cases do not: their scripts write numbers
    without a space before them."""
    before = text[start - 1] if start else " "
    return before in "._" or unicodedata.category(before) in ("Ll", "Lu")


def _composed(text: str, start: int, end: int) -> Iterator[Decimal]:
    value = composed_value(text[start:end])
    yield value.normalize()
    yield from (share.normalize() for share in shares(value, text, end))


@lru_cache(maxsize=256)
def _decimal_marks(language: str | None) -> str:
    """The marks before decimals in texts in `language`, of comma and point. A tag may say of which country."""
    locale = locale_of(language) if language else None
    if locale is None or (primary(language) in _BOTH_MARKS and not locale.territory):
        return ".,"
    return str(locale.number_symbols["latn"]["decimal"])


def _readings(run: str, decimal_marks: str) -> frozenset[Reading]:
    """The ways to read digits with marks between them, in a language that writes decimals behind one of
    `decimal_marks`."""
    pieces = re.split(rf"[{_SPACE}]", run)
    if len(pieces) == 1:
        return _without_spaces(run, decimal_marks)
    last = _without_spaces(pieces[-1], decimal_marks)
    whole = "".join(re.split(r"[.,٫]", run)[0].split())
    _, mark, behind = pieces[-1].partition(next((mark for mark in ".,٫" if mark in pieces[-1]), "\0"))
    together = _decimal(whole, behind if mark else "")
    if any(piece.startswith("0") for piece in pieces[1:]):
        return frozenset({(together,)})
    return frozenset({(together,), *((*map(_decimal, pieces[:-1]), *end) for end in last)})


def _without_spaces(run: str, decimal_marks: str) -> frozenset[Reading]:
    groups, marks = re.split(r"\D", run), re.findall(r"\D", run)
    apart = tuple(map(_decimal, groups))
    if not marks:
        return frozenset({apart})
    mark, before = marks[-1], groups[:-1]
    fraction, together = (_decimal("".join(before), groups[-1]),), (_decimal("".join(groups)),)
    are_groups = _are_groups(groups)
    if mark == "٫":
        return frozenset({fraction})
    if len(marks) == 1 and mark != "'":
        is_usual = mark in decimal_marks
        if not are_groups or groups[0].startswith("0"):
            return frozenset({fraction} if is_usual else {fraction, apart})
        return frozenset({fraction} if decimal_marks == mark else {fraction, together} if is_usual else {together})
    if len(set(marks)) == 1:
        return frozenset({together if are_groups else apart})
    if len(set(marks[:-1])) == 1 and mark not in (marks[0], "'") and _are_groups(before):
        return frozenset({fraction})
    return frozenset({apart})


def _decimal(whole: str, behind: str = "") -> Decimal:
    return Decimal(f"{whole[:_MOST_DIGITS]}.{behind[:_MOST_DIGITS] or 0}").normalize()


def _any_reading(run: str) -> Iterator[Decimal]:
    """What digits and the marks between them can stand for in any language: groups of one number, a fraction, several
    numbers."""
    groups, marks = re.split(r"\D", run), re.findall(r"\D", run)
    if len(groups) > _MOST_GROUPS:
        yield from map(_decimal, groups)
        return
    is_one_number = len(set(marks)) == 1 and marks[0] != " " and (_are_groups(groups) or marks == ["."])
    if not is_one_number:
        yield from map(_decimal, groups)
    for first, end in combinations(range(len(groups) + 1), 2):
        part = groups[first:end]
        if len(part) < 2 or (is_one_number and len(part) < len(groups)):
            continue
        if _are_groups(part):
            yield _decimal("".join(part))
        if end == len(groups) and marks[-1] in ".,٫" and marks[-1] not in marks[first:-1]:
            yield _decimal("".join(part[:-1]), part[-1])


def _are_groups(groups: list[str]) -> bool:
    """Whether digits so parted can be one whole number: by thousands, or as in India."""
    by_thousands = all(len(group) == _GROUP for group in groups[1:])
    in_india = len(groups[-1]) == _GROUP and all(len(group) == 2 for group in groups[1:-1])
    return len(groups[0]) <= _GROUP and (by_thousands or in_india)
