"""Dates and spans of time in a sentence, compared with the dates its claims name."""

import calendar
import re
from datetime import date, timedelta
from itertools import combinations
from typing import NamedTuple

from pipeline.records.dates import PartialDate
from pipeline.verify.evidence import Evidence
from pipeline.verify.likeness import is_named

_MONTHS = tuple(name.lower() for name in calendar.month_name if name)
_MONTH = "|".join(_MONTHS) + "|" + "|".join(m[:3] for m in _MONTHS if len(m) > 3)
_DATES = re.compile(
    rf"\b(?P<iso>\d{{4}}-\d\d(?:-\d\d)?)\b"
    rf"|\b(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+)?(?P<month>{_MONTH})\b\.?(?:\s+(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\b(?!\s*\d))?"
    rf"(?:,?\s+(?P<year>\d{{4}}))?"
    rf"|\b(?P<lone>(?:1[89]|20)\d\d)\b",
    re.IGNORECASE,
)
_NUMBERS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
            "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "fourteen": 14, "eighteen": 18, "twenty": 20}  # fmt: skip
_SPAN = re.compile(
    rf"(?P<loose>nearly|almost|about|around|some|over|more than|roughly)?\s*\b(?P<number>\d+|{'|'.join(_NUMBERS)})\s+"
    rf"(?P<unit>day|week|fortnight|month|year|decade)s?\s+(?P<way>after|later|before|earlier|since|apart|on)\b",
    re.IGNORECASE,
)
_DAYS_IN = {"day": 1, "week": 7, "fortnight": 14, "month": 30.44, "year": 365.25, "decade": 3652.5}
_SLACK_DAYS = {"day": 0.0, "week": 3.5, "fortnight": 3.5, "month": 15.0, "year": 183.0, "decade": 400.0}
"""By how many days a span may be off, since people round: half a unit or less. Chosen, not measured."""
_LOOSE = 0.15
"""Share of its length by which a span may be off, unless it is an exact number of days. Chosen, not measured."""


class NamedDate(NamedTuple):
    """A date as a text names it; parts it does not name are None."""

    year: int | None
    month: int | None
    day: int | None


def dates_in(text: str) -> tuple[list[NamedDate], str]:
    """The dates a text names, and the text without them (so that their numbers are not taken for figures)."""
    dates = []

    def remove(match: re.Match[str]) -> str:
        if match["iso"]:
            dates.append(_named_date(match["iso"]))
        elif match["lone"]:
            dates.append(NamedDate(int(match["lone"]), None, None))
        else:
            month = next(n for n, name in enumerate(_MONTHS, 1) if name.startswith(match["month"].lower()[:3]))
            day = match["day"] or match["day2"]
            if match["month"].lower() in ("may", "march") and not (day or match["year"]) and match["month"].islower():
                return match.group()  # the verb
            dates.append(NamedDate(int(match["year"]) if match["year"] else None, month, int(day) if day else None))
        return " "

    rest = _DATES.sub(remove, text)
    return dates, rest


def evidence_dates(entry: Evidence, *, published: bool = True) -> list[NamedDate]:
    """Every date that a claim's texts and its own dating give, and the day its source was published where `published`.
    A date without a year may be of the year its source was published in, or of the one before or after."""
    dates = dates_in(entry.everything)[0]
    occurred = (entry.occurred.start, entry.occurred.end)
    dates += [_named_date(text) for text in (*occurred, entry.published if published else None) if text]
    year = entry.year
    if year:
        dates += [named._replace(year=year + offset) for named in dates if named.year is None for offset in (0, -1, 1)]
    return dates


def agrees(named: NamedDate, dates: list[NamedDate]) -> bool:
    """Whether one of `dates` is the date named: it has every part that `named` has, with the same value."""
    return any(
        all(part is None or other == part for part, other in zip(named, candidate, strict=True)) for candidate in dates
    )


def supported_date(day: PartialDate, text: str, evidence: list[Evidence]) -> PartialDate | None:
    """As much of `day` as the claims date what `text` reports to: all of it, its month or its year; None where not even
    the year. The day a source was published counts only where `text` reports what its own author or venue said."""
    dates = [named for entry in evidence for named in evidence_dates(entry, published=_is_own_voice(entry, text))]
    parts = day.split("-")
    candidates = ["-".join(parts[:length]) for length in range(len(parts), 0, -1)]
    return next((candidate for candidate in candidates if agrees(_named_date(candidate), dates)), None)


def _is_own_voice(entry: Evidence, text: str) -> bool:
    """Whether `text` names the claim's speaker, and the speaker is its source's author or venue."""
    own_names = f"{entry.author or ''}\n{entry.venue}"
    return bool(entry.speaker and is_named(entry.speaker, text) and is_named(entry.speaker, own_names))


def wrong_span(text: str, evidence: list[Evidence]) -> tuple[str, bool] | None:
    """A span of time in `text` that is not the time between any two dates, and whether that is certain: it is where the
    text itself names two dates with their years, not where the claims must help. None where no span is wrong, or there
    are no dates to compare it with."""
    for match in _SPAN.finditer(text):
        if any(match.group().strip().casefold() in entry.quoted.casefold() for entry in evidence):
            continue
        number = int(match["number"]) if match["number"].isdigit() else _NUMBERS[match["number"].lower()]
        unit = match["unit"].lower()
        days = number * _DAYS_IN[unit]
        ranges = [_range(named) for named in dates_in(text)[0] if named.year]
        certain = len(ranges) > 1
        if not certain:
            ranges += [_range(named) for entry in evidence for named in evidence_dates(entry) if named.year]
        pairs = list(combinations(dict.fromkeys(ranges), 2))
        slack = max(days * (_LOOSE if match["loose"] or match["unit"] != "day" else 0.0), _SLACK_DAYS[unit])
        if pairs and not any(_are_apart(one, other, days, slack) for one, other in pairs):
            return match.group().strip(), certain
    return None


def _range(named: NamedDate) -> tuple[date, date]:
    """The first and last day a date may mean."""
    year = named.year or 1
    first = date(year, named.month or 1, named.day or 1)
    if named.day:
        return first, first
    last_month = named.month or 12
    following = date(year + (last_month == 12), last_month % 12 + 1, 1)
    return first, following - timedelta(days=1)


def _are_apart(one: tuple[date, date], other: tuple[date, date], days: float, slack: float) -> bool:
    """Whether two dates may be `days` apart, give or take `slack` days."""
    early, late = sorted((one, other))
    least, most = (late[0] - early[1]).days, (late[1] - early[0]).days
    return least - slack <= days <= most + slack


def _named_date(text: PartialDate) -> NamedDate:
    parts = [int(part) for part in text.split("-")]
    return NamedDate(parts[0], parts[1] if len(parts) > 1 else None, parts[2] if len(parts) > 2 else None)
