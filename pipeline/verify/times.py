"""Dates that a text names, and whether what a claim rests on dates an event as the page does.

Each text names dates in its own language. What nothing is known of is believed: a language without names of months
here, or one whose texts count years from another beginning.
"""

import calendar
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Literal

from babel.units import format_unit

from pipeline.records.dates import PartialDate, months_of
from pipeline.text.named_dates import NamedDate, named_dates, names_dates
from pipeline.text.numbers import with_plain_digits
from pipeline.text.tags import locale_of, primary
from pipeline.verify.evidence import Evidence
from pipeline.verify.likeness import is_english

_MONTHS = tuple(name.lower() for name in calendar.month_name if name)
_MONTH = "|".join(_MONTHS) + "|sept|" + "|".join(m[:3] for m in _MONTHS if len(m) > 3)
_ORDINALS = {"first": 0, "second": 1, "third": 2, "fourth": 3, "last": -1}
_DAY = r"(?:[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?"
_DAYS = rf"{_DAY}(?:\s*(?:,|and|or|to|[-–])\s*{_DAY})*"
_DATES = re.compile(
    rf"\b(?P<iso>\d{{4}}-\d\d(?:-\d\d)?)\b"
    rf"|\b(?P<ordinal>{'|'.join(_ORDINALS)})\s+(?P<period>half|quarter)\s+(?:of\s+)?(?P<of>\d{{4}})\b"
    rf"|\b(?:(?P<before>\d{{4}})[- ]?)?(?P<letter>[HQ])(?P<number>[1-4])\b(?:[ -]?(?P<after>\d{{4}})\b)?"
    rf"|\b(?:(?P<days>{_DAYS})\s+(?:of\s+)?)?(?P<month>{_MONTH})\b\.?"
    rf"(?:\s+(?P<days2>{_DAYS})\b(?!\s*\d(?!\d{{3}}\b)|,\d{{3}}\b))?(?:,?\s+(?P<year>\d{{4}}))?"
    rf"|\b(?P<lone>(?:1[89]|20)\d\d)\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?<!\d)(?:1\d|20)\d\d(?!\d)")
_COUNTED_YEARS = re.compile(r"\b(?:years?|decades?|century|centuries|anniversary|generations?)\b", re.IGNORECASE)
_UNITS_OF_YEARS = ("duration-year", "duration-decade", "duration-century")  # as CLDR calls them
_WIDTHS: tuple[Literal["long", "short"], ...] = ("long", "short")
_COUNTS = (1, 2, 3, 5, 11, 1.5)  # numbers whose things have another form in some language each
_MORE_YEARS = {"ar": "عام عاما أعوام عامين", "fr": "année anniversaire", "nl": "jaren eeuwen", "pl": "rocznica"}
"""Words that years are counted in, and CLDR does not have."""
_SHORTEST_BEGINNING = 3  # letters of such a word that may go on: Jahr, Jahrestag
_OTHER_CALENDARS = frozenset({"am", "ckb", "dz", "fa", "ne", "ps", "th"})
"""Languages whose texts mostly count years from another beginning."""
_SUBJECT = 5  # words of a sentence among which its subject begins; chosen, not measured


@lru_cache(maxsize=2048)  # each gate looks at the same sentence anew
def dates_in(text: str, language: str | None = None) -> tuple[tuple[NamedDate, ...], str]:
    """The dates that a text in `language` names, and the text without them (so that their numbers are not taken for
    figures). A text in a language that is not known is read as English."""
    if language and primary(language) != "en":
        named, rest = named_dates(text, language)
        return tuple(named), rest
    dates: list[NamedDate] = []

    def remove(match: re.Match[str]) -> str:
        found = _named(match)
        dates.extend(found)
        return " " if found else match.group()

    rest = _DATES.sub(remove, text)
    return tuple(dates), rest


def dates_are_known(evidence: Sequence[Evidence]) -> bool:
    """Whether it can be told of everything cited which dates it names."""
    others = {entry.language for entry in evidence if entry.language and primary(entry.language) != "en"}
    english = [entry.quoted for entry in evidence if entry.language not in others]
    return (not english or is_english("\n".join(english))) and all(
        names_dates(language) and primary(language) not in _OTHER_CALENDARS for language in others
    )


def _named(match: re.Match[str]) -> list[NamedDate]:
    """The dates of a match; none where it only looks like one."""
    if match["iso"]:
        year, month, day = (int(part) for part in (match["iso"] + "-0").split("-")[:3])
        is_season = not 1 <= month <= 12 or day > 31  # 2022-23
        return [NamedDate(year, (1, 12), None) if is_season else NamedDate(year, (month, month), day or None)]
    if match["lone"]:
        return [NamedDate(int(match["lone"]), (1, 12), None)]
    if match["period"]:
        count = 2 if match["period"].lower() == "half" else 4
        return [_period(int(match["of"]), _ORDINALS[match["ordinal"].lower()] % count, count)]
    if match["letter"]:
        year_written, count = match["before"] or match["after"], 2 if match["letter"].upper() == "H" else 4
        is_period = year_written and int(match["number"]) <= count
        return [_period(int(year_written), int(match["number"]) - 1, count)] if is_period else []
    month = next(n for n, name in enumerate(_MONTHS, 1) if name.startswith(match["month"].lower()[:3]))
    days: list[int | None] = [int(day) for day in re.findall(r"\d+", match["days"] or match["days2"] or "")]
    if match["month"] in ("may", "march", "mar") and not (days or match["year"]):
        return []  # the verb
    year_named = int(match["year"]) if match["year"] else None
    return [NamedDate(year_named, (month, month), day) for day in days or [None]]


