"""The gates: small checks of one sentence against the claims it cites, each with a closed code.

A sure gate strikes: what fails it cannot be right. A doubtful one flags: code cannot be sure, so the support check is
shown the flag. Every gate has an example that passes and one that fails, for a sentence that cites `EXAMPLE`.
"""

import re
from collections.abc import Callable
from typing import Literal, NamedTuple

from pipeline.read.folding import fold
from pipeline.records.claims import Quotation
from pipeline.records.dates import PartialDate, Span
from pipeline.records.pages import Said
from pipeline.verify.ground import Ground, Grounds
from pipeline.verify.likeness import figures, is_named, known_figures, name_runs, stands_among, words_of
from pipeline.verify.times import agrees, borne_out, dates_in, known_dates, wrong_span

Code = Literal[
    "uncited",
    "unknown claim",
    "machinery in prose",
    "quotation not verbatim",
    "figure not in source",
    "title only",
    "wrong span of time",
    "voice not in claims",
    "figure not in words",
    "date not in words",
    "event not dated so",
    "day of publication",
    "name not in words",
    "span not borne out",
    "kind not kept",
    "claim in doubt",
    "figures differ",
    "not supported",
]


class Place(NamedTuple):
    """Where a sentence stands: its section, the voice it speaks for where the section has voices, the day it dates
    something to where the section has days."""

    section: str
    voice: str | None = None
    day: PartialDate | None = None


class Gate(NamedTuple):
    """`check` gives what is wrong in a few words, or None. A `sure` gate strikes, another flags."""

    code: Code
    sure: bool
    check: Callable[[Said, Grounds, Place], str | None]
    passes: str
    fails: str


EXAMPLE = Ground(
    claim="example",
    item="item",
    statement="The Vessmouth Board expects the trial in 61 schools to report two years after the first one.",
    speaker="Ada Quist",
    kind="prediction",
    occurred=Span(start="2024-08"),
    words=(
        Quotation(
            start=0,
            end=139,
            text="“We will not change a timetable because of one preprint,” said Ada Quist of the Vessmouth Board. It "
            "covers 61 schools; the first was in 2022.",
        ),
    ),
    venue="The Courier",
    author="Maren Okafor",
    title="Board waits",
    published="2026-03-05",
    evidence="full text",
)

_MACHINERY = re.compile(
    r"\[\d+\]|\[[^\]]*\]\([^)]*\)|https?:|www\.|<[a-z/!]|\b[cse]\d+\b|\b(?:claim|sentence) ids?\b|\*\*|`", re.IGNORECASE
)
_QUOTED = re.compile(r'"([^"]+)"')
_EDGES = " .,;:!?-"
_SPOKEN = re.compile(
    r"\b(?:says?|said|saying|argu\w+|hold\w*|claim\w*|expect\w*|predict\w*|forecast\w*|warn\w*|propos\w*|suggest\w*|"
    r"ask\w*|call\w*|want\w*|would|could|may|might|will|should|plan\w*|promis\w*|intend\w*|hop\w+|question\w*|whether|"
    r"is to|are to|view\w*|think\w*|believ\w*|conced\w*|maintain\w*|object\w*|urg\w+|doubt\w*|judg\w*|due)\b|\?",
    re.IGNORECASE,
)


def quoted_in(text: str) -> list[str]:
    """The folded strings that stand in double quotation marks in `text`."""
    return [match.strip(_EDGES) for match in _QUOTED.findall(fold(text)) if match.strip(_EDGES)]


def stands_in(quoted: str, words: tuple[Quotation, ...]) -> bool:
    """Whether `quoted` (folded) stands word for word in one of the quotations, whole words at both ends, and is not
    cut off right before the word that denies it."""
    at_word_ends = re.compile(rf"(?<!\w){re.escape(quoted)}(?!\w)(?! (?:not|never|no|nor|nothing|nobody)\b)")
    return any(at_word_ends.search(fold(each.text)) for each in words)


def cited(said: Said, grounds: Grounds) -> list[Ground]:
    return [grounds[claim] for claim in said.claims if claim in grounds]


def _uncited(said: Said, _grounds: Grounds, _place: Place) -> str | None:
    return None if said.claims or said.reading else "it cites nothing and is not marked as a reading"


def _unknown_claim(said: Said, grounds: Grounds, _place: Place) -> str | None:
    unknown = [claim for claim in said.claims if claim not in grounds]
    return f"it cites {', '.join(unknown)}, which is no claim here" if unknown else None


def _machinery(said: Said, _grounds: Grounds, _place: Place) -> str | None:
    found = _MACHINERY.search(said.text)
    return f"{found.group()!r} is no prose" if found else None


def _quotation(said: Said, grounds: Grounds, _place: Place) -> str | None:
    words = tuple(quotation for ground in cited(said, grounds) for quotation in ground.words)
    missing = [quoted for quoted in quoted_in(said.text) if not stands_in(quoted, words)]
    return f'"{missing[0]}" does not stand in the words it cites' if missing else None


def _title_only(said: Said, grounds: Grounds, _place: Place) -> str | None:
    bare = [ground.title for ground in cited(said, grounds) if ground.evidence == "title only"]
    return f"only the title of {bare[0]!r} was read" if bare else None


def _figures_missing(said: Said, known: str) -> list[str]:
    """Figures of a sentence that `known` does not give; its dates are another gate's."""
    there = known_figures(dates_in(known)[1]) | known_figures(known)
    return [f"{figure:f}" for figure in figures(dates_in(said.text)[1]) if figure not in there]


