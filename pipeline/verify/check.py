"""A page through the gates: what code can repair is repaired, what cannot be right is struck, what code is not sure of
is flagged for the support check."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import NamedTuple, TypeVar

from pipeline.records import Record
from pipeline.records.pages import Dated, Event, Page, Sentence
from pipeline.verify.evidence import EvidenceSet
from pipeline.verify.figures import figures
from pipeline.verify.gates import GATES, Code, Gate, NotChecked, Section, cited_evidence, without_markup
from pipeline.verify.times import dates_are_known, dates_in, is_stated

P = TypeVar("P", bound=Record)
_LONGEST_WORDS = 15  # letters a word, on average: with more there are no spaces between words
_SAME_SUBJECT = 0.7  # least share of common words in two sentences about the same thing; chosen, not measured


class Finding(Record):
    """A sentence that failed a gate or the support check, and what was done about it."""

    sentence: str
    text: str
    code: Code
    detail: str
    done: str  # flagged, repaired or struck


class CheckResult(NamedTuple):
    """The page, which is in `language`, after the gates. `checks` counts gate runs; `flags` are the doubts that the
    support check is shown, by sentence id; `not_checked` counts the sentences published in the end of which a sure gate
    could not tell whether they are right."""

    page: Page
    checks: int
    repaired: int
    struck: int
    findings: tuple[Finding, ...]
    flags: Mapping[str, tuple[str, ...]]
    language: str = "en"
    not_checked: int = 0

    def codes(self) -> dict[str, int]:
        """How often each code was raised."""
        return dict(sorted(Counter(finding.code for finding in self.findings).items()))


def with_sections(page: Page, language: str = "en") -> Iterator[tuple[Sentence, Section]]:
    """Every sentence of a page in `language` with its section, in reading order."""
    for sentence, section in _with_sections(page):
        yield sentence, section._replace(language=language)


def _with_sections(page: Page) -> Iterator[tuple[Sentence, Section]]:
    names = {name.casefold(): (voice.name, *voice.also) for voice in page.cast for name in (voice.name, *voice.also)}

    def section(place: str, voices: str) -> Section:
        """The section of one voice, or of several, with all the names they go by."""
        parts = [name.strip() for name in voices.split(";")]
        return Section(place, tuple(name for part in parts for name in names.get(part.casefold(), (part,))))

    for sentence in page.in_brief:
        yield sentence, Section("In brief")
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
            yield sentence, section(f"Perspectives, {perspective.voice}", perspective.voice)
        for sentence in perspective.evolution.sentences:
            yield sentence, section(f"Perspectives, {perspective.voice}, evolution", perspective.voice)
    for heard in page.also_heard:
        for sentence in heard.sentences:
            yield sentence, section(f"Also heard, {heard.voice}", heard.voice)
    for tension in page.tensions:
        of = f"; to the question {tension.sentences[0].text!r}" if tension.sentences else ""
        for sentence in tension.sentences:
            yield sentence, Section("Tensions, question")
        for side in tension.sides:
            for sentence in side.sentences:
                answer = f"{side.answer!r} by " if side.answer else ""
                yield sentence, section(f"Tensions, answer {answer}{side.voice}{of}", side.voice)
        for sentence in tension.relation:
            yield sentence, Section(f"Tensions, how the answers stand to one another{of}")
        for sentence in tension.common_ground:
            yield sentence, Section(f"Tensions, common ground{of}")
        for sentence in tension.missing:
            yield sentence, Section(f"Tensions, still open{of}")
        for sentence in tension.resolution:
            yield sentence, Section(f"Tensions, {tension.state}{of}")


def failures(
    sentence: Sentence, evidence: EvidenceSet, section: Section, *, sure: bool | None = None
) -> list[tuple[Gate, str]]:
    """Every gate that `sentence` fails, each with what is wrong. `sure` limits this to the sure gates (True) or to the
    doubtful ones (False)."""
    gates = [gate for gate in GATES if sure is None or gate.sure is sure]
    results = [(gate, gate.check(sentence, evidence, section)) for gate in gates]
    return [(gate, detail) for gate, detail in results if isinstance(detail, str)]


def not_checked(page: Page, evidence: EvidenceSet, language: str = "en") -> int:
    """The number of sentences of a page in `language` of which a sure gate could not tell whether they are right."""
    return sum(
        any(gate.sure and isinstance(gate.check(sentence, evidence, section), NotChecked) for gate in GATES)
        for sentence, section in with_sections(page, language)
    )


def check(
    page: Page,
    evidence: EvidenceSet,
    mended: Callable[[Sentence], Sentence] = lambda said: said,
    language: str = "en",
) -> CheckResult:
    """`page`, which is in `language`, with every sentence passed, repaired, flagged or struck, and every event marked
    by how its date is known. `evidence` holds all claims of the thread; `mended` adds the citations that a sentence's
    quotations and figures need, where the sources have them."""
    kept: dict[str, Sentence] = {}
    findings: list[Finding] = []
    flags: dict[str, tuple[str, ...]] = {}
    struck = repaired = 0
    for sentence, section in with_sections(page, language):
        failed = failures(sentence, evidence, section, sure=True)
        candidate = mended(_in_plain_prose(sentence, language)) if failed else sentence
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
    for sentence, detail in _contradicting_figures(list(kept.values()), language):
        findings.append(_finding(sentence, "figures differ", detail, "flagged"))
        flags[sentence.id] = (*flags[sentence.id], detail)
    raised_flags = {sentence_id: details for sentence_id, details in flags.items() if details}
    checks = len(GATES) * sum(1 for _ in with_sections(page))
    dated = tuple(event.model_copy(update={"dated": _dated(event, evidence)}) for event in page.timeline)
    page = page.model_copy(update={"timeline": dated})
    return CheckResult(with_sentences(page, kept), checks, repaired, struck, tuple(findings), raised_flags, language)


def _in_plain_prose(sentence: Sentence, language: str) -> Sentence:
    return sentence.model_copy(update={"text": without_markup(sentence.text, language)})


def _dated(event: Event, evidence: EvidenceSet) -> Dated:
    """How the date of an event is known: stated only where its claims state it. A year that they leave out is taken
    from the writer, who saw the source; so is the word on claims in languages whose dates are not known here."""
    cited = [entry for sentence in event.sentences for entry in cited_evidence(sentence, evidence)]
    text = " ".join(sentence.text for sentence in event.sentences)
    if event.dated == "expected" or not dates_are_known(cited):
        return event.dated
    return "stated" if is_stated(event.date, text, cited, with_year=event.dated == "derived") else "derived"


def with_sentences(page: Page, kept: Mapping[str, Sentence]) -> Page:
    """`page` with only the sentences in `kept` (by id, in the wording given there), and without the parts this leaves
    empty. A tension needs its question and at least one side; a voice whose stance is gone is led by what is left."""

    def kept_of(sentences: tuple[Sentence, ...]) -> tuple[Sentence, ...]:
        return tuple(kept[sentence.id] for sentence in sentences if sentence.id in kept)

    tensions = [
        tension.model_copy(
            update={
                "sides": _nonempty_parts(tension.sides, "sentences", kept_of),
                "relation": kept_of(tension.relation),
                "common_ground": kept_of(tension.common_ground),
                "missing": kept_of(tension.missing),
                "resolution": kept_of(tension.resolution),
            }
        )
        for tension in _nonempty_parts(page.tensions, "sentences", kept_of)
    ]
    return page.model_copy(
        update={
            "in_brief": kept_of(page.in_brief),
            "whats_new": kept_of(page.whats_new),
            "narrative": _nonempty_parts(page.narrative, "sentences", kept_of),
            "timeline": _nonempty_parts(page.timeline, "sentences", kept_of),
            "perspectives": _nonempty_parts(page.perspectives, "position", kept_of),
            "also_heard": _nonempty_parts(page.also_heard, "sentences", kept_of),
            "tensions": tuple(tension for tension in tensions if tension.sides),
        }
    )


def with_evolution(page: Page, kept: Mapping[str, Sentence]) -> Page:
    """`page` with only those sentences on how voices evolved that are in `kept`, in the wording given there."""
    perspectives = []
    for voice in page.perspectives:
        sentences = tuple(kept[said.id] for said in voice.evolution.sentences if said.id in kept)
        evolution = voice.evolution.model_copy(update={"sentences": sentences})
        perspectives.append(voice.model_copy(update={"evolution": evolution}))
    return page.model_copy(update={"perspectives": tuple(perspectives)})


def _finding(sentence: Sentence, code: Code, detail: str, done: str) -> Finding:
    return Finding(sentence=sentence.id, text=sentence.text, code=code, detail=detail, done=done)


def _contradicting_figures(sentences: list[Sentence], language: str) -> Iterator[tuple[Sentence, str]]:
    """Sentences that say almost the same as an earlier one with other figures: one of the two may be wrong, or the
    page does not explain the difference."""
    compared = [
        (sentence, set(figures(dates_in(sentence.text, language)[1], language)), _words(sentence.text))
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
    """The words of `text` in lower case, without those that hold a digit; in a script without spaces between words, its
    pairs of letters."""
    words = text.casefold().split()
    if len(text) > _LONGEST_WORDS * len(words):
        letters = "".join(c for c in text if c.isalpha())
        return set(map("".join, pairwise(letters)))
    return {word for word in words if not any(c.isdigit() for c in word)}


def _nonempty_parts(
    parts: tuple[P, ...], field: str, kept_of: Callable[[tuple[Sentence, ...]], tuple[Sentence, ...]]
) -> tuple[P, ...]:
    """`parts` with the sentences of `field` that are kept, without those where none is."""
    reduced = [part.model_copy(update={field: kept_of(getattr(part, field))}) for part in parts]
    return tuple(part for part in reduced if getattr(part, field))
