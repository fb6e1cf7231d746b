"""Dates and spans of time in a sentence, held against the dates its claims name."""

import calendar
import re
from datetime import date, timedelta
from itertools import combinations
from typing import NamedTuple

from pipeline.records.dates import PartialDate
from pipeline.verify.ground import Ground
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
_DAYS = {"day": 1, "week": 7, "fortnight": 14, "month": 30.44, "year": 365.25, "decade": 3652.5}


class Named(NamedTuple):
    """A date as a text names it; parts it does not name are None."""

    year: int | None
    month: int | None
    day: int | None


def dates_in(text: str) -> tuple[list[Named], str]:
    """The dates a text names, and the text without them (so that their numbers are not taken for figures)."""
    found = []

    def take(match: re.Match[str]) -> str:
        if match["iso"]:
            found.append(_of(match["iso"]))
        elif match["lone"]:
            found.append(Named(int(match["lone"]), None, None))
        else:
            month = next(n for n, name in enumerate(_MONTHS, 1) if name.startswith(match["month"].lower()[:3]))
            day = match["day"] or match["day2"]
            if match["month"].lower() in ("may", "march") and not (day or match["year"]) and match["month"].islower():
                return match.group()  # the verb
            found.append(Named(int(match["year"]) if match["year"] else None, month, int(day) if day else None))
        return " "

    rest = _DATES.sub(take, text)
    return found, rest


def known_dates(ground: Ground, *, published: bool = True) -> list[Named]:
    """Every date that a claim's words, its own dating and, where asked, its source's date give. A date without a
    year is of the year its source was published in, or the one before or after."""
    known = dates_in(ground.everything)[0]
    own = (ground.occurred.start, ground.occurred.end)
    known += [_of(part) for part in (*own, ground.published if published else None) if part]
    year = ground.year
    if year:
        known += [n._replace(year=year + more) for n in known if n.year is None for more in (0, -1, 1)]
    return known


def agrees(named: Named, known: list[Named]) -> bool:
    """Whether some known date is the one named: the parts both give are the same, and it gives those named."""
    return any(
        all(part is None or other == part for part, other in zip(named, candidate, strict=True)) for candidate in known
    )


def borne_out(day: PartialDate, told: str, grounds: list[Ground]) -> PartialDate | None:
    """As much of `day` as the claims date what is `told` to: all of it, its month, its year; None where not even
    that. When a source was published counts only where what is told is that its own author or venue spoke."""
    known = [named for ground in grounds for named in known_dates(ground, published=_speaks_there(ground, told))]
    parts = day.split("-")
    cut = ["-".join(parts[:length]) for length in range(len(parts), 0, -1)]
    return next((shorter for shorter in cut if agrees(_of(shorter), known)), None)


def _speaks_there(ground: Ground, told: str) -> bool:
    own = f"{ground.author or ''}\n{ground.venue}"
    return bool(ground.speaker and is_named(ground.speaker, told) and is_named(ground.speaker, own))


def wrong_span(text: str, grounds: list[Ground]) -> tuple[str, bool] | None:
    """A span of time in `text` that the dates do not bear out, and whether the text itself names both dates (then it
    is certain; otherwise only the claims do). None where there is none, or nothing to hold it against."""
    for match in _SPAN.finditer(text):
        if any(match.group().strip().casefold() in ground.quoted.casefold() for ground in grounds):
            continue
        number = int(match["number"]) if match["number"].isdigit() else _NUMBERS[match["number"].lower()]
        days = number * _DAYS[match["unit"].lower()]
        mine = [_extent(named) for named in dates_in(text)[0] if named.year]
        certain = len(mine) > 1
        theirs = mine if certain else mine + [_extent(n) for g in grounds for n in known_dates(g) if n.year]
        pairs = list(combinations(dict.fromkeys(theirs), 2))
        slack = max(days * (0.15 if match["loose"] or match["unit"] != "day" else 0.0), _half(match["unit"].lower()))
        if pairs and not any(_apart(one, other, days, slack) for one, other in pairs):
            return match.group().strip(), certain
    return None


def _half(unit: str) -> float:
    return {"day": 0.0, "week": 3.5, "fortnight": 3.5, "month": 15.0, "year": 183.0, "decade": 400.0}[unit]


def _extent(named: Named) -> tuple[date, date]:
    """The first and last day a date may mean."""
    year = named.year or 1
    first = date(year, named.month or 1, named.day or 1)
    if named.day:
        return first, first
    last_month = named.month or 12
    following = date(year + (last_month == 12), last_month % 12 + 1, 1)
    return first, following - timedelta(days=1)


def _apart(one: tuple[date, date], other: tuple[date, date], days: float, slack: float) -> bool:
    early, late = sorted((one, other))
    least, most = (late[0] - early[1]).days, (late[1] - early[0]).days
    return least - slack <= days <= most + slack


def _of(text: PartialDate) -> Named:
    parts = [int(part) for part in text.split("-")]
    return Named(parts[0], parts[1] if len(parts) > 1 else None, parts[2] if len(parts) > 2 else None)
