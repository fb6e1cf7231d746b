"""Dates and spans as sentences of any language but English name them, with a year or without one: "20. Jänner", "del 3
al 5 de mayo", "3月15日", "15 ноября 2026 г.".

The names of months and quarters, and the order in which a language writes the parts of a date, come from CLDR (Babel).
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from pipeline.text.dates import month_names
from pipeline.text.numbers import with_plain_digits
from pipeline.text.tags import locale_of, primary

_NEVER = r"(?!)"
_LETTER = r"[^\W\d_]"
_ORDINAL = rf"\.[oaºª]|\.|[-–]?(?:st|nd|rd|th|er|re|eme|ого|го|е|e|o|a|º|ª|°)(?!{_LETTER})"
_DAY = rf"(?:[12]\d|3[01]|0?[1-9])(?!\d)(?:{_ORDINAL})?"
_AND = rf"\s?(?:[-–—/,&]|\s(?:{_LETTER}{{1,5}}\s){{1,2}}|و\s?)\s?"
"""What parts two days of one month: "3. und 4. Mai", "del 3 al 5 de mayo", "3–5 мая"."""
_DAYS = rf"(?P<days>(?<![\d.,]){_DAY}(?:{_AND}{_DAY}){{0,6}})"
_OF = r"\s?[.,/-]?\s?(?:(?:de|del|di|da|do|of|van|den|من)\s|d['’]\s?)?"
_YEAR = r"(?:1[89]|20)\d\d(?!\d)"
_THEN_YEAR = rf"(?:\.?\s?[,/-]?\s?(?:(?:de|del|du|of|van|عام|سنة)\s|d['’]\s?)?(?P<year>{_YEAR}))?"
_ERAS = {"明治": 1867, "大正": 1911, "昭和": 1925, "平成": 1988, "令和": 2018}
"""The year before the first of each: Japanese texts count so, and CLDR's calendar of them is not in Babel."""
_BY_NUMBER = frozenset({"ja", "ko", "zh"})  # languages whose months have numbers and no names
_ONE_DAY = r"(?:3[01]|[12]\d|0?[1-9])"
_ONE_MONTH = r"(?:1[0-2]|0?[1-9])"
_TO = r"\s?(?:[-–~〜～、・]|から|至|到|和|및)\s?"
_EAST = (
    rf"(?:(?:(?P<era>{'|'.join(_ERAS)})(?P<of_era>\d{{1,2}}|元)|(?P<east_year>(?<!\d)\d{{4}}))\s?[年년]度?\s?)?"
    rf"(?P<east_month>(?<!\d){_ONE_MONTH})\s?[月월]\s?"
    rf"(?:(?P<east_days>{_ONE_DAY}(?:\s?[日号일]?{_TO}{_ONE_DAY})*)\s?[日号일])?"
    rf"|(?:(?P<era_alone>{'|'.join(_ERAS)})(?P<of_era_alone>\d{{1,2}}|元)|(?<!\d)(?P<year_alone>{_YEAR}))\s?[年년]度?代?"
    rf"|(?P<bare>(?<!\d){_ONE_DAY}(?:日|号)(?!間|间|目|本))"
)
_BY_YEAR = (
    rf"(?<![\d./-])(?P<iso_year>{_YEAR})(?P<by_year>[./-])\s?(?P<iso_month>{_ONE_MONTH})"
    rf"(?:(?P=by_year)\s?(?P<iso_day>{_ONE_DAY}))?(?!\d)"
)
_SIDE = "[\u200e\u200f\u061c]?"  # a mark that has what follows stand on the right side, in Arabic and Hebrew
_IN_NUMBERS = (
    rf"(?<![\d./-])(?P<one>\d{{1,2}}){_SIDE}(?P<in_numbers>[./-])\s?(?P<two>\d{{1,2}}){_SIDE}(?P=in_numbers)\s?"
    r"(?P<number_year>(?:1[89]|20)\d\d|\d\d)(?![\d/-])"
)
_SEASON = rf"(?<![\d./-])(?P<season>{_YEAR})\s?[-–/]\s?\d\d(?:\d\d)?(?![\d./-])"
_WITHOUT_YEAR = rf"(?<![\d./-])(?P<short_day>{_ONE_DAY})\.\s?(?P<short_month>{_ONE_MONTH})\.(?=[\s)–-]|$)"
_LONE = rf"(?<![\d.,'’]){_YEAR}(?![.,'’]\d)"
_WITH_CASES = frozenset("be bg bs cs el et fi hr hu is lt lv mk pl ro ru sk sl sr tr uk".split())  # noqa: SIM905
"""Languages in which the name of a month has more forms than CLDR gives."""
_THEN_TO_YEAR = r"(?=\s?[-–~〜～至]\s?\d{4}\s?[年년])"  # where a year alone has no word with it
_ENDING = 3  # letters that a case adds to such a name
_SHORTEST_STEM = 3  # letters of it without its own ending
_OWN_ENDINGS = "аяьйеиуыюaeiouy"
_LONG_NAME = 4  # letters of a name that stands for its month without a day or a year
_MONTHS = 12
_LAST_YEAR_OF_CENTURY = 68  # of two digits, as POSIX has it


