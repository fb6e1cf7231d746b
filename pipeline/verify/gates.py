"""The gates: small checks of one sentence against the claims it cites, each with a closed code."""

import re
from collections.abc import Callable, Mapping
from typing import Literal, NamedTuple

from pipeline.read.folding import fold
from pipeline.records.claims import Quotation
from pipeline.records.pages import Said

Code = Literal["uncited", "unknown claim", "machinery in prose", "quotation not verbatim"]
Words = Mapping[str, tuple[Quotation, ...]]
"""The evidence of every claim a page may cite, by claim id."""


class Gate(NamedTuple):
    """`check` gives what is wrong in a few words, or None. `passes` and `fails` are texts that show it, for
    sentences citing one claim whose evidence is `EXAMPLE_WORDS`."""

    code: Code
    check: Callable[[Said, Words], str | None]
    passes: str
    fails: str


EXAMPLE_WORDS = "The board said: “We will not change a timetable because of one preprint.”"

_MACHINERY = re.compile(
    r"\[\d+\]|\[[^\]]*\]\([^)]*\)|https?:|www\.|<[a-z/!]|\b[cse]\d+\b|\b(?:claim|sentence) ids?\b|\*\*|`",
    re.IGNORECASE,
)
_QUOTED = re.compile(r'"([^"]+)"')
_EDGES = " .,;:!?-"


def quoted_in(text: str) -> list[str]:
    """The folded strings that stand in double quotation marks in `text`."""
    return [match.strip(_EDGES) for match in _QUOTED.findall(fold(text)) if match.strip(_EDGES)]


def stands_in(quoted: str, evidence: tuple[Quotation, ...]) -> bool:
    """Whether `quoted` (folded) stands word for word in one of the quotations, whole words at both ends."""
    at_word_ends = re.compile(rf"(?<!\w){re.escape(quoted)}(?!\w)")
    return any(at_word_ends.search(fold(words.text)) for words in evidence)


def _uncited(said: Said, _words: Words) -> str | None:
    return None if said.claims or said.reading else "it cites nothing and is not marked as a reading"


def _unknown_claim(said: Said, words: Words) -> str | None:
    unknown = [claim for claim in said.claims if claim not in words]
    return f"it cites {', '.join(unknown)}, which is no claim here" if unknown else None


def _machinery(said: Said, _words: Words) -> str | None:
    found = _MACHINERY.search(said.text)
    return f"{found.group()!r} is no prose" if found else None


def _quotation(said: Said, words: Words) -> str | None:
    evidence = tuple(quotation for claim in said.claims for quotation in words.get(claim, ()))
    missing = [quoted for quoted in quoted_in(said.text) if not stands_in(quoted, evidence)]
    return f'"{missing[0]}" does not stand in the words it cites' if missing else None


GATES: tuple[Gate, ...] = (
    Gate("uncited", _uncited, passes="The board keeps its timetable.", fails=""),
    Gate("unknown claim", _unknown_claim, passes="The board keeps its timetable.", fails=""),
    Gate(
        "machinery in prose",
        _machinery,
        passes="The board keeps its timetable.",
        fails="The board keeps its timetable [2].",
    ),
    Gate(
        "quotation not verbatim",
        _quotation,
        passes='The board will not change "a timetable because of one preprint".',
        fails='The board will not change "the timetable because of one preprint".',
    ),
)
