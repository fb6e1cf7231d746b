"""Dates as precise as their source gave them: `2016`, `2016-11`, `2016-11-10`. Never an invented day."""

import re
from datetime import date
from typing import Annotated

from pydantic import AfterValidator

from pipeline.records import Record

_FORM = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
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


def _checked(text: str) -> str:
    match = _FORM.fullmatch(text)
    if not match:
        raise ValueError(f"{text!r} is no date: write YYYY, YYYY-MM or YYYY-MM-DD")
    year, month, day = (int(part or 1) for part in match.groups())
    date(year, month, day)  # raises ValueError for a day that no calendar has
    return text


PartialDate = Annotated[str, AfterValidator(_checked)]
"""An ISO 8601 calendar date cut to its known precision. Sorts as text: a year before its months."""


def partial_date(text: str | None) -> PartialDate | None:
    """`text` as a PartialDate, or None where it is not one. A time after the day is ignored."""
    if not text:
        return None
    try:
        return _checked(text.strip().partition("T")[0].partition(" ")[0])
    except ValueError:
        return None


def in_words(text: PartialDate) -> str:
    """`10 November 2016`, `November 2016` or `2016`."""
    year, _, rest = text.partition("-")
    if not rest:
        return year
    month, _, day = rest.partition("-")
    named = f"{_MONTHS[int(month) - 1]} {year}"
    return f"{int(day)} {named}" if day else named


class Span(Record):
    """When something happened. A single moment has only a start; both are None where it is not known."""

    start: PartialDate | None = None
    end: PartialDate | None = None
