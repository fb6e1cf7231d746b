"""The support check: one question over all new sentences, with the words they rest on listed once and the flags of
the gates beside them; and what becomes of the verdicts."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

from pipeline.prompts import AnswerForm, Rendered, prompt
from pipeline.records.claims import Quotation
from pipeline.records.items import one_line
from pipeline.records.pages import Page, Said
from pipeline.verify.check import Checked, Finding, failures, placed, with_sentences
from pipeline.verify.gates import Place
from pipeline.verify.ground import Ground, Grounds


class VerdictAnswer(AnswerForm):
    sentence: int
    verdict: Literal["supported", "partly", "not"]
    reason: str
    better: str | None


class SupportAnswer(AnswerForm):
    """What the model is asked to give: a verdict for each sentence it was shown."""

    verdicts: list[VerdictAnswer]


class ToJudge(NamedTuple):
    """A sentence under its number in the question."""

    number: int
    said: Said
    place: Place
    flags: tuple[str, ...]


class Judged(NamedTuple):
    """The page after the verdicts: how many sentences stood, were rewritten, were struck, were given no verdict."""

    page: Page
    supported: int
    rewritten: int
    struck: int
    unjudged: int
    findings: tuple[Finding, ...]


def to_judge(checked: Checked, known: frozenset[tuple[str, tuple[str, ...]]]) -> list[ToJudge]:
    """The sentences of the page that `known` (text and claims of an earlier version's) does not hold already."""
    new = [(said, place) for said, place in placed(checked.page) if (said.text, said.claims) not in known]
    return [ToJudge(n, said, place, checked.flags.get(said.id, ())) for n, (said, place) in enumerate(new, 1)]


def question(sentences: Sequence[ToJudge], grounds: Grounds) -> Rendered:
    """The prompt that asks for verdicts on `sentences`."""
    cited = dict.fromkeys(claim for each in sentences for claim in each.said.claims if claim in grounds)
    name_of = {claim: f"c{n}" for n, claim in enumerate(cited, 1)}
    by_item: dict[str, list[Ground]] = {}
    for claim in cited:
        by_item.setdefault(grounds[claim].item, []).append(grounds[claim])
    return prompt("support").render(
        sources=[
            {
                "venue": held[0].venue,
                "author": held[0].author,
                "published": held[0].published,
                "title": held[0].title,
                "evidence": held[0].evidence,
                "passages": _passages(held, name_of),
            }
            for held in by_item.values()
        ],
        sentences=[
            {
                "number": each.number,
                "place": each.place.section,
                "text": each.said.text,
                "reading": each.said.reading,
                "cites": [name_of[claim] for claim in each.said.claims if claim in name_of],
                "flags": each.flags,
            }
            for each in sentences
        ],
    )


def apply(page: Page, sentences: Sequence[ToJudge], verdicts: Iterable[VerdictAnswer], grounds: Grounds) -> Judged:
    """`page` after the verdicts. A sentence partly supported takes its rewriting, if that passes the sure gates; what
    is not supported, or cannot be rewritten, is struck. A sentence that was given no verdict stands where no gate
    doubted it."""
    given = {verdict.sentence: verdict for verdict in verdicts}
    kept = {said.id: said for said, _ in placed(page)}
    findings: list[Finding] = []
    counts = dict.fromkeys(("supported", "rewritten", "struck", "unjudged"), 0)
    for each in sentences:
        verdict = given.get(each.number)
        if verdict is None and not each.flags:
            counts["unjudged"] += 1
            continue
        if verdict is not None and verdict.verdict == "supported":
            counts["supported"] += 1
            continue
        better = _rewritten(each, verdict, grounds)
        done = "struck" if better is None else "repaired"
        counts["struck" if better is None else "rewritten"] += 1
        if better is None:
            del kept[each.said.id]
        else:
            kept[each.said.id] = better
        reason = one_line(verdict.reason) if verdict else "; ".join(each.flags)
        findings.append(
            Finding(sentence=each.said.id, text=each.said.text, code="not supported", detail=reason, done=done)
        )
    return Judged(with_sentences(page, kept), findings=tuple(findings), **counts)


def known_sentences(page: Page | None, superseded: frozenset[str]) -> frozenset[tuple[str, tuple[str, ...]]]:
    """What an earlier version has already been judged for: all of it but what rests on a claim in `superseded`,
    whose source has been edited since."""
    said = page.said() if page else ()
    return frozenset((each.text, each.claims) for each in said if superseded.isdisjoint(each.claims))


def _rewritten(each: ToJudge, verdict: VerdictAnswer | None, grounds: Grounds) -> Said | None:
    if verdict is None or verdict.verdict != "partly" or not verdict.better or not one_line(verdict.better):
        return None
    better = each.said.model_copy(update={"text": one_line(verdict.better)})
    return None if failures(better, grounds, each.place, sure=True) else better


def _passages(held: Sequence[Ground], name_of: Mapping[str, str]) -> list[dict[str, object]]:
    """The words of one source in order, each passage once, with the claims that rest on it."""
    spans: dict[tuple[int, int], list[str]] = {}
    text: dict[tuple[int, int], Quotation] = {}
    for ground in held:
        for words in ground.words:
            spans.setdefault((words.start, words.end), []).append(name_of[ground.claim])
            text[words.start, words.end] = words
    return [{"claims": spans[span], "text": one_line(text[span].text)} for span in sorted(spans)]
