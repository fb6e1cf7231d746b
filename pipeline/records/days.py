"""What changed across all threads on one day.

A development's sentences are those of its version, word for word, with their citations: only what joins them (the lead,
why a development matters, two threads that disagree) is written for the day.
"""

from pipeline.records import Record
from pipeline.records.pages import Said


class Development(Record):
    """What one thread's versions of the day brought. `sentences` stand in `version`, the day's last; `first` that it is
    the thread's first. `opened` and `settled` are the ids of tensions opened and answered that day."""

    thread: str
    version: int
    first: bool
    sentences: tuple[Said, ...]
    why: tuple[Said, ...] = ()
    opened: tuple[str, ...] = ()
    settled: tuple[str, ...] = ()


class Disagreement(Record):
    """Two sentences of two threads that cannot both be right, and about what."""

    about: str
    one: tuple[str, Said]
    other: tuple[str, Said]


class Day(Record):
    """The day's page: `developments`, the weightiest first; without any, nothing was new. `told` says that a model
    was asked for what joins them."""

    date: str
    told: bool = False
    lead: tuple[Said, ...] = ()
    developments: tuple[Development, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()

    @property
    def rests_on(self) -> tuple[tuple[str, int], ...]:
        """The versions it tells of."""
        return tuple(sorted((each.thread, each.version) for each in self.developments))
