"""Small pictures, drawn when a page is made: where things lie in time. Each says in words what it shows."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from pipeline.records.dates import PartialDate
from pipeline.records.pages import Event, Version


class Mark(NamedTuple):
    """A place on an axis of 1,000 units."""

    at: int
    label: str


class Band(NamedTuple):
    """Events along an axis of time, with the years that begin on it."""

    marks: tuple[Mark, ...]
    years: tuple[Mark, ...]


def timeline_band(events: Sequence[Event]) -> Band | None:
    """Where a timeline's events lie; None for fewer than three days apart. A date without a day lies in the middle of
    what it names."""
    days = [_day(event.date) for event in events]
    if len(set(days)) < 3:
        return None
    first, last = min(days), max(days)
    marks = tuple(Mark(_at(day, first, last), e.date) for day, e in zip(days, events, strict=True))
    begins = (date(year, 1, 1) for year in range(first.year + 1, last.year + 1))
    years = tuple(Mark(_at(begin, first, last), str(begin.year)) for begin in begins)
    return Band(marks, years[:: max(1, len(years) // 6)])


def activity(made: Sequence[str]) -> tuple[int, ...]:
    """Where a thread's versions lie between its first and its last, in hundredths."""
    days = [date.fromisoformat(moment[:10]) for moment in made]
    first, last = min(days), max(days)
    return tuple(dict.fromkeys(_at(day, first, last) // 10 for day in days))


class Step(NamedTuple):
    """What became of a voice's position in one version; "none" where it had none there."""

    version: int
    word: str


def path_of(voice: str, versions: Iterable[Version]) -> tuple[Step, ...]:
    """A voice's positions over the versions, oldest first. A voice is known by its name."""
    steps = []
    for version in versions:
        here = next((p for p in version.perspectives if p.voice.casefold() == voice.casefold()), None)
        since = here is not None and here.evolution.since == version.version
        word = "none" if here is None else here.evolution.word if since else "unchanged"
        steps.append(Step(version.version, word))
    return tuple(steps)


def _at(day: date, first: date, last: date) -> int:
    return round(1000 * (day - first).days / max((last - first).days, 1))


def _day(text: PartialDate) -> date:
    parts = [int(part) for part in text.split("-")]
    middle = {1: (7, 1), 2: (parts[-1], 15)}.get(len(parts))
    return date(parts[0], *middle) if middle else date(*parts)