def _period(year: int, position: int, count: int) -> NamedDate:
    """One of the `count` equal parts of a year, from 0."""
    length = 12 // count
    return NamedDate(year, (position * length + 1, (position + 1) * length), None)


def is_stated(day: PartialDate, text: str, evidence: Sequence[Evidence], *, with_year: bool) -> bool:
    """Whether the claims date what `text` reports to `day`: in their words, in their own dating, or by the day their
    source was published where `text` tells what its own author or venue did. Words that name no year are taken for the
    nearest day of that name, unless they must be `with_year`."""
    event = _of_partial(day)
    return any(_covers(event, named) for entry in evidence for named in _dates_of(entry, with_year=with_year)) or any(
        day == entry.published and _is_about_its_source(entry, text) for entry in evidence
    )


def _dates_of(entry: Evidence, *, with_year: bool) -> Iterable[NamedDate]:
    for named in dates_in(entry.quoted, entry.language)[0]:
        if named.year:
            yield named
        elif entry.published and not with_year:
            yield _with_nearest_year(named, entry.published)
    yield from (_of_partial(date) for date in (entry.occurred.start, entry.occurred.end) if date)


def _of_partial(day: PartialDate) -> NamedDate:
    return NamedDate(int(day[:4]), months_of(day), int(day[8:]) if len(day) == len("2016-11-10") else None)


def _covers(event: NamedDate, named: NamedDate) -> bool:
    """Whether `named` lies within `event`, and is as exact."""
    first, last = event.months
    within = event.year == named.year and first <= named.months[0] and named.months[1] <= last
    return within and event.day in (None, named.day)


def _with_nearest_year(named: NamedDate, published: PartialDate) -> NamedDate:
    """A date without a year, in the year in which it is nearest to the day of publication."""
    year, months = int(published[:4]), months_of(published)
    offset = min((0, -1, 1), key=lambda years: abs(12 * years + named.months[0] - sum(months) / 2))
    return named._replace(year=year + offset)


def _is_about_its_source(entry: Evidence, text: str) -> bool:
    """Whether the subject of `text` is the source's author, by surname, or its author or venue by the whole name."""
    authors = [name for name in re.split(r"\s*[;,]\s*|\s+and\s+", entry.author or "") if name]
    names = (*authors, *(author.split()[-1] for author in authors), entry.venue.removeprefix("The "))
    found = (re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE) for name in names if name)
    heads = (text[: match.start()] for match in found if match)
    return any("," not in head and len(head.split()) < _SUBJECT for head in heads)


def is_in_known_year(day: PartialDate, evidence: Iterable[Evidence]) -> bool:
    """Whether the year of `day` may be known from the claims: it stands in their texts or their own dating, lies within
    a year of their publication, or may be counted from that ("three years ago"). Texts in languages whose words for
    that are not known may count in words of their own."""
    year = int(day[:4])
    for entry in evidence:
        dates = (entry.occurred.start, entry.occurred.end)
        texts = with_plain_digits("\n".join([entry.everything, *(d for d in dates if d)]))
        years = {int(written) for written in _YEAR.findall(texts)}
        years |= {named.year for named in dates_in(entry.quoted, entry.language)[0] if named.year}
        if year in years or (entry.year is not None and abs(year - entry.year) <= 1):
            return True
        if _counts_years(entry):
            return True
    return False


def _counts_years(entry: Evidence) -> bool:
    """Whether what is quoted may tell a year by counting, as far as is known of its language."""
    code = primary(entry.language)
    if code in ("", "en"):
        return bool(_COUNTED_YEARS.search(entry.quoted)) or not is_english(entry.quoted)
    pattern = None if code in _OTHER_CALENDARS else _years_in(code)
    return pattern is None or bool(pattern.search(entry.quoted))


@lru_cache(maxsize=64)
def _years_in(language: str) -> re.Pattern[str] | None:
    """What finds a word that years are counted in; None for a language of which none is known."""
    locale = locale_of(language)
    words = set(_MORE_YEARS.get(language, "").split())
    for unit in _UNITS_OF_YEARS if locale else ():
        counted = [format_unit(n, unit, width, locale=locale) for width in _WIDTHS for n in _COUNTS]
        forms = [form for form in counted if unit not in form]  # what Babel writes where a width has none
        words |= {word for form in forms for word in re.findall(r"[^\W\d_]{2,}(?![\w.])|[年년]", form)}
    if not words:
        return None
    letter = r"[^\W\d_]"
    forms = [
        rf"(?<!\d{{4}}){word}"
        if word in "年년"
        else rf"(?<!{letter}){re.escape(word)}" + ("" if len(word) >= _SHORTEST_BEGINNING else rf"(?!{letter})")
        for word in sorted(words)
    ]
    return re.compile("|".join(forms), re.IGNORECASE)
