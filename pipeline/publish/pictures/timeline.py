"""When things happened, to scale: a page's timeline, and the versions of a thread."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from pipeline.publish.pictures import LEAST
from pipeline.publish.pictures.axis import Label, labels_apart, percent, place
from pipeline.records.dates import PartialDate, months_of
from pipeline.records.pages import Event

_APART = 9.0  # percent between two marks at least: the 24 px that a finger needs, on a screen of 320
_LETTER = 2.4  # percent that a letter of a label takes there
_MOST_TICKS = 20  # labels of more would not fit anyway
_YEARS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000)
_MONTHS = (1, 2, 3, 6)
_DAYS = (1, 2, 5, 10, 20)


class Mark(NamedTuple):
    """Events that lie too near to one another for marks of their own: how many, the first one's id, and the dates of
    the first and the last with their places."""

    size: int
    event: str
    start: PartialDate
    end: PartialDate
    at: str
    until: str


class Timeline(NamedTuple):
    """A timeline's marks, oldest first, and the years, months or days below them."""

    marks: tuple[Mark, ...]
    labels: tuple[Label, ...]
    size: int


def timeline_of(events: Sequence[Event], written: Callable[[PartialDate], str], *, mirrored: bool) -> Timeline | None:
    """Where a timeline's events lie in time, without those that lie ahead; None for fewer than three different days. A
    date without a day is drawn in the middle of the months it may lie in. `written` is a date in the language of the
    page; `mirrored` draws the first on the right."""
    past = ((_day(event.date), event) for event in events if event.dated != "expected")
    dated = sorted(past, key=lambda pair: pair[0])
    if len({day for day, _ in dated}) < LEAST:
        return None
    first, last = dated[0][0], dated[-1][0]

    def at(day: date) -> float:
        share = (day - first) / (last - first)
        return place(1 - share if mirrored else share)

    groups: list[list[tuple[date, Event]]] = []
    for day, event in dated:
        if groups and abs(at(day) - at(groups[-1][0][0])) < _APART:
            groups[-1].append((day, event))
        else:
            groups.append([(day, event)])
    marks = tuple(
        Mark(len(group), start[1].id, start[1].date, end[1].date, percent(at(start[0])), percent(at(end[0])))
        for group in groups
        for start, end in [(group[0], group[-1])]
    )
    for ticks in _ticks(first, last):
        labels = labels_apart(sorted((at(day), written(text)) for day, text in ticks), _LETTER)
        if len(labels) == len(ticks):
            return Timeline(marks, labels, len(dated))
    return Timeline(marks, (), len(dated))


def activity(made_at: Sequence[str]) -> tuple[int, ...]:
    """Where a thread's versions lie between its first and its last, in hundredths, without repeats. `made_at` are ISO
    8601 times, one a version."""
    days = [date.fromisoformat(moment[:10]) for moment in made_at]
    first, length = min(days), max((max(days) - min(days)).days, 1)
    return tuple(dict.fromkeys(round(1000 * (day - first).days / length) // 10 for day in days))


def _ticks(first: date, last: date) -> Iterator[list[tuple[date, PartialDate]]]:
    """The round years between two days, or the months, or the days: every one, every second, and ever fewer, two at
    least."""
    for period, steps in ((_years, _YEARS), (_months, _MONTHS), (_days, _DAYS)):
        for step in steps:
            ticks = [tick for tick in period(first, last, step) if first <= tick[0] <= last]
            if 1 < len(ticks) <= _MOST_TICKS:
                yield ticks


def _years(first: date, last: date, step: int) -> Iterator[tuple[date, PartialDate]]:
    years = range(first.year, last.year + 1)
    return ((date(year, 1, 1), f"{year:04}") for year in years if year % step == 0)


def _months(first: date, last: date, step: int) -> Iterator[tuple[date, PartialDate]]:
    for month in range(first.year * 12 + first.month - 1, last.year * 12 + last.month):
        if month % step == 0:
            day = date(month // 12, month % 12 + 1, 1)
            yield day, day.isoformat()[:7]


def _days(first: date, last: date, step: int) -> Iterator[tuple[date, PartialDate]]:
    days = (first + timedelta(n) for n in range(0, (last - first).days + 1, step))
    return ((day, day.isoformat()) for day in days)


def _day(text: PartialDate) -> date:
    """The day, or the middle of the months it may lie in."""
    if len(text) == len("2016-11-10"):
        return date.fromisoformat(text)
    first, last = months_of(text)
    return date(int(text[:4]), (first + last + 1) // 2, 1 if (first + last) % 2 else 15)
