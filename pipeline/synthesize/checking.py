"""The stage verify: a page that was written goes through the gates, then what is new of it to the model that checks."""

from collections.abc import Iterable, Mapping, Sequence

from pipeline.context import ThreadRun, parallel
from pipeline.errors import AnswerPending, BadAnswer, BudgetSpent, TooLong
from pipeline.model.client import Answer
from pipeline.records.claims import Claim
from pipeline.records.items import Item, Snapshot
from pipeline.records.pages import Sentence, Version
from pipeline.records.replies import Reply
from pipeline.records.runs import NoAnswer
from pipeline.store import items as item_store
from pipeline.synthesize import translation
from pipeline.synthesize.cast import proven
from pipeline.synthesize.holdings import Holdings
from pipeline.synthesize.news import SUPERSEDED_WORDS, Superseded
from pipeline.synthesize.provenance import Draft
from pipeline.verify import support
from pipeline.verify.check import CheckResult, check, not_checked
from pipeline.verify.evidence import Evidence, of_claims
from pipeline.verify.numbered import NumberedSource, names_of_claims, texts_of

_Judged = tuple[
    Sequence[support.SentenceToJudge], Answer[support.SupportAnswer] | BadAnswer | BudgetSpent | AnswerPending
]
"""Sentences of the page, and the answer about them, or why there is none."""


def verified(
    run: ThreadRun, draft: Draft, previous: Version | None, holdings: Holdings, superseded: Mapping[str, Superseded]
) -> tuple[CheckResult, support.SupportResult, dict[str, str], list[Reply]]:
    """Puts the page through the gates, then its new sentences through the support check, and with them the translations
    of what it cites in other languages; returns both results, the translations by claim, and the replies. Where a part
    of the check has no answer its sentences stay as the gates left them, and the version says so."""
    items = {item.id: item for item in holdings.items}
    casts = {item: extraction.cast for item, extraction in holdings.extractions.items()}
    evidence: dict[str, Evidence] = {}
    recorded = draft.citer.recorded

    def collect(claims: Iterable[Claim]) -> None:
        evidence.update(of_claims(claims, items, casts, holdings.languages))

    def mended(sentence: Sentence) -> Sentence:
        better = draft.citer.mended(sentence)
        if new := [recorded[claim] for claim in better.claims if claim in recorded and claim not in evidence]:
            collect(new)
        return better

    what_happened = {claim: (SUPERSEDED_WORDS[reason],) for claim, reason in superseded.items()}
    collect(
        claim.model_copy(update={"doubts": what_happened.get(claim.id, ())})
        for claim in holdings.claims.values()
        if superseded.get(claim.id) != "dropped"  # the operator's word does not wait for the model's
    )
    collect(draft.citer.recorded.values())
    checked = check(proven(draft.page, evidence), evidence, mended, run.language)
    judged_before = support.judged_sentences(previous.page() if previous else None, frozenset(superseded))
    claims = {**holdings.claims, **draft.citer.recorded}
    known = translation.known_translations(previous, run.language)
    on_page = checked.page.all_claims()
    translated, replies = _translate(run, [claims[claim] for claim in on_page], items, holdings.languages, known)
    candidates = support.to_judge(checked, judged_before)
    to_judge = translation.to_judge(translated)
    parts = [*support.parts_of(candidates), *([to_judge] if to_judge else ())]
    cited = {claim: claims[claim] for part in parts for each in part for claim in each.sentence.claims}
    snapshots = snapshots_of(run, (claim.snapshot for claim in cited.values()))
    texts = texts_of(snapshots.values(), items, holdings.extractions)
    names = names_of_claims(cited, texts)
    answers: list[tuple[Sequence[support.SentenceToJudge], support.SupportAnswer | None]] = []

    def ask(part: Sequence[support.SentenceToJudge]) -> list[_Judged]:
        return _ask_support(run, part, texts, names)

    pending: AnswerPending | None = None
    for asked, results in parallel(run.settings.model.parallel, ask, parts):
        for part, result in results:
            if isinstance(result, AnswerPending):
                pending = result  # all are asked first: they wait together
                continue
            if isinstance(result, BadAnswer | BudgetSpent):
                run.log.no_answer("the support check", result)
            else:
                replies.extend(result.replies)
            answer = None if isinstance(result, BadAnswer | BudgetSpent) else result.value
            if asked is to_judge:
                known |= translation.judged(part, answer)
            else:
                answers.append((part, answer))
    if pending:
        raise pending

    def claims_of(ids: Iterable[str]) -> list[str]:
        named = [draft.citer.claim(claim) for claim in draft.citer.claims_in(texts, ids)]
        # In another language they would need a translation, and those were asked for and judged before.
        wanting = {each.claim for each in translation.passages(named, holdings.languages, items, run.language, known)}
        return [claim.id for claim in named if claim.id not in wanting]

    judged = support.apply(checked.page, answers, evidence, mended, claims_of, run.language)
    checked = checked._replace(not_checked=not_checked(judged.page, evidence, run.language))
    run.log.report(
        "verify",
        f"{len(candidates)} sentences judged: {judged.supported} supported, {judged.rewritten} repaired, "
        f"{judged.struck} struck; before that by code: {checked.repaired} repaired, {checked.struck} struck",
    )
    return checked, judged, known, replies


def _translate(
    run: ThreadRun,
    cited: Sequence[Claim],
    items: Mapping[str, Item],
    languages: Mapping[str, str],
    known: Mapping[str, str],
) -> tuple[dict[str, str], list[Reply]]:
    """Translations of what is cited in other languages than the page's and not among those `known`, by claim. What has
    no answer stays without."""
    asked = translation.passages(cited, languages, items, run.language, known)

    def ask(portion: Sequence[translation.Passage]) -> Answer[translation.TranslationsAnswer] | NoAnswer:
        question = translation.question(portion, run.language)
        return run.context.ask(question, translation.TranslationsAnswer, "the translations")

    translated: dict[str, str] = {}
    replies: list[Reply] = []
    for portion, answer in parallel(run.settings.model.parallel, ask, translation.portions_of(asked)):
        if not isinstance(answer, str):
            translated |= translation.translations_of(portion, answer.value)
            replies.extend(answer.replies)
    return translated, replies


def _ask_support(
    run: ThreadRun,
    candidates: Sequence[support.SentenceToJudge],
    texts: Sequence[NumberedSource],
    names: Mapping[str, Sequence[str]],
) -> list[_Judged]:
    """The answer about a part of the page, or why there is none; where it is too long for one question, the answers
    about each half."""
    try:
        question = support.question(candidates, texts, names, run.language)
        answer = run.context.model.ask(question, support.SupportAnswer, support.miscounted(candidates))
    except TooLong as error:
        middle = len(candidates) // 2
        if not middle:
            return [(candidates, error)]
        halves = (candidates[:middle], candidates[middle:])
        return [judged for half in halves for judged in _ask_support(run, half, texts, names)]
    except (BadAnswer, BudgetSpent, AnswerPending) as error:
        return [(candidates, error)]
    return [(candidates, answer)]


def snapshots_of(run: ThreadRun, ids: Iterable[str]) -> dict[str, Snapshot]:
    """The texts of these ids, by id; without those that the store does not have."""
    with run.store.reading() as connection:
        found = {snapshot: item_store.snapshot(connection, snapshot) for snapshot in dict.fromkeys(ids)}
    return {snapshot_id: snapshot for snapshot_id, snapshot in found.items() if snapshot}