def _figure_in_source(said: Said, grounds: Grounds, _place: Place) -> str | None:
    if said.reading:  # a count of the machine's own is not in any source
        return None
    missing = _figures_missing(said, "\n".join(ground.everything for ground in cited(said, grounds)))
    return f"{missing[0]} stands nowhere in what it cites" if missing else None


def _figure_in_words(said: Said, grounds: Grounds, _place: Place) -> str | None:
    missing = _figures_missing(said, "\n".join(ground.quoted for ground in cited(said, grounds)))
    return f"{missing[0]} does not stand in the words it cites" if missing else None


def _date(said: Said, grounds: Grounds, _place: Place) -> str | None:
    known = [named for ground in cited(said, grounds) for named in known_dates(ground)]
    missing = [named for named in dates_in(said.text)[0] if not agrees(named, known)]
    shown = "-".join(str(part) for part in missing[0] if part) if missing else ""
    return f"the date {shown} does not stand in what it cites" if missing else None


def _event_day(said: Said, grounds: Grounds, place: Place) -> str | None:
    held = cited(said, grounds)
    if place.day is None or borne_out(place.day, said.text, held) or place.day in {g.published for g in held}:
        return None
    return f"nothing it cites dates it to {place.day}"


def _publication_day(said: Said, grounds: Grounds, place: Place) -> str | None:
    """The day a source was published is not the day of what it tells, unless the source says so."""
    held = cited(said, grounds)
    if place.day is None or place.day not in {ground.published for ground in held}:
        return None
    if borne_out(place.day, said.text, held) == place.day:
        return None
    return f"{place.day} is the day its source was published; nothing it cites says that this happened then"


def _name(said: Said, grounds: Grounds, place: Place) -> str | None:
    known = words_of("\n".join([*(ground.everything for ground in cited(said, grounds)), place.voice or ""]))
    for run in name_runs(said.text):
        missing = [name for name in run if not stands_among(name, known)]
        if missing and len(missing) < len(run):  # the full name of what is cited by a part of it
            anywhere = words_of("\n".join(ground.everything for ground in grounds.values()))
            missing = [name for name in missing if not stands_among(name, anywhere)]
        if missing:
            return f"{missing[0]} is not named in what it cites"
    return None


def _certain_span(said: Said, grounds: Grounds, _place: Place) -> str | None:
    found = wrong_span(said.text, cited(said, grounds))
    return f"{found[0]!r} is not the time between the dates it names" if found and found[1] else None


def _span(said: Said, grounds: Grounds, _place: Place) -> str | None:
    found = wrong_span(said.text, cited(said, grounds))
    return f"{found[0]!r} is the time between no two dates of what it cites" if found else None


def _voice(said: Said, grounds: Grounds, place: Place) -> str | None:
    if place.voice is None or said.reading or not said.claims:
        return None
    named = any(is_named(place.voice, ground.everything) for ground in cited(said, grounds))
    return None if named else f"nothing it cites is by or about {place.voice}"


def _kind(said: Said, grounds: Grounds, place: Place) -> str | None:
    held = cited(said, grounds)
    kinds = {ground.kind for ground in held}
    if said.reading or not kinds or "fact" in kinds or _SPOKEN.search(said.text):
        return None
    speakers = [ground.speaker for ground in held if ground.speaker]
    if "argument" in kinds and any(is_named(speaker, f"{said.text}\n{place.voice}") for speaker in speakers):
        return None
    return f"it tells {' and '.join(sorted(kinds))} as fact"


def _claim_in_doubt(said: Said, grounds: Grounds, _place: Place) -> str | None:
    return next((ground.doubts[0] for ground in cited(said, grounds) if ground.doubts), None)


GATES: tuple[Gate, ...] = (
    Gate("uncited", True, _uncited, "The Board waits, Quist says.", ""),
    Gate("unknown claim", True, _unknown_claim, "The Board waits, Quist says.", ""),
    Gate("machinery in prose", True, _machinery, "The Board waits, Quist says.", "The Board waits, Quist says [2]."),
    Gate(
        "quotation not verbatim",
        True,
        _quotation,
        'The Board will not change "a timetable because of one preprint".',
        'The Board will not change "the timetable because of one preprint".',
    ),
    Gate(
        "figure not in source",
        True,
        _figure_in_source,
        "Quist says it covers 61 schools.",
        "Quist says it covers 58 schools.",
    ),
    Gate("title only", True, _title_only, "The Board waits, Quist says.", ""),
    Gate(
        "wrong span of time",
        True,
        _certain_span,
        "It would report in August 2024, Quist says, two years after the first of 2022.",
        "It would report in August 2024, Quist says, a decade after the first of 2022.",
    ),
    Gate("voice not in claims", True, _voice, "The Board waits, Quist says.", ""),
    Gate(
        "figure not in words",
        False,
        _figure_in_words,
        "Quist says it covers 61 schools.",
        "Quist says it covers 58 schools.",
    ),
    Gate(
        "date not in words",
        False,
        _date,
        "Quist said so on 5 March 2026.",
        "Quist said so on 6 March 2026.",
    ),
    Gate("event not dated so", True, _event_day, "The Board heard of it.", ""),
    Gate("day of publication", False, _publication_day, "Quist spoke in August 2024.", ""),
    Gate(
        "name not in words",
        False,
        _name,
        "The Vessmouth Board's Quist said so in the Courier.",
        "The Vessmouth Board's Quist told Amaro so.",
    ),
    Gate(
        "span not borne out",
        False,
        _span,
        "The Board would hear of it two years after the first one.",
        "The Board would hear of it nine years after the first one.",
    ),
    Gate("kind not kept", False, _kind, "The Board expects a report.", "A report arrived at the Board."),
    Gate("claim in doubt", False, _claim_in_doubt, "The Board waits, Quist says.", ""),
)
