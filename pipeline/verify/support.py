"""The support check: one question over all new sentences, with the quotations they rest on listed once and the flags
of the gates beside them; and the page after the verdicts."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

from pipeline.prompts import AnswerForm, RenderedPrompt, prompt
from pipeline.records.claims import Quotation
from pipeline.records.pages import Page, Sentence
from pipeline.text import one_line
from pipeline.verify.check import CheckResult, Finding, failures, with_sections, with_sentences
from pipeline.verify.evidence import Evidence, EvidenceSet
from pipeline.verify.gates import Section


class VerdictAnswer(AnswerForm):
    sentence: int
    verdict: Literal["supported", "partly", "not"]
    reason: str
    better: str | None


class SupportAnswer(AnswerForm):
    """What the model is asked to give: a verdict for each sentence it was shown."""

    verdicts: list[VerdictAnswer]


class SentenceToJudge(NamedTuple):
    """A sentence under its number in the question."""

    number: int
    sentence: Sentence
    section: Section
    flags: tuple[str, ...]


class SupportResult(NamedTuple):
    """The page after the verdicts, and how many sentences were supported, rewritten, struck or given no verdict."""

    page: Page
    supported: int
    rewritten: int
    struck: int
    unjudged: int
    findings: tuple[Finding, ...]


def to_judge(checked: CheckResult, judged: frozenset[tuple[str, tuple[str, ...]]]) -> list[SentenceToJudge]:
    """The sentences of the page that are not among those already `judged`, which are told by text and claims."""
    new = [
        (sentence, section)
        for sentence, section in with_sections(checked.page)
        if (sentence.text, sentence.claims) not in judged
    ]
    return [
        SentenceToJudge(number, sentence, section, checked.flags.get(sentence.id, ()))
        for number, (sentence, section) in enumerate(new, 1)
    ]


def question(candidates: Sequence[SentenceToJudge], evidence: EvidenceSet) -> RenderedPrompt:
    """The prompt that asks for verdicts on `candidates`. Each claim they cite gets a short name in it: c1, c2 ..."""
    cited = dict.fromkeys(claim for candidate in candidates for claim in candidate.sentence.claims if claim in evidence)
    name_of = {claim: f"c{n}" for n, claim in enumerate(cited, 1)}
    by_item: dict[str, list[Evidence]] = {}
    for claim in cited:
        by_item.setdefault(evidence[claim].item, []).append(evidence[claim])
    return prompt("support").render(
        sources=[
            {
                "venue": entries[0].venue,
                "author": entries[0].author,
                "published": entries[0].published,
                "title": entries[0].title,
                "evidence": entries[0].extent,
                "passages": _passages(entries, name_of),
            }
            for entries in by_item.values()
        ],
        sentences=[
            {
                "number": candidate.number,
                "place": candidate.section.name,
                "text": candidate.sentence.text,
                "reading": candidate.sentence.reading,
                "cites": [name_of[claim] for claim in candidate.sentence.claims if claim in name_of],
                "flags": candidate.flags,
            }
            for candidate in candidates
        ],
    )


def apply(
    page: Page, candidates: Sequence[SentenceToJudge], verdicts: Iterable[VerdictAnswer], evidence: EvidenceSet
) -> SupportResult:
    """`page` after the verdicts. A sentence that is partly supported is replaced by the better wording given, if that
    passes the sure gates; what is not supported, or has no such wording, is struck. A sentence that was given no
    verdict is kept where no gate flagged it, and struck otherwise."""
    verdict_of = {verdict.sentence: verdict for verdict in verdicts}
    kept = {sentence.id: sentence for sentence, _ in with_sections(page)}
    findings: list[Finding] = []
    counts = dict.fromkeys(("supported", "rewritten", "struck", "unjudged"), 0)
    for candidate in candidates:
        verdict = verdict_of.get(candidate.number)
        if verdict is None and not candidate.flags:
            counts["unjudged"] += 1
            continue
        if verdict is not None and verdict.verdict == "supported":
            counts["supported"] += 1
            continue
        better = _better_wording(candidate, verdict, evidence)
        done = "struck" if better is None else "repaired"
        counts["struck" if better is None else "rewritten"] += 1
        if better is None:
            del kept[candidate.sentence.id]
        else:
            kept[candidate.sentence.id] = better
        reason = one_line(verdict.reason) if verdict else "; ".join(candidate.flags)
        findings.append(
            Finding(
                sentence=candidate.sentence.id,
                text=candidate.sentence.text,
                code="not supported",
                detail=reason,
                done=done,
            )
        )
    return SupportResult(with_sentences(page, kept), findings=tuple(findings), **counts)


def judged_sentences(page: Page | None, superseded: frozenset[str]) -> frozenset[tuple[str, tuple[str, ...]]]:
    """The sentences of an earlier version's page that need no new verdict, as text and claims: all but those that cite
    a claim in `superseded`, whose source has been edited since."""
    sentences = page.all_sentences() if page else ()
    return frozenset(
        (sentence.text, sentence.claims) for sentence in sentences if superseded.isdisjoint(sentence.claims)
    )


def _better_wording(
    candidate: SentenceToJudge, verdict: VerdictAnswer | None, evidence: EvidenceSet
) -> Sentence | None:
    """The sentence in the wording that the verdict gives, or None where it gives none or that fails a sure gate."""
    if verdict is None or verdict.verdict != "partly" or not verdict.better or not one_line(verdict.better):
        return None
    better = candidate.sentence.model_copy(update={"text": one_line(verdict.better)})
    return None if failures(better, evidence, candidate.section, sure=True) else better


def _passages(entries: Sequence[Evidence], name_of: Mapping[str, str]) -> list[dict[str, object]]:
    """The quotations of one source in order, each once, with the claims that rest on it."""
    claims: dict[tuple[int, int], list[str]] = {}
    quotations: dict[tuple[int, int], Quotation] = {}
    for entry in entries:
        for quotation in entry.quotations:
            span = quotation.start, quotation.end
            claims.setdefault(span, []).append(name_of[entry.claim])
            quotations[span] = quotation
    return [{"claims": claims[span], "text": one_line(quotations[span].text)} for span in sorted(claims)]
