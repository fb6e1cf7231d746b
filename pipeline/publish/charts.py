"""Small pictures of when things happened, as coordinates that templates draw. Each picture has a label in words."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from pipeline.records.dates import PartialDate
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
    """Where a timeline's events lie in time; None for fewer than three different days. A date without a day is drawn in
    the middle of its month or year."""
    days = [_day(event.date) for event in events]
    if len(set(days)) < 3:
        return None
    first, last = min(days), max(days)
    marks = tuple(Mark(_position(day, first, last), e.date) for day, e in zip(days, events, strict=True))
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


def steps_of(voice: str, versions: Iterable[Version]) -> tuple[Step, ...]:
    """A voice's positions over the versions, oldest first. A voice is the same where its name is, whatever its case."""
    steps = []
    for version in versions:
        perspective = next((p for p in version.perspectives if p.voice.casefold() == voice.casefold()), None)
        changed = perspective is not None and perspective.evolution.since == version.version
        word = "none" if perspective is None else perspective.evolution.word if changed else "unchanged"
        steps.append(Step(version.version, word))
    return tuple(steps)


def _position(day: date, first: date, last: date) -> int:
    """Where `day` lies between `first` (0) and `last` (1,000)."""
    return round(1000 * (day - first).days / max((last - first).days, 1))


def _day(text: PartialDate) -> date:
    parts = [int(part) for part in text.split("-")]
    middle = {1: (7, 1), 2: (parts[-1], 15)}.get(len(parts))  # month and day, by how many parts are given
    return date(parts[0], *middle) if middle else date(*parts)
