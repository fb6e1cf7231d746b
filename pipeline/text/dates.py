"""A date as people write it, in the page's own language: the words and the order of its parts come from CLDR (Babel).

Only what is written counts: two digits that could be a day as well as a month give the year alone, "yesterday" gives
nothing.
"""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from pipeline.text import one_line
from pipeline.text.tags import locale_of

PartialDate = str
"""A day as precise as it is known: 2016, 2016-03 or 2016-03-04."""

_EARLIEST_YEAR, _LATEST_YEAR = 1600, 2200
_LONGEST = 400  # characters of a text in which a date is looked for
_COMMON = [
    "en", "de", "fr", "es", "it", "pt", "nl", "sv", "da", "nb", "fi", "pl", "cs", "sk", "hu", "ro", "ru", "uk",
    "bg", "el", "tr", "id", "vi", "hr", "sl", "lt", "lv", "et", "ca", "is", "ga", "cy", "eu", "gl", "sr", "mk",
    "sq", "ms", "af", "sw", "ar", "he", "fa", "hi", "bn",
]  # fmt: skip
_OTHER_MONTHS = {"ar": ("ar-LB", "ar-DZ", "ar-MA", "ar-IQ"), "de": ("de-AT",)}
"""Where the months of a language have other names."""
_SHORTEST_NAME, _SHORTEST_ABBREVIATION = 2, 3  # letters of a name that stands for a month
_DAY_FIRST_DOMAINS = frozenset(
    ["uk", "ie", "au", "nz", "in", "za", "sg", "my", "hk", "ke", "ng", "gh", "pk", "bd", "lk", "mt", "jm"]
)
_MONTH_FIRST = frozenset({"en-us", "en-ph", "en-pr", "es-pr", "es-us", "fil"})

_ISO = re.compile(r"(?<!\d)(1[6-9]\d\d|20\d\d)([-/.])(0?[1-9]|1[0-2])\2(0?[1-9]|[12]\d|3[01])(?!\d)")
_ISO_MONTH = re.compile(r"(?<![\d/.-])(19\d\d|20\d\d)[-/](0[1-9]|1[0-2])(?![\d/-])")
_EAST = re.compile(r"((?:19|20)\d\d)\s?[年년]\s?(1[0-2]|0?[1-9])\s?[月월](?:\s?(3[01]|[12]\d|0?[1-9])\s?[日号일])?")
_EAST_DOTS = re.compile(r"(?<![\d.])((?:19|20)\d\d)\. ?(1[0-2]|0?[1-9])\. ?(3[01]|[12]\d|0?[1-9])(?!\d)")
_NUMBERS = re.compile(r"(?<![\d./-])(\d{1,2})(\. ?|/|-)(\d{1,2})\2((?:19|20)\d\d|\d\d)(?![\d/]|[.-]\d)")
_DAY_MONTH = re.compile(
    r"(?<!\d)(\d{1,2})(?:\.|st|nd|rd|th|er|re|º|°|ª|"
    r"a)?(?:\s{0,3}[-–]\s{0,3}\d{1,2}\.?)?[\s,/-]{0,3}(?:de |di |of |d['’]|da )?\s?"
    r"([^\W\d_]{3,14}(?:̇[^\W\d_]{0,10})?)\.?,?[\s/-]{0,3}(?:de[l]? |of |d['’])?\s?((?:19|20)\d\d)(?!\d)",
    re.IGNORECASE,
)
_MONTH_DAY = re.compile(
    r"(?<![^\W\d_])([^\W\d_]{3,14})\.?\s{0,3}(\d{1,2})(?:st|nd|rd|th)?,?\s{0,3}((?:19|20)\d\d)(?!\d)", re.IGNORECASE
)
_MONTH_YEAR = re.compile(
    r"(?<!\d\s)(?<!\d\.\s)(?<![^\W\d_])([^\W\d_]{3,14})\.?,?\s{0,3}(?:de |of )?((?:19|20)\d\d)(?!\d)", re.IGNORECASE
)
_YEAR_MONTH_DAY = re.compile(
    r"(?<!\d)((?:19|20)\d\d)[.,]?\s{1,3}(?:m\. |g\. )?([^\W\d_]{3,14})\.?\s{1,3}(\d{1,2})(?![\d:])", re.IGNORECASE
)
_VIETNAMESE = re.compile(r"(?<!\d)(\d{1,2})\s(?:tháng|thg)\s(\d{1,2})(?:,| năm)?\s((?:19|20)\d\d)(?!\d)", re.IGNORECASE)
_ISO_DATE = re.compile(r"\s{0,5}(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?(?!\d)")
_SLASHED = re.compile(r"\s{0,5}(\d{4})/(\d{1,2})(?:/(\d{1,2}))?(?!\d)")
_RUN_TOGETHER = re.compile(r"\s{0,5}((?:19|20)\d{2})([01]\d)([0-3]\d)(?:\d{4,6})?(?!\d)")
_NO_DATES = frozenset({"1970-01-01", "1969-12-31", "1900-01-01", "2000-01-01"})  # what an empty field is written as
_DIGITS = {ord(c): str(unicodedata.digit(c)) for c in "٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹०१२३४५६७८९০১২৩৪৫৬৭৮৯"}


