"""The stages synthesize and verify: claims become a checked page, and a changed page becomes the next version."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from pipeline.context import ThreadRun
from pipeline.errors import BadAnswer, BudgetSpent, TooLong
from pipeline.records.pages import Page, Version
from pipeline.records.replies import Reply
from pipeline.records.runs import NoAnswer
from pipeline.store import claims as claim_store
from pipeline.store import items as item_store
from pipeline.store import versions as version_store
from pipeline.store.replies import StoredReplies
from pipeline.synthesize import assemble, brief, budget, update
from pipeline.synthesize.answer import PageAnswer
from pipeline.synthesize.holdings import Holdings, SnapshotHistory
from pipeline.synthesize.news import SUPERSEDED_WORDS, Edit, NothingNew, Superseded, decide, material
from pipeline.synthesize.provenance import Draft, made_by
from pipeline.synthesize.version import freeze, same_page, with_history
from pipeline.verify import support
from pipeline.verify.check import CheckResult, check
from pipeline.verify.evidence import EvidenceSet, of_claims

_ABOUT = "the model"


def synthesize(run: ThreadRun) -> Version | NoAnswer | None:
    """A new version where there is news, or where the operator asked for the page to be written again and it changed;
    None where nothing is new. Where the model does not write the page, the reason; the extractions are kept."""
    with run.store.reading() as connection:
        previous = version_store.last(connection, run.thread.slug)
        numbers = version_store.numbers(connection, run.thread.slug)
        holdings = _holdings(connection, run.thread.slug, previous)
    again = run.begins_at("extract", "synthesize", "verify")
    decision = decide(holdings, previous, again=again)
    if isinstance(decision, NothingNew):
        return None
    if isinstance(decision, Edit) and previous is not None:
        draft = _edited_page(run, previous, holdings, decision)
    else:
        draft = _whole_page(run, previous, holdings)
    if isinstance(draft, str):
        return draft
    checked, judged, support_replies = _verify(run, draft.page, previous, holdings, decision.superseded)
    page = with_history(judged.page, previous) if again else judged.page
    if same_page(previous, page) and "withdrawn" not in decision.superseded.values():
        return None
    extractions = list(holdings.extractions.values())
    keys = dict.fromkeys(key for extraction in extractions for key in extraction.keys)
    replies = [*StoredReplies(run.store).of_keys(keys), *draft.replies, *support_replies]
    made = made_by(run.context.model.model, run.context.prices, draft, replies, extractions, checked, judged)
    version = freeze(page, run.thread, previous, holdings, numbers, run.now, made)
    with run.store.writing() as connection:
        version_store.add(connection, version)
    run.log.report("version", f"{version.version} of {version.thread.slug}: {version.thread.title}")
    return version


def _holdings(connection: Connection, slug: str, previous: Version | None) -> Holdings:
    """All that the thread has, read in a fixed number of queries."""
    items = item_store.of_thread(connection, slug)
    relevance = item_store.relevances(connection, slug)
    to_write_from = [
        item.id
        for item in items
        if item.state != "withdrawn" and not item.copy_of and relevance.get(item.id, "relevant") == "relevant"
    ]
    extractions = claim_store.last_of_items(connection, to_write_from)
    claims = claim_store.by_ids(connection, previous.claims) if previous else {}
    claims |= {claim.id: claim for extraction in extractions.values() for claim in extraction.claims}
    snapshots = item_store.snapshot_ids(connection, slug)
    extraction_ids = claim_store.extraction_ids(connection, slug)
    edited_items = [item for item, ids in snapshots.items() if len(ids) > 1]
    texts = item_store.texts(connection, edited_items)
    history = {
        item: SnapshotHistory(
            tuple(ids),
            {snapshot: frozenset(extraction_ids.get(snapshot, ())) for snapshot in ids},
            {snapshot: texts[snapshot] for snapshot in ids if snapshot in texts},
        )
        for item, ids in snapshots.items()
    }
    return Holdings(items, extractions, claims, relevance, history)


def _whole_page(run: ThreadRun, previous: Version | None, holdings: Holdings) -> Draft | NoAnswer:
    """A page written from all claims."""
    works, left_out = budget.within(material(holdings), run.settings.model.page_tokens)
    answer = run.context.ask(brief.question(run.thread.title, works), PageAnswer, _ABOUT)
    if isinstance(answer, str):
        return answer
    number = previous.version + 1 if previous else 1
    assembled = assemble.page_of(answer.value, brief.claims_by_name(works), run.thread.title, number)
    run.log.report("synthesize", f"{sum(len(work.extraction.claims) for work in works)} claims into a page")
    return Draft(assembled.page, 0, left_out, assembled.unknown_ids, answer.replies, "page")


def _edited_page(run: ThreadRun, previous: Version, holdings: Holdings, edit: Edit) -> Draft | NoAnswer:
    """The previous page with the edits that new and superseded claims call for."""
    works, left_out = budget.within(edit.news, run.settings.model.page_tokens)
    page = previous.page()
    superseded = {claim_id: SUPERSEDED_WORDS[reason] for claim_id, reason in edit.superseded.items()}
    question = update.question(run.thread.title, page, works, superseded)
    answer = run.context.ask(question, update.UpdateAnswer, _ABOUT)
    if isinstance(answer, str):
        return answer
    updated = update.next_page(answer.value, page, holdings.claims, works, previous.version + 1)
    total = sum(1 for _ in updated.page.all_sentences())
    claims = sum(len(work.extraction.claims) for work in works)
    run.log.report("synthesize", f"{claims} new claims; {updated.kept} of {total} sentences kept as they stood")
    return Draft(updated.page, updated.kept, left_out, updated.unknown_ids, answer.replies, "update")


def _verify(
    run: ThreadRun, page: Page, previous: Version | None, holdings: Holdings, superseded: Mapping[str, Superseded]
) -> tuple[CheckResult, support.SupportResult, list[Reply]]:
    """Puts the page through the gates, then its new sentences through the support check; returns both results and the
    replies. Where the support check has no answer the page stays as the gates left it, and the version says so."""
    items = {item.id: item for item in holdings.items}
    claims = [
        claim.model_copy(update={"doubts": (*claim.doubts, SUPERSEDED_WORDS[superseded[claim.id]])})
        if claim.id in superseded
        else claim
        for claim in holdings.claims.values()
        if superseded.get(claim.id) != "dropped"  # the operator's word does not wait for the model's
    ]
    evidence = of_claims(claims, items)
    checked = check(page, evidence)
    judged_before = support.judged_sentences(previous.page() if previous else None, frozenset(superseded))
    sentences = support.to_judge(checked, judged_before)
    replies: list[Reply] = []
    try:
        verdicts = _ask_support(run, sentences, evidence, replies)
    except (BadAnswer, BudgetSpent) as error:
        run.log.no_answer("the support check", error)
        judged = support.SupportResult(checked.page, 0, 0, 0, len(sentences), ())
    else:
        judged = support.apply(checked.page, sentences, verdicts, evidence)
    run.log.report(
        "verify",
        f"{len(sentences)} sentences judged: {judged.supported} supported, "
        f"{judged.rewritten + checked.repaired} repaired, {judged.struck + checked.struck} struck",
    )
    return checked, judged, replies


def _ask_support(
    run: ThreadRun, sentences: Sequence[support.SentenceToJudge], evidence: EvidenceSet, replies: list[Reply]
) -> list[support.VerdictAnswer]:
    """The verdicts; where all sentences are too many for one question, each half is asked about alone. Replies are
    appended to `replies`, so that they are there even where a later part fails. Raises BadAnswer and BudgetSpent."""
    if not sentences:
        return []
    try:
        answer = run.context.model.ask(support.question(sentences, evidence), support.SupportAnswer)
    except TooLong:
        middle = len(sentences) // 2
        if not middle:
            raise
        halves = (sentences[:middle], sentences[middle:])
        return [verdict for half in halves for verdict in _ask_support(run, half, evidence, replies)]
    replies.extend(answer.replies)
    return answer.value.verdicts
