"""A page through the gates: what code can repair is repaired, what cannot be right is struck, what code is not sure of
is flagged for the support check."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple, TypeVar

from pipeline.records import Record
from pipeline.records.pages import Page, Sentence
from pipeline.verify.evidence import Evidence, EvidenceSet
from pipeline.verify.gates import GATES, Code, Gate, Section, quoted_in, stands_in
from pipeline.verify.likeness import figures
from pipeline.verify.times import dates_in, supported_date

P = TypeVar("P", bound=Record)
_SAME_SUBJECT = 0.7  # least share of common words in two sentences about the same thing; chosen, not measured


class Finding(Record):
    """A sentence that failed a gate or the support check, and what was done about it."""

    sentence: str
    text: str
    code: Code
    detail: str
    done: str  # flagged, repaired or struck


class CheckResult(NamedTuple):
    """The page after the gates. `checks` counts gate runs; `flags` are the doubts that the support check is shown, by
    sentence id."""

    page: Page
    checks: int
    repaired: int
    struck: int
    findings: tuple[Finding, ...]
    flags: Mapping[str, tuple[str, ...]]

    def codes(self) -> dict[str, int]:
        """How often each code was raised."""
        return dict(sorted(Counter(finding.code for finding in self.findings).items()))


def with_sections(page: Page) -> Iterator[tuple[Sentence, Section]]:
    """Every sentence with its section, in reading order."""
    for sentence in page.whats_new:
        yield sentence, Section("What's new")
    for paragraph in page.narrative:
        for sentence in paragraph.sentences:
            yield sentence, Section(f"Narrative, {paragraph.theme}")
    for event in page.timeline:
        for sentence in event.sentences:
            yield sentence, Section(f"Timeline, {event.date}", day=event.date)
    for perspective in page.perspectives:
        for sentence in perspective.position:
            yield sentence, Section(f"Perspectives, {perspective.voice}", perspective.voice)
        for sentence in perspective.evolution.sentences:
            yield sentence, Section(f"Perspectives, {perspective.voice}, evolution", perspective.voice)
    for heard in page.also_heard:
        for sentence in heard.sentences:
            yield sentence, Section(f"Also heard, {heard.voice}", heard.voice)
    for tension in page.tensions:
        for sentence in tension.sentences:
            yield sentence, Section("Tensions, question")
        for side in tension.sides:
            for sentence in side.sentences:
                yield sentence, Section(f"Tensions, {side.voice}", side.voice)
        for sentence in tension.missing:
            yield sentence, Section("Tensions, what is missing")
        for sentence in tension.resolution:
            yield sentence, Section(f"Tensions, {tension.state}")


def failures(
    sentence: Sentence, evidence: EvidenceSet, section: Section, *, sure: bool | None = None
) -> list[tuple[Gate, str]]:
    """Every gate that `sentence` fails, each with what is wrong. `sure` limits this to the sure gates (True) or to the
    doubtful ones (False)."""
    gates = [gate for gate in GATES if sure is None or gate.sure is sure]
    results = [(gate, gate.check(sentence, evidence, section)) for gate in gates]
    return [(gate, detail) for gate, detail in results if detail is not None]


def check(page: Page, evidence: EvidenceSet) -> CheckResult:
    """`page` with every sentence passed, repaired, flagged or struck. `evidence` holds all claims of the thread: a
    sentence that quotes a claim it does not cite gets that citation added."""
    kept: dict[str, Sentence] = {}
    findings: list[Finding] = []
    flags: dict[str, tuple[str, ...]] = {}
    page, date_findings = _with_supported_dates(page, evidence)
    findings += date_findings
    struck, repaired = 0, len(date_findings)
    for sentence, section in with_sections(page):
        failed = failures(sentence, evidence, section, sure=True)
        candidate = _with_quoted_claims(sentence, evidence) if failed else sentence
        remaining = failures(candidate, evidence, section, sure=True) if failed else []
        done = "struck" if remaining else "repaired"
        findings += [_finding(sentence, gate.code, detail, done) for gate, detail in remaining or failed]
        if remaining:
            struck += 1
            continue
        repaired += candidate != sentence
        kept[sentence.id] = candidate
        doubtful = [] if sentence.text.endswith("?") else failures(candidate, evidence, section, sure=False)
        findings += [_finding(sentence, gate.code, detail, "flagged") for gate, detail in doubtful]
        flags[sentence.id] = tuple(detail for _, detail in doubtful)
    for sentence, detail in _contradicting_figures(list(kept.values())):
        findings.append(_finding(sentence, "figures differ", detail, "flagged"))
        flags[sentence.id] = (*flags[sentence.id], detail)
    raised_flags = {sentence_id: details for sentence_id, details in flags.items() if details}
    checks = len(GATES) * sum(1 for _ in with_sections(page))
    return CheckResult(with_sentences(page, kept), checks, repaired, struck, tuple(findings), raised_flags)


def _with_supported_dates(page: Page, evidence: EvidenceSet) -> tuple[Page, list[Finding]]:
    """`page` with each event dated no finer than its claims date it, and a finding for each date that was cut."""
    events, findings = [], []
    for event in page.timeline:
        cited = [evidence[claim] for sentence in event.sentences for claim in sentence.claims if claim in evidence]
        date = supported_date(event.date, " ".join(sentence.text for sentence in event.sentences), cited)
        if date and date != event.date:
            detail = f"dated {event.date}, of which its claims bear out {date}"
            findings += [_finding(first, "event not dated so", detail, "repaired") for first in event.sentences[:1]]
        events.append(event.model_copy(update={"date": date or event.date}))
    timeline = tuple(sorted(events, key=lambda event: event.date))
    return page.model_copy(update={"timeline": timeline}), findings


def with_sentences(page: Page, kept: Mapping[str, Sentence]) -> Page:
    """`page` with only the sentences in `kept` (by id, in the wording given there), and without the parts this leaves
    empty. A tension needs its question and at least one side."""

    def kept_of(sentences: tuple[Sentence, ...]) -> tuple[Sentence, ...]:
        return tuple(kept[sentence.id] for sentence in sentences if sentence.id in kept)

    tensions = [
        tension.model_copy(
            update={
                "sides": _nonempty_parts(tension.sides, "sentences", kept_of),
                "missing": kept_of(tension.missing),
                "resolution": kept_of(tension.resolution),
            }
        )
        for tension in _nonempty_parts(page.tensions, "sentences", kept_of)
    ]
    return page.model_copy(
        update={
            "whats_new": kept_of(page.whats_new),
            "narrative": _nonempty_parts(page.narrative, "sentences", kept_of),
            "timeline": _nonempty_parts(page.timeline, "sentences", kept_of),
            "perspectives": _nonempty_parts(page.perspectives, "position", kept_of),
            "also_heard": _nonempty_parts(page.also_heard, "sentences", kept_of),
            "tensions": tuple(tension for tension in tensions if tension.sides),
        }
    )


def _finding(sentence: Sentence, code: Code, detail: str, done: str) -> Finding:
    return Finding(sentence=sentence.id, text=sentence.text, code=code, detail=detail, done=done)


def _with_quoted_claims(sentence: Sentence, evidence: EvidenceSet) -> Sentence:
    """`sentence`, citing also the first claim that contains each quoted string its own claims lack."""
    claims = list(sentence.claims)
    for quoted in quoted_in(sentence.text):
        if not any(_contains(evidence.get(claim), quoted) for claim in claims):
            claims += [claim for claim, entry in evidence.items() if _contains(entry, quoted)][:1]
    return sentence.model_copy(update={"claims": tuple(claims)})


def _contains(entry: Evidence | None, quoted: str) -> bool:
    return entry is not None and stands_in(quoted, entry.quotations)


def _contradicting_figures(sentences: list[Sentence]) -> Iterator[tuple[Sentence, str]]:
    """Sentences that say almost the same as an earlier one with other figures: one of the two may be wrong, or the
    page does not explain the difference."""
    compared = [
        (sentence, set(figures(dates_in(sentence.text)[1])), _words(sentence.text))
        for sentence in sentences
        if not sentence.reading
    ]
    for position, (sentence, numbers, words) in enumerate(compared):
        for earlier, earlier_numbers, earlier_words in compared[:position]:
            disjoint = numbers and earlier_numbers and numbers.isdisjoint(earlier_numbers)
            if disjoint and len(words & earlier_words) >= _SAME_SUBJECT * len(words | earlier_words):
                yield sentence, f"another sentence gives other figures for the same: {earlier.text}"
                break


def _words(text: str) -> set[str]:
    """The words of `text` in lower case, without those that hold a digit."""
    return {word for word in text.casefold().split() if not any(c.isdigit() for c in word)}


def _nonempty_parts(
    parts: tuple[P, ...], field: str, kept_of: Callable[[tuple[Sentence, ...]], tuple[Sentence, ...]]
) -> tuple[P, ...]:
    """`parts` with the sentences of `field` that are kept, without those where none is."""
    reduced = [part.model_copy(update={field: kept_of(getattr(part, field))}) for part in parts]
    return tuple(part for part in reduced if getattr(part, field))
