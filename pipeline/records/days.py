"""What changed across all threads on one day.

A development's sentences are those of its version, word for word, with their citations. Only what joins developments is
written for the day: the lead, why a development matters, two threads that disagree.
"""

from pydantic import Field

from pipeline.records import Record
from pipeline.records.pages import Sentence


class Development(Record):
    """What one thread's versions of the day brought. `sentences` are in `version`, the day's last; `first` says that it
    is the thread's first. `opened` and `settled` are the ids of tensions opened and answered that day."""

    thread: str
    version: int
    first: bool
    sentences: tuple[Sentence, ...]
    why: tuple[Sentence, ...] = ()
    opened: tuple[str, ...] = ()
    settled: tuple[str, ...] = ()


class Disagreement(Record):
    """Two sentences that cannot both be right, each with the slug of its thread, and what they are about."""

    about: str
    one: tuple[str, Sentence]
    other: tuple[str, Sentence]


class Day(Record):
    """The day's page: `developments`, the weightiest first; without any, nothing was new. `written` says that a model
    was asked for what joins them, which is in `language`; the sentences of a development are in its thread's."""

    date: str
    language: str = "en"
    written: bool = Field(default=False, alias="told")
    lead: tuple[Sentence, ...] = ()
    developments: tuple[Development, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()

    @property
    def rests_on(self) -> tuple[tuple[str, int], ...]:
        """The versions it was made from, as thread and number."""
        return tuple(sorted((each.thread, each.version) for each in self.developments))