class NamedDate(NamedTuple):
    """A date as a text names it: its first and last month, and what else it has. Parts it does not name are None."""

    year: int | None
    months: tuple[int, int]
    day: int | None


class _Patterns(NamedTuple):
    """How one language names dates. `months` are by their plain names and by what these begin with, the longest of
    which stand first in `stems`; `month_first` says whether the month stands first in numbers."""

    any_date: re.Pattern[str]
    months: dict[str, int]
    stems: tuple[str, ...]
    quarters: dict[str, int]
    month_first: bool


def names_dates(language: str) -> bool:
    """Whether it is known here how a language names dates."""
    return bool(month_names(primary(language))) or primary(language) in _BY_NUMBER


def named_dates(text: str, language: str) -> tuple[list[NamedDate], str]:
    """The dates that a text in `language` names, and the text without them."""
    patterns = _patterns(primary(language))
    plain = _plain(with_plain_digits(text))
    dates: list[NamedDate] = []
    rest: list[str] = []
    end = 0
    for match in patterns.any_date.finditer(plain):
        found = list(_named(match, patterns))
        if found or match["bare"]:
            dates += found
            rest += (text[end : match.start()], " ")
            end = match.end()
    return dates, "".join((*rest, text[end:]))


def names_day(text: str, language: str | None, year: int, months: tuple[int, int], day: int | None) -> bool:
    """Whether a text names the date of these parts, with its year or without one, or one that lies within it. It is
    believed to where it is not known how its language names dates; a text in a language that is not known is read as
    English."""
    language = language or "en"
    if not names_dates(language):
        return True
    first, last = months
    return any(
        named.year in (None, year) and first <= named.months[0] <= named.months[1] <= last and day in (None, named.day)
        for named in named_dates(text, language)[0]
    )


def _named(match: re.Match[str], patterns: _Patterns) -> Iterator[NamedDate]:
    """The dates of a match; none where it only looks like one."""
    part = match.groupdict()
    if part["month"]:
        stem = next(stem for stem in patterns.stems if part["month"].startswith(stem))
        month = patterns.months.get(part["month"]) or patterns.months[stem]
        year = int(part["year"] or part["first_year"] or 0) or None
        days = re.findall(r"\d+", part["days"] or part.get("days_behind") or "")
        if days or year or len(part["month"]) >= _LONG_NAME:
            yield from _days(year, month, days)
    elif part["quarter"]:
        if part["quarter_year"]:
            last = 3 * patterns.quarters[part["quarter"]]
            yield NamedDate(int(part["quarter_year"]), (last - 2, last), None)
    elif part["east_month"]:
        year = _year_of(part["era"], part["of_era"]) if part["era"] else int(part["east_year"] or 0) or None
        yield from _days(year, int(part["east_month"]), re.findall(r"\d+", part["east_days"] or ""))
    elif part["era_alone"]:
        yield NamedDate(_year_of(part["era_alone"], part["of_era_alone"]), (1, _MONTHS), None)
    elif part["iso_year"]:
        yield from _days(int(part["iso_year"]), int(part["iso_month"]), [part["iso_day"]] if part["iso_day"] else [])
    elif part["one"]:
        day, month = int(part["one"]), int(part["two"])
        if (patterns.month_first and day <= _MONTHS) or month > _MONTHS:
            day, month = month, day
        if 1 <= month <= _MONTHS and 1 <= day <= 31:
            written = part["number_year"]
            century = "" if len(written) == 4 else "19" if int(written) > _LAST_YEAR_OF_CENTURY else "20"
            yield NamedDate(int(century + written), (month, month), day)
    elif part["short_day"]:
        yield from _days(None, int(part["short_month"]), [part["short_day"]])
    elif written := part["season"] or part["year_alone"] or part["lone"]:
        yield NamedDate(int(written), (1, _MONTHS), None)


