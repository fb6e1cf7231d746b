"""Dates as feeds write them, in whatever form and language, as the publisher's own day and as a moment.

The day is the one that stands there: 23:30 -0800 on 3 February is 3 February, wherever it is read. No day is worked out
that is not written: no "yesterday", no day for a month. Pure, and of a date's first characters only.
"""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache
from typing import NamedTuple

from pipeline.records.dates import PartialDate

_LONGEST = 120  # characters of a date that are looked at
_YEARS = range(1900, 2100)


class FeedDate(NamedTuple):
    """A date a feed states: its day as written, and what is written of the hour."""

    day: PartialDate
    clock: re.Match[str] | None = None

    @property
    def moment(self) -> datetime | None:
        """The moment in UTC, where an hour is written."""
        return _moment(date.fromisoformat(self.day), self.clock) if self.clock else None


def read_date(text: str | None, *, day_first: bool = True) -> FeedDate | None:
    """The date that `text` states, or None where it states none. `day_first` tells 3/2/2026 where both could be. The
    first second of 1970 and years outside the last century and this one stand for "not known"."""
    text = " ".join((text or "")[:_LONGEST].split())
    if not text:
        return None
    parts = _iso(text) or _named(text) or _numeric(text, day_first)
    if parts is None or parts.year not in _YEARS:
        return None
    if parts.day is None:
        return FeedDate(f"{parts.year:04}-{parts.month:02}") if parts.month in range(1, 13) else _year_alone(parts)
    try:
        day = date(parts.year, parts.month or 0, parts.day)
    except ValueError:
        return None
    stated = FeedDate(day.isoformat(), _CLOCK.search(text, parts.end))
    if parts.year == 1970 and day == date(1970, 1, 1) and (stated.moment is None or stated.moment.timestamp() == 0):
        return None
    return stated


def _year_alone(parts: "_Parts") -> FeedDate | None:
    return None if parts.month else FeedDate(f"{parts.year:04}")


class _Parts(NamedTuple):
    """Year, month and day, as far as they are written, and from where on in the text an hour may be looked for."""

    year: int
    month: int | None
    day: int | None
    end: int


_ISO = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?|(\d{2})(\d{2}))?(?=$|[T ]\d{2}[:\d]|[Zz]?$)")


def _iso(text: str) -> _Parts | None:
    found = _ISO.match(text)
    if not found:
        return None
    year, month, day, month_too, day_too = found.groups()
    month, day = month or month_too, day or day_too
    return _Parts(int(year), int(month) if month else None, int(day) if day else None, found.end())


_DAY_MONTH = re.compile(
    r"(?<!\d)(\d{1,2})(?:st|nd|rd|th|er|\.|º|ª)?[ -](?:de |of |d’|d')?([^\W\d_][\w.’']*)[ ,-]*(?:de |del |of )?"
    r"(\d{4}|\d{2})(?![\d:])"
)
_MONTH_DAY = re.compile(
    r"([^\W\d_][\w.]*)[ ,]+(?:de )?(\d{1,2})(?:st|nd|rd|th|\.)?,? (?:\d{1,2}:[\d:]+ (?:[A-Z]{2,5} )?)?(\d{4})"
)
_YEAR_FIRST = re.compile(r"(\d{4})[ .]+([^\W\d_][\w.]*)[ .]+(\d{1,2})(?!\d)")
_CHARACTERS = re.compile(r"(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일]")


def _named(text: str) -> _Parts | None:
    """A date with its month in words or in characters for year, month and day."""
    if not text.isascii() and (found := _CHARACTERS.search(text)):
        return _Parts(int(found[1]), int(found[2]), int(found[3]), found.end())
    for found in _DAY_MONTH.finditer(text):
        if month := _month(found[2]):
            return _Parts(_year(found[3]), month, int(found[1]), found.end())
    for found in _MONTH_DAY.finditer(text):
        if month := _month(found[1]):
            return _Parts(int(found[3]), month, int(found[2]), 0)
    for found in _YEAR_FIRST.finditer(text):
        if month := _month(found[2]):
            return _Parts(int(found[1]), month, int(found[3]), found.end())
    return None


_NUMBERS = re.compile(r"(?<![\d:])(\d{1,4})([./-])\s?(\d{1,2})\2\s?(\d{1,4})(?![\d])")


