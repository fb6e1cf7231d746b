"""How a run on an endpoint may end: each kind knows how to tell whether one did."""

import re
from dataclasses import dataclass

from pipeline.records.endpoints import JsonMode
from tests.model.endpoints.runs import Ended


@dataclass(frozen=True)
class Answered:
    """A page, all questions answered in `way` in the end; `claims` of the articles' four are in the store. At most
    `waits` times the endpoint was given a pause before."""

    way: JsonMode = "json_schema"
    claims: int = 4
    waits: int = 0

    def holds(self, ended: Ended) -> None:
        """Asserts that the run ended so."""
        assert ended.lines == []
        assert (ended.report.outcome, ended.report.exit_code) == ("new version", 0)
        assert ended.report.new_claims == self.claims
        assert ended.way == self.way
        assert len(ended.waits) <= self.waits, ended.waits


@dataclass(frozen=True)
class Read:
    """Both articles are read as they should be: `claims` of their four are in the store. The run is not followed to its
    page, which is asked for alike."""

    claims: int = 4

    def holds(self, ended: Ended) -> None:
        """Asserts that the articles were read so."""
        assert ended.lines == []
        assert (ended.report.extracted, ended.report.new_claims) == (2, self.claims)
        assert ended.way == "json_schema"
        assert ended.waits == []


@dataclass(frozen=True)
class Waited:
    """The endpoint was left alone for so many seconds (and up to a quarter more), once; then it answered, and both
    articles are read. The run is not followed to its page."""

    seconds: float

    def holds(self, ended: Ended) -> None:
        """Asserts that the articles were read so."""
        assert len(ended.waits) == 1
        assert self.seconds <= ended.waits[0] <= self.seconds * 1.25 + 0.5
        Read().holds(ended._replace(waits=[]))


@dataclass(frozen=True)
class Stopped:
    """No question can be answered, so none more is asked: one line that says all of `says` (regular expressions, in any
    order), and the command ends with 1."""

    says: tuple[str, ...]

    def __init__(self, *says: str) -> None:
        object.__setattr__(self, "says", says)

    def holds(self, ended: Ended) -> None:
        """Asserts that the run ended so."""
        assert ended.waits == []
        assert (ended.report.outcome, ended.report.exit_code) == ("failed", 1)
        assert len(ended.lines) == 1, ended.lines
        for words in self.says:
            assert re.search(words, ended.lines[0]), ended.lines[0]


@dataclass(frozen=True)
class Troubled:
    """One article has no answer, which a line says; the other is on the page. What is `remembered` is not asked again
    when the thread is run again."""

    says: str
    remembered: bool = True

    def holds(self, ended: Ended) -> None:
        """Asserts that the run ended so."""
        assert ended.waits == []
        assert (ended.report.outcome, ended.report.exit_code) == ("new version", 1)
        assert ended.report.new_claims == 2
        assert len(ended.lines) == 1, ended.lines
        assert re.search(self.says, ended.lines[0]), ended.lines[0]


@dataclass(frozen=True)
class Unread:
    """No article was answered, each with a line that says `says`; the endpoint's context is known from now on."""

    says: str
    context: int

    def holds(self, ended: Ended) -> None:
        """Asserts that the run ended so."""
        assert ended.waits == []
        assert ended.report.version is None
        assert len(ended.lines) == 2, ended.lines
        assert all(re.search(self.says, line) for line in ended.lines), ended.lines
        assert ended.context == self.context


Ends = Answered | Read | Waited | Stopped | Troubled | Unread