class Written(NamedTuple):
    """A date and where in the text it stands."""

    date: PartialDate
    start: int
    end: int


def written_dates(text: str, language: str = "", domain: str = "") -> list[Written]:
    """The dates in a short text, in their order; `language` is a BCP 47 tag, `domain` the last label of the host."""
    text = text[:_LONGEST].translate(_DIGITS)
    found = sorted(_all(text, language.lower().replace("_", "-"), domain), key=lambda each: (each.start, -each.end))
    kept: list[Written] = []
    for each in found:
        if not kept or each.start >= kept[-1].end:
            kept.append(each)
    return kept


def calendar_date(year: int | str, month: int | str | None = None, day: int | str | None = None) -> PartialDate | None:
    """The date as precise as it is given, or None for one that no calendar has or no article."""
    y, m, d = int(year), int(month or 1), int(day or 1)
    try:
        date(y, m, d)
    except ValueError:
        return None
    if not _EARLIEST_YEAR <= y <= _LATEST_YEAR:
        return None
    return f"{y:04}" + (f"-{m:02}" if month else "") + (f"-{d:02}" if month and day else "")


def _all(text: str, language: str, domain: str) -> Iterator[Written]:
    def told(match: re.Match[str], when: PartialDate | None) -> Iterator[Written]:
        if when:
            yield Written(when, match.start(), match.end())

    for match in _ISO.finditer(text):
        yield from told(match, calendar_date(match[1], match[3], match[4]))
    for match in _ISO_MONTH.finditer(text):
        yield from told(match, calendar_date(match[1], match[2]))
    for match in _EAST.finditer(text):
        yield from told(match, calendar_date(match[1], match[2], match[3]))
    for match in _EAST_DOTS.finditer(text):
        yield from told(match, calendar_date(match[1], match[2], match[3]))
    for match in _NUMBERS.finditer(text):
        yield from told(match, _of_numbers(match, language, domain))
    for match in _DAY_MONTH.finditer(text):
        month = month_number(match[2], language)
        yield from told(match, calendar_date(match[3], month, match[1]) if month else None)
    for match in _MONTH_DAY.finditer(text):
        month = month_number(match[1], language)
        yield from told(match, calendar_date(match[3], month, match[2]) if month else None)
    for match in _YEAR_MONTH_DAY.finditer(text):
        month = month_number(match[2], language)
        yield from told(match, calendar_date(match[1], month, match[3]) if month else None)
    for match in _VIETNAMESE.finditer(text):
        yield from told(match, calendar_date(match[3], match[2], match[1]))
    for match in _MONTH_YEAR.finditer(text):
        month = month_number(match[1], language)
        yield from told(match, calendar_date(match[2], month) if month else None)