def _numeric(text: str, day_first: bool) -> _Parts | None:
    found = _NUMBERS.search(text)
    if not found:
        return None
    first, second, third = int(found[1]), int(found[3]), int(found[4])
    if len(found[1]) == 4:
        return _Parts(first, second, third, found.end())
    if len(found[4]) not in (2, 4) or len(found[1]) > 2:
        return None
    month_stands_first = second > 12 or (first <= 12 and not day_first and found[2] != ".")
    day, month = (second, first) if month_stands_first else (first, second)
    return _Parts(_year(found[4]), month, day, found.end())


def is_day_first(texts: Iterable[str], language: str) -> bool:
    """Whether dates like 3/2/2026 begin with the day, by those of the same feed that leave no doubt, else by its
    language: only American English begins with the month."""
    for text in texts:
        if text.count("/") < 2 and text.count("-") < 2:
            continue  # numbers with points leave no doubt
        found = _NUMBERS.search(text[:_LONGEST])
        if found and len(found[1]) <= 2 and found[2] != ".":
            if int(found[1]) > 12:
                return True
            if int(found[3]) > 12:
                return False
    return language.lower().replace("_", "-") != "en-us"


def _year(digits: str) -> int:
    """A year of two digits as RFC 2822 reads it."""
    number = int(digits)
    return number if len(digits) == 4 else number + (2000 if number < 50 else 1900)


_ENGLISH = {
    name: number
    for number, names in enumerate(
        ("jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july", "aug august",
         "sep sept september", "oct october", "nov november", "dec december"), start=1)
    for name in names.split()
}  # fmt: skip


def _month(word: str) -> int | None:
    word = word.rstrip(".").casefold()
    return _ENGLISH.get(word) or _other_months().get(word)


_LANGUAGES = (
    "af ar az bg bn bs ca cs cy da de el es et eu fa fi fr ga gl he hi hr hu hy id is it ka kk lt lv mk ms nb nl nn pl "
    "pt ro ru sk sl sq sr sv sw ta te th tr uk ur vi"
)


@cache
def _other_months() -> dict[str, int]:
    """The months' names and their short forms in other languages, from Unicode's tables. A word that is one month here
    and another there (`listopad`) is none."""
    from babel import Locale

    named: dict[str, set[int]] = {}
    for language in _LANGUAGES.split():
        for number, name in _names(Locale(language).months):
            named.setdefault(name.rstrip(".").casefold(), set()).add(number)
    return {name: numbers.pop() for name, numbers in named.items() if len(numbers) == 1 and not name[:1].isdigit()}


def _names(months: object) -> Iterable[tuple[int, str]]:
    for use in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            yield from months[use][width].items()  # type: ignore[index]


_CLOCK = re.compile(
    r"(?<!\d)(?:(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?|(?<=T)(\d{2})(\d{2})(\d{2})?)"
    r" ?([AaPp]\.?[Mm]\b\.?)? ?(?:(?:GMT|UTC)(?=[+-]))?(Z|[+-]\d{1,2}:?\d{2}|[A-Za-z]{2,5})?"
)
_ZONES = {
    "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7, "akst": -9, "akdt": -8,
    "hst": -10, "bst": 1, "cet": 1, "cest": 2, "mez": 1, "mesz": 2, "west": 1, "eet": 2, "eest": 3, "msk": 3,
    "sgt": 8, "hkt": 8, "jst": 9, "kst": 9, "aest": 10, "aedt": 11, "nzst": 12, "nzdt": 13,
}  # fmt: skip
"""Hours that zones named by letters are ahead of UTC (RFC 2822 and common use); the rest is read as UTC."""


def _moment(day: date, clock: re.Match[str]) -> datetime | None:
    hour, minute = int(clock[1] or clock[4]), int(clock[2] or clock[5])
    second = min(int(clock[3] or clock[6] or 0), 59)  # a leap second is the one before
    half = (clock[7] or "").lower()
    if half:
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    try:
        start = datetime(day.year, day.month, day.day, tzinfo=_zone(clock[8] or ""))
        return (start + timedelta(hours=hour, minutes=minute, seconds=second)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


_OFFSET = re.compile(r"([+-])(\d{1,2}):?(\d{2})")


def _zone(name: str) -> timezone:
    offset = _OFFSET.fullmatch(name)
    if not offset:
        return timezone(timedelta(hours=_ZONES.get(name.lower(), 0)))
    minutes = int(offset[2]) * 60 + int(offset[3])
    return timezone(timedelta(minutes=min(minutes, 1439) * (-1 if offset[1] == "-" else 1)))
