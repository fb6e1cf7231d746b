"""The gates: small checks of one sentence against the claims it cites, each with a closed code.

A sure gate strikes: what fails it cannot be right. A doubtful one flags: code cannot be sure, so the support check is
shown the flag. Every gate has an example that passes and one that fails, for a sentence that cites `EXAMPLE`.
"""

import re
from collections.abc import Callable
from typing import Literal, NamedTuple

from pipeline.records.claims import Quotation
from pipeline.records.dates import PartialDate, Span
from pipeline.records.pages import Sentence
from pipeline.text import fold
from pipeline.verify.evidence import Evidence, EvidenceSet
from pipeline.verify.likeness import figures, is_named, name_runs, numbers_of, stands_among, words_of
from pipeline.verify.times import agrees, dates_in, evidence_dates, supported_date, wrong_span

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


class Section(NamedTuple):
    """The section of a page that a sentence is in. `voice` is whom it speaks for, in a section that has voices; `day`
    is what it dates something to, in a section that has dates."""

    name: str
    voice: str | None = None
    day: PartialDate | None = None


class Gate(NamedTuple):
    """One gate. `check` returns what is wrong in a few words, or None. A `sure` gate strikes, any other flags. `passes`
    and `fails` are examples, tried by a test; where `fails` is empty, no wording alone fails the gate."""

    code: Code
    sure: bool
    check: Callable[[Sentence, EvidenceSet, Section], str | None]
    passes: str
    fails: str


