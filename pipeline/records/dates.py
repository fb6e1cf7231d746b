"""Dates as precise as their source gave them: `2016`, `2016-H2`, `2016-Q3`, `2016-11`, `2016-11-10`. Never an invented
day."""

import re
from datetime import date
from functools import lru_cache
from typing import Annotated

from pydantic import AfterValidator

from pipeline.records import Record

_FORM = re.compile(r"(\d{4})(?:-(?:H[12]|Q[1-4]|(\d{2})(?:-(\d{2}))?))?")
_PERIOD_MONTHS = {"H1": (1, 6), "H2": (7, 12), "Q1": (1, 3), "Q2": (4, 6), "Q3": (7, 9), "Q4": (10, 12)}
_PERIODS = {"H1": "first half of", "H2": "second half of", "Q1": "first quarter of", "Q2": "second quarter of",
            "Q3": "third quarter of", "Q4": "fourth quarter of"}  # fmt: skip
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


@lru_cache(maxsize=4096)  # records say the same days again and again
def _checked(text: str) -> str:
    match = _FORM.fullmatch(text)
    if not match:
        raise ValueError(f"{text!r} is no date: write YYYY, YYYY-H1, YYYY-Q3, YYYY-MM or YYYY-MM-DD")
    year, month, day = (int(part or 1) for part in match.groups())
    date(year, month, day)  # raises ValueError for a day that no calendar has
    return text


PartialDate = Annotated[str, AfterValidator(_checked)]
"""An ISO 8601 calendar date cut to its known precision, or a half or a quarter of a year. Sorts by `order`."""


def order(day: PartialDate) -> str:
    """What dates sort by: a year before all that lies in it, a half and a quarter before their first month."""
    year, _, rest = day.partition("-")
    if rest in _PERIOD_MONTHS:
        return f"{year}-{_PERIOD_MONTHS[rest][0] - 1:02}~"  # behind every day of the month before
    return day


def months_of(day: PartialDate) -> tuple[int, int]:
    """The first and the last month (1 to 12) that `day` may lie in."""
    _, _, rest = day.partition("-")
    if rest in _PERIOD_MONTHS:
        return _PERIOD_MONTHS[rest]
    month = int(rest[:2]) if rest else 0
    return (month, month) if month else (1, 12)


def partial_date(text: str | None) -> PartialDate | None:
    """`text` as a PartialDate, or None where it is not one. A time after the day is ignored."""
    if not text:
        return None
    try:
        return _checked(text.strip().partition("T")[0].partition(" ")[0])
    except ValueError:
        return None


def in_words(text: PartialDate) -> str:
    """`10 November 2016`, `November 2016`, `first half of 2016` or `2016`."""
    year, _, rest = text.partition("-")
    if not rest:
        return year
    if rest in _PERIODS:
        return f"{_PERIODS[rest]} {year}"
    month, _, day = rest.partition("-")
    named = f"{_MONTHS[int(month) - 1]} {year}"
    return f"{int(day)} {named}" if day else named


class Span(Record):
    """When something happened. A single moment has only a start; both are None where it is not known."""

    start: PartialDate | None = None
    end: PartialDate | None = None