def _year_of(era: str, written: str) -> int:
    """The year that is the so manieth of an era, whose first has a name of its own."""
    return _ERAS[era] + (1 if written == "元" else int(written))


def _days(year: int | None, month: int, days: list[str]) -> Iterator[NamedDate]:
    """These days of a month, or the month."""
    numbers: list[int | None] = [int(day) for day in days]
    for day in numbers or [None]:
        yield NamedDate(year, (month, month), day)


def _plain(text: str) -> str:
    """`text`, as long as it is, in lower case and without accents."""
    return text.lower() if text.isascii() else text.translate(_PLAIN)


class _PlainLetters(dict[int, str]):
    """A table for `str.translate` that is made as it is asked."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        parts = unicodedata.normalize("NFKD", letter.casefold()) if letter.isalpha() else letter
        return self.setdefault(code, parts[0] if all(map(unicodedata.combining, parts[1:])) else letter)


_PLAIN = _PlainLetters()


@lru_cache(maxsize=64)
def _patterns(language: str) -> _Patterns:
    months = {_plain(name): number for name, number in month_names(language).items()}
    if language in _WITH_CASES:
        stems = {name.rstrip(_OWN_ENDINGS): number for name, number in months.items() if len(name) > _LONG_NAME}
        months |= {stem: number for stem, number in stems.items() if len(stem) >= _SHORTEST_STEM and stem not in months}
    in_order = sorted(months, key=len, reverse=True)
    more = rf"{_LETTER}{{0,{_ENDING}}}" if language in _WITH_CASES else ""
    names = "|".join(re.escape(name) + (more if len(name) >= _LONG_NAME else "") for name in in_order) or _NEVER
    quarters = _quarters(language)
    in_quarters = "|".join(re.escape(name) for name in sorted(quarters, key=len, reverse=True)) or _NEVER
    month_first, ends_in_point = _order(language)
    month = rf"(?<!{_LETTER})[בלמ]?(?P<month>{names})(?!{_LETTER})"
    behind = rf"\.?\s?(?P<days_behind>{_DAY}(?:{_AND}{_DAY}){{0,6}})" if month_first else _NEVER
    year_before = rf"(?:(?P<first_year>{_YEAR})[.,]?\s{{1,2}}(?:m\.\s|g\.\s|gada\s)?)?"
    forms = (
        _EAST,
        _BY_YEAR,
        _IN_NUMBERS,
        _SEASON,
        rf"{year_before}(?:{_DAYS}{_OF})?{month}(?:{behind})?{_THEN_YEAR}",
        rf"(?<!{_LETTER})(?P<quarter>{in_quarters})(?!{_LETTER}|\d)(?:\s?(?:(?:de|del)\s)?(?P<quarter_year>{_YEAR}))?",
        *([_WITHOUT_YEAR] if ends_in_point else [r"(?P<short_day>(?!))(?P<short_month>(?!))"]),
        rf"(?P<lone>{_LONE}{_THEN_TO_YEAR if language in _BY_NUMBER else ''})",
    )
    return _Patterns(
        re.compile("|".join(f"(?:{form})" for form in forms)), months, tuple(in_order), quarters, month_first
    )


def _quarters(language: str) -> dict[str, int]:
    """The names of the quarters of a year."""
    locale = locale_of(language)
    found: dict[str, int] = {}
    for context in locale.quarters.values() if locale else ():
        for number, name in (*context["wide"].items(), *context["abbreviated"].items()):
            found[_plain(with_plain_digits(str(name)))] = int(number)
    return found


def _order(language: str) -> tuple[bool, bool]:
    """Whether the language writes the month before the day, and a point behind a month in numbers."""
    locale = locale_of(language)
    skeletons = locale.datetime_skeletons if locale else {}
    with_name, in_numbers = (
        str(getattr(skeletons[name], "pattern", "")) if name in skeletons else "" for name in ("MMMd", "Md")
    )
    return with_name.startswith(("M", "L")), in_numbers.endswith("M.")
