"""The support check: questions over the new sentences of a page and its lines on who is not heard, a part of it each,
with the words that these rest on and the flags of the gates; and the page after the answers."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from pipeline.prompts import AnswerForm, RenderedPrompt, prompt
from pipeline.records.pages import Page, Sentence, Side
from pipeline.text import one_line
from pipeline.text.tags import english_name
from pipeline.verify.check import CheckResult, Finding, failures, with_evolution, with_sections, with_sentences
from pipeline.verify.evidence import EvidenceSet
from pipeline.verify.gates import Section
from pipeline.verify.numbered import NumberedSource, with_surroundings

_PARTS = (
    ("In brief", "What's new", "Narrative"),
    ("Timeline", "Perspectives", "Also heard"),
    ("Tensions", "Missing voices"),
)
"""The sections whose sentences share a question."""
_FEWEST = 40  # sentences that are worth a question of their own; chosen, not measured


class FaultAnswer(AnswerForm):
    """A sentence that its evidence does not carry; `better` is empty where it cannot be saved. `also` are the ids that
    `better` rests on besides those that the sentence cites. `heading` puts right the answer that heads a side of a
    tension, where that is wrong, and is empty otherwise."""

    sentence: int
    reason: str
    better: str
    also: list[str]
    heading: str


class SupportAnswer(AnswerForm):
    """What the model is asked to give: how many sentences it judged, and those that are not carried."""

    judged: int
    faults: list[FaultAnswer]


class SentenceToJudge(NamedTuple):
    """A sentence with what is known of it. `after` is the one before it in its place on the page, where that needs no
    verdict and so stands nowhere else in the question."""

    sentence: Sentence
    section: Section
    flags: tuple[str, ...]
    after: str = ""


class SupportResult(NamedTuple):
    """The page after the answers, and how many sentences were supported, rewritten, struck or not judged."""

    page: Page
    supported: int
    rewritten: int
    struck: int
    unjudged: int
    findings: tuple[Finding, ...]


def to_judge(checked: CheckResult, judged: frozenset[tuple[str, tuple[str, ...]]]) -> list[SentenceToJudge]:
    """The sentences of the page that are not among those already `judged`, which are told by text and claims."""
    candidates = []
    place, before = "", ""
    for sentence, section in (*with_sections(checked.page, checked.language), *_missing(checked.page)):
        is_judged = (sentence.text, sentence.claims) in judged
        if not is_judged:
            after = before if place == section.name else ""
            candidates.append(SentenceToJudge(sentence, section, checked.flags.get(sentence.id, ()), after))
        place, before = section.name, sentence.text if is_judged else ""
    return candidates


def parts_of(candidates: Sequence[SentenceToJudge]) -> list[list[SentenceToJudge]]:
    """`candidates` as they are asked about: by part of the page, small parts together."""
    parts: list[list[SentenceToJudge]] = []
    for sections in _PARTS:
        part = [each for each in candidates if each.section.name.startswith(sections)]
        if parts and len(parts[-1]) + len(part) <= _FEWEST:
            parts[-1] += part
        elif part:
            parts.append(part)
    return parts


def question(
    candidates: Sequence[SentenceToJudge],
    sources: Sequence[NumberedSource],
    names: Mapping[str, Sequence[str]],
    language: str,
) -> RenderedPrompt:
    """The prompt that asks about `candidates`, sentences of a page in `language`, numbered from 1. Of `sources`, all
    that the page cites, it shows what they cite, the sentences beside that and the heads above it; `names` are the ids
    of the sentences that each claim consists of."""
    cites = [
        list(dict.fromkeys(name for claim in candidate.sentence.claims for name in names.get(claim, ())))
        for candidate in candidates
    ]
    cited: dict[int, set[int]] = {}
    for name in (name for each in cites for name in each):
        source, _, sentence = name.partition(".")
        cited.setdefault(int(source), set()).add(int(sentence))
    shown = [
        source._replace(shown=with_surroundings(source, cited[source.number]))
        for source in sources
        if source.number in cited
    ]
    return prompt("support").render(
        language=english_name(language),
        sources=[source.entry() for source in shown],
        sentences=[
            {
                "number": number,
                "place": candidate.section.name,
                "text": candidate.sentence.text,
                "reading": candidate.sentence.reading,
                "cites": names_cited,
                "flags": candidate.flags,
                "after": candidate.after,
            }
            for number, (candidate, names_cited) in enumerate(zip(candidates, cites, strict=True), 1)
        ],
    )


def miscounted(candidates: Sequence[SentenceToJudge]) -> Callable[[SupportAnswer], str | None]:
    """What is wrong with the counts of an answer about `candidates`, if anything is: it did not judge them all."""

    def fault(answer: SupportAnswer) -> str | None:
        total = len(candidates)
        if answer.judged != total:
            return f"judged {answer.judged} sentences, and there are {total}"
        outside = [each.sentence for each in answer.faults if not 1 <= each.sentence <= total]
        return f"names sentence {outside[0]}, which there is not" if outside else None

    return fault


def apply(
    page: Page,
    judged: Iterable[tuple[Sequence[SentenceToJudge], SupportAnswer | None]],
    evidence: EvidenceSet,
    mended: Callable[[Sentence], Sentence] = lambda said: said,
    claims_of: Callable[[Iterable[str]], Sequence[str]] = lambda _: (),
    language: str = "en",
) -> SupportResult:
    """`page`, which is in `language`, after the answers, each with what it was asked about. A sentence that is not
    carried is replaced by the better wording given, if that passes the sure gates with the citations that the answer
    adds, whose claims `claims_of` knows, and those that `mended` adds; it is struck otherwise. Those about which there
    is no answer stay as they are and are counted."""
    kept = {sentence.id: sentence for sentence, _ in (*with_sections(page), *_missing(page))}
    findings: list[Finding] = []
    counts = dict.fromkeys(("supported", "rewritten", "struck", "unjudged"), 0)
    for candidates, answer in judged:
        if answer is None:
            counts["unjudged"] += len(candidates)
            continue
        fault_of = {fault.sentence: fault for fault in answer.faults}
        for number, candidate in enumerate(candidates, 1):
            fault = fault_of.get(number)
            if fault is None:
                counts["supported"] += 1
                continue
            better = _better_wording(candidate, fault, evidence, mended, claims_of)
            counts["struck" if better is None else "rewritten"] += 1
            if better is None:
                del kept[candidate.sentence.id]
            else:
                kept[candidate.sentence.id] = better
            if heading := one_line(fault.heading):
                page = _with_answer(page, candidate.sentence.id, heading)
            findings.append(
                Finding(
                    sentence=candidate.sentence.id,
                    text=candidate.sentence.text,
                    code="not supported",
                    detail=one_line(fault.reason),
                    done="struck" if better is None else "repaired",
                )
            )
    evolved = {said.id for voice in page.perspectives for said in voice.evolution.sentences}
    for said, section in with_sections(page, language):
        if said.id in evolved & kept.keys() and failures(kept[said.id], evidence, section, sure=True):
            # The check counted these and left them for the judge to see.
            kept[said.id] = mended(kept[said.id])
            if failures(kept[said.id], evidence, section, sure=True):
                del kept[said.id]
    page = _with_missing(with_evolution(with_sentences(page, kept), kept), kept)
    return SupportResult(page, findings=tuple(findings), **counts)


def _missing(page: Page) -> Iterator[tuple[Sentence, Section]]:
    """The lines on who is not heard, as the readings that they are."""
    for number, line in enumerate(page.missing_voices):
        claims = page.missing_because.get(line, ())
        yield Sentence(id=f"missing-{number}", text=line, claims=claims, reading=True), Section("Missing voices")


def _with_missing(page: Page, kept: Mapping[str, Sentence]) -> Page:
    """`page` with those lines on who is not heard that are in `kept`, in the wording given there."""
    absent = {kept[said.id].text: kept[said.id].claims for said, _ in _missing(page) if said.id in kept}
    return page.model_copy(update={"missing_voices": tuple(absent), "missing_because": absent})


def _with_answer(page: Page, sentence: str, answer: str) -> Page:
    """`page` with another answer at the head of the side that has this sentence."""

    def mended(side: Side) -> Side:
        has_it = any(said.id == sentence for said in side.sentences)
        return side.model_copy(update={"answer": answer}) if has_it else side

    tensions = tuple(
        tension.model_copy(update={"sides": tuple(mended(side) for side in tension.sides)}) for tension in page.tensions
    )
    return page.model_copy(update={"tensions": tensions})


def judged_sentences(page: Page | None, superseded: frozenset[str]) -> frozenset[tuple[str, tuple[str, ...]]]:
    """The sentences of an earlier version's page that need no new verdict, as text and claims: all but those that cite
    a claim in `superseded`, whose source has been edited since."""
    sentences = (*page.all_sentences(), *(said for said, _ in _missing(page))) if page else ()
    return frozenset(
        (sentence.text, sentence.claims) for sentence in sentences if superseded.isdisjoint(sentence.claims)
    )


def _better_wording(
    candidate: SentenceToJudge,
    fault: FaultAnswer,
    evidence: EvidenceSet,
    mended: Callable[[Sentence], Sentence],
    claims_of: Callable[[Iterable[str]], Sequence[str]],
) -> Sentence | None:
    """The sentence in the wording that the answer gives, or None where it gives none or that fails a sure gate."""
    text = one_line(fault.better)
    if not text:
        return None
    name, colon, _ = candidate.sentence.text.partition(": ")
    if candidate.section.name == "Missing voices" and colon and ": " not in text:
        text = f"{name}: {text}"
    claims = tuple(dict.fromkeys((*candidate.sentence.claims, *claims_of(fault.also))))
    better = mended(candidate.sentence.model_copy(update={"text": text, "claims": claims}))
    return None if failures(better, evidence, candidate.section, sure=True) else better
