"""Small pictures of when things happened, as coordinates that templates draw. Each picture has a label in words."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from pipeline.publish.cast import names_of
from pipeline.records.dates import PartialDate, months_of
from pipeline.records.pages import Event, Version


class Mark(NamedTuple):
    """A labelled position on an axis of 1,000 units."""

    at: int
    label: str


class Band(NamedTuple):
    """Events along an axis of time, and the years that begin on it (eleven at most)."""

    marks: tuple[Mark, ...]
    years: tuple[Mark, ...]


def timeline_band(events: Sequence[Event]) -> Band | None:
    """Where a timeline's events lie in time, without those that lie ahead; None for fewer than three different days. A
    date without a day is drawn in the middle of the months it may lie in."""
    dates = [event.date for event in events if event.dated != "expected"]
    days = [_day(text) for text in dates]
    if len(set(days)) < 3:
        return None
    first, last = min(days), max(days)
    marks = tuple(Mark(_position(day, first, last), text) for day, text in zip(days, dates, strict=True))
    new_years = (date(year, 1, 1) for year in range(first.year + 1, last.year + 1))
    years = tuple(Mark(_position(day, first, last), str(day.year)) for day in new_years)
    return Band(marks, years[:: max(1, len(years) // 6)])


def activity(made_at: Sequence[str]) -> tuple[int, ...]:
    """Where a thread's versions lie between its first and its last, in hundredths, without repeats. `made_at` are ISO
    8601 times, one a version."""
    days = [date.fromisoformat(moment[:10]) for moment in made_at]
    first, last = min(days), max(days)
    return tuple(dict.fromkeys(_position(day, first, last) // 10 for day in days))


class Step(NamedTuple):
    """How a voice's position evolved in one version: a word of its `Evolution`, or "none" where it had none there."""

    version: int
    word: str


def steps_of(voice: str, versions: Sequence[Version]) -> tuple[Step, ...]:
    """The positions over the versions, oldest first, of a voice of the last. It is the same voice in an earlier one
    where any of its names is, by the cast of either and whatever its case."""
    names = names_of(voice, versions[-1].cast)
    steps = []
    for version in versions:
        perspective = next((p for p in version.perspectives if names & names_of(p.voice, version.cast)), None)
        changed = perspective is not None and perspective.evolution.since == version.version
        word = "none" if perspective is None else perspective.evolution.word if changed else "unchanged"
        steps.append(Step(version.version, word))
    return tuple(steps)


def _position(day: date, first: date, last: date) -> int:
    """Where `day` lies between `first` (0) and `last` (1,000)."""
    return round(1000 * (day - first).days / max((last - first).days, 1))


def _day(text: PartialDate) -> date:
    """The day, or the middle of the months it may lie in."""
    if len(text) == len("2016-11-10"):
        return date.fromisoformat(text)
    first, last = months_of(text)
    return date(int(text[:4]), (first + last + 1) // 2, 1 if (first + last) % 2 else 15)