EXAMPLE = Evidence(
    claim="example",
    item="item",
    statement="The Vessmouth Board expects the trial in 61 schools to report two years after the first one.",
    speaker="Ada Quist",
    kind="prediction",
    occurred=Span(start="2024-08"),
    quotations=(
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
    extent="full text",
)

_MACHINERY = re.compile(
    r"\[\d+\]|\[[^\]]*\]\([^)]*\)|https?:|www\.|<[a-z/!]|\b[cse]\d+\b|\b(?:claim|sentence) ids?\b|\*\*|`", re.IGNORECASE
)
_QUOTED = re.compile(r'"([^"]+)"')
_EDGES = " .,;:!?-"  # punctuation at the ends of a quoted string that its source need not have
_SPOKEN = re.compile(
    r"\b(?:says?|said|saying|argu\w+|hold\w*|claim\w*|expect\w*|predict\w*|forecast\w*|warn\w*|propos\w*|suggest\w*|"
    r"ask\w*|call\w*|want\w*|would|could|may|might|will|should|plan\w*|promis\w*|intend\w*|hop\w+|question\w*|whether|"
    r"is to|are to|view\w*|think\w*|believ\w*|conced\w*|maintain\w*|object\w*|urg\w+|doubt\w*|judg\w*|due)\b|\?",
    re.IGNORECASE,
)


def quoted_in(text: str) -> list[str]:
    """The folded strings in double quotation marks in `text`, without the punctuation at their ends."""
    return [match.strip(_EDGES) for match in _QUOTED.findall(fold(text)) if match.strip(_EDGES)]


def stands_in(quoted: str, quotations: tuple[Quotation, ...]) -> bool:
    """Whether `quoted` (folded) occurs word for word in one of the quotations, with whole words at both ends, and is
    not cut off right before a word that denies it."""
    at_word_ends = re.compile(rf"(?<!\w){re.escape(quoted)}(?!\w)(?! (?:not|never|no|nor|nothing|nobody)\b)")
    return any(at_word_ends.search(fold(quotation.text)) for quotation in quotations)


def cited_evidence(sentence: Sentence, evidence: EvidenceSet) -> list[Evidence]:
    """The evidence of the claims that `sentence` cites; unknown claims are left out."""
    return [evidence[claim] for claim in sentence.claims if claim in evidence]


def _uncited(sentence: Sentence, _evidence: EvidenceSet, _section: Section) -> str | None:
    return None if sentence.claims or sentence.reading else "it cites nothing and is not marked as a reading"


def _unknown_claim(sentence: Sentence, evidence: EvidenceSet, _section: Section) -> str | None:
    unknown = [claim for claim in sentence.claims if claim not in evidence]
    return f"it cites {', '.join(unknown)}, which is no claim here" if unknown else None


def _machinery(sentence: Sentence, _evidence: EvidenceSet, _section: Section) -> str | None:
    match = _MACHINERY.search(sentence.text)
    return f"{match.group()!r} is no prose" if match else None


def _quotation(sentence: Sentence, evidence: EvidenceSet, _section: Section) -> str | None:
    quotations = tuple(quotation for entry in cited_evidence(sentence, evidence) for quotation in entry.quotations)
    missing = [quoted for quoted in quoted_in(sentence.text) if not stands_in(quoted, quotations)]
    return f'"{missing[0]}" does not stand in the words it cites' if missing else None


def _title_only(sentence: Sentence, evidence: EvidenceSet, _section: Section) -> str | None:
    titles = [entry.title for entry in cited_evidence(sentence, evidence) if entry.extent == "title only"]
    return f"only the title of {titles[0]!r} was read" if titles else None


def _missing_figures(sentence: Sentence, text: str) -> list[str]:
    """The figures of `sentence` that `text` does not give. Dates have a gate of their own."""
    numbers = numbers_of(dates_in(text)[1]) | numbers_of(text)
    return [f"{figure:f}" for figure in figures(dates_in(sentence.text)[1]) if figure not in numbers]


def _figure_in_source(sentence: Sentence, evidence: EvidenceSet, _section: Section) -> str | None:
    if sentence.reading:  # a count of the machine's own is not in any source
        return None
    missing = _missing_figures(sentence, "\n".join(entry.everything for entry in cited_evidence(sentence, evidence)))
    return f"{missing[0]} stands nowhere in what it cites" if missing else None


def _figure_in_words(sentence: Sentence, evidence: EvidenceSet, _section: Section) -> str | None:
    missing = _missing_figures(sentence, "\n".join(entry.quoted for entry in cited_evidence(sentence, evidence)))
    return f"{missing[0]} does not stand in the words it cites" if missing else None


def _date(sentence: Sentence, evidence: EvidenceSet, _section: Section) -> str | None:
    dates = [date for entry in cited_evidence(sentence, evidence) for date in evidence_dates(entry)]
    missing = [date for date in dates_in(sentence.text)[0] if not agrees(date, dates)]
    written = "-".join(str(part) for part in missing[0] if part) if missing else ""
    return f"the date {written} does not stand in what it cites" if missing else None


def _event_day(sentence: Sentence, evidence: EvidenceSet, section: Section) -> str | None:
    cited = cited_evidence(sentence, evidence)
    if section.day is None or supported_date(section.day, sentence.text, cited):
        return None
    if section.day in {entry.published for entry in cited}:  # the gate for days of publication judges it
        return None
    return f"nothing it cites dates it to {section.day}"


def _publication_day(sentence: Sentence, evidence: EvidenceSet, section: Section) -> str | None:
    """The day a source was published is not the day of what it reports, unless the source says so."""
    cited = cited_evidence(sentence, evidence)
    if section.day is None or section.day not in {entry.published for entry in cited}:
        return None
    if supported_date(section.day, sentence.text, cited) == section.day:
        return None
    return f"{section.day} is the day its source was published; nothing it cites says that this happened then"


def _name(sentence: Sentence, evidence: EvidenceSet, section: Section) -> str | None:
    cited_words = words_of(
        "\n".join([*(entry.everything for entry in cited_evidence(sentence, evidence)), section.voice or ""])
    )
    for run in name_runs(sentence.text):
        missing = [name for name in run if not stands_among(name, cited_words)]
        if missing and len(missing) < len(run):  # part of the name is cited: the rest may be in any of the evidence
            all_words = words_of("\n".join(entry.everything for entry in evidence.values()))
            missing = [name for name in missing if not stands_among(name, all_words)]
        if missing:
            return f"{missing[0]} is not named in what it cites"
    return None


def _certain_span(sentence: Sentence, evidence: EvidenceSet, _section: Section) -> str | None:
    wrong = wrong_span(sentence.text, cited_evidence(sentence, evidence))
    return f"{wrong[0]!r} is not the time between the dates it names" if wrong and wrong[1] else None


def _span(sentence: Sentence, evidence: EvidenceSet, _section: Section) -> str | None:
    wrong = wrong_span(sentence.text, cited_evidence(sentence, evidence))
    return f"{wrong[0]!r} is the time between no two dates of what it cites" if wrong else None


def _voice(sentence: Sentence, evidence: EvidenceSet, section: Section) -> str | None:
    if section.voice is None or sentence.reading or not sentence.claims:
        return None
    named = any(is_named(section.voice, entry.everything) for entry in cited_evidence(sentence, evidence))
    return None if named else f"nothing it cites is by or about {section.voice}"


def _kind(sentence: Sentence, evidence: EvidenceSet, section: Section) -> str | None:
    cited = cited_evidence(sentence, evidence)
    kinds = {entry.kind for entry in cited}
    if sentence.reading or not kinds or "fact" in kinds or _SPOKEN.search(sentence.text):
        return None
    speakers = [entry.speaker for entry in cited if entry.speaker]
    if "argument" in kinds and any(is_named(speaker, f"{sentence.text}\n{section.voice}") for speaker in speakers):
        return None
    return f"it tells {' and '.join(sorted(kinds))} as fact"


def _claim_in_doubt(sentence: Sentence, evidence: EvidenceSet, _section: Section) -> str | None:
    return next((entry.doubts[0] for entry in cited_evidence(sentence, evidence) if entry.doubts), None)


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