def _of_numbers(match: re.Match[str], language: str, domain: str) -> PartialDate | None:
    first, second = int(match[1]), int(match[3])
    year = match[4] if len(match[4]) == 4 else f"20{match[4]}"
    if len(match[4]) != 4 and not match[2].startswith("."):
        return None
    if match[2].startswith("."):
        return calendar_date(year, second, first)
    if first == second or second > 12:
        return calendar_date(year, first, second)
    if first > 12:
        return calendar_date(year, second, first)
    order = _month_first(language, domain)
    if order is None:
        return calendar_date(year)
    return calendar_date(year, *((first, second) if order else (second, first)))


def _month_first(language: str, domain: str) -> bool | None:
    """Whether the month stands first in numbers; None where the page does not say which English it is."""
    if language in _MONTH_FIRST:
        return True
    if language and not (language == "en" or language.startswith("en-")):
        return False
    if "-" in language or domain in _DAY_FIRST_DOMAINS:
        return False
    return True if domain in ("gov", "edu", "mil", "us") else None


def month_number(word: str, language: str = "") -> int | None:
    """Which month a word names, in the language of the tag or in any common one where all agree."""
    folded = _folded(word)
    own = _months(language.partition("-")[0]) if language else {}
    return own.get(folded) or _common_months().get(folded)


def _folded(word: str) -> str:
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c)).rstrip(".")


@lru_cache(maxsize=64)
def _months(language: str) -> dict[str, int]:
    from babel import Locale, UnknownLocaleError

    try:
        locale = Locale.parse(language)
    except (UnknownLocaleError, ValueError, TypeError):
        return {}
    names: dict[str, int] = {}
    for context in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            for number, name in locale.months[context][width].items():
                for form in (_folded(name), _folded(name).split(" ")[0]):
                    if len(form) >= 3 and not form.isdigit():
                        names.setdefault(form, number)
    if language == "de":
        names |= {"janner": 1, "jaenner": 1, "feber": 2, "maerz": 3, "marz": 3, "mrz": 3}
    if language == "en":
        names |= {"sept": 9}
    return names


@lru_cache(maxsize=64)
def month_names(language: str) -> dict[str, int]:
    """Every name that months have in the language, whole and in lower case, also those of countries that have others;
    none for a language that is not known."""
    names: dict[str, int] = {}
    for locale in filter(None, map(locale_of, (language, *_OTHER_MONTHS.get(language, ())))):
        for context in ("format", "stand-alone"):
            for width, fewest in (("wide", _SHORTEST_NAME), ("abbreviated", _SHORTEST_ABBREVIATION)):
                for number, name in locale.months[context][width].items():
                    if len(name.rstrip(".")) >= fewest and not any(map(str.isdigit, name)):
                        names.setdefault(name.casefold().rstrip("."), number)
    return names


@lru_cache(maxsize=1)
def _common_months() -> dict[str, int]:
    """The names of months on which all the common languages that have them agree."""
    found: dict[str, set[int]] = {}
    for language in _COMMON:
        for name, number in _months(language).items():
            found.setdefault(name, set()).add(number)
    return {name: min(numbers) for name, numbers in found.items() if len(numbers) == 1}


def as_date(value: Any) -> PartialDate | None:  # noqa: ANN401 - JSON or an attribute
    """A machine's date: ISO 8601 in its variants, the day as its publisher wrote it; or one in words."""
    text = one_line(str(value))[:80] if isinstance(value, str | int) else ""
    for form in (_RUN_TOGETHER, _SLASHED, _ISO_DATE):
        match = form.match(text)
        if match:
            return calendar_date(*match.groups())
    found = written_dates(text)
    return found[0].date if len(found) == 1 else None


def is_possible(date: PartialDate, latest: PartialDate) -> bool:
    """Whether a page can have been published then: not after `latest`, and no date that stands for none."""
    return date[: len(latest)] <= latest and date not in _NO_DATES
