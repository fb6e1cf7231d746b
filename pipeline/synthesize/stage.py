"""The stage synthesize: sources become a page, and a changed page, once checked, the next version."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from sqlalchemy import Connection

from pipeline.context import ThreadRun
from pipeline.errors import BadAnswer, TooLong
from pipeline.records.corrections import corrected, dated
from pipeline.records.items import Snapshot
from pipeline.records.notices import of_version
from pipeline.records.pages import Version
from pipeline.records.runs import NoAnswer
from pipeline.store import claims as claim_store
from pipeline.store import corrections as correction_store
from pipeline.store import items as item_store
from pipeline.store import outbox
from pipeline.store import replies as reply_store
from pipeline.store import threads as thread_store
from pipeline.store import versions as version_store
from pipeline.synthesize import assemble, budget, figures, silence, sources, update
from pipeline.synthesize.answer import LeftOutAnswer, PageAnswer
from pipeline.synthesize.budget import Selection
from pipeline.synthesize.cast import decided
from pipeline.synthesize.checking import snapshots_of, verified
from pipeline.synthesize.citing import Citer
from pipeline.synthesize.edits import UpdateAnswer
from pipeline.synthesize.holdings import Holdings, SnapshotHistory
from pipeline.synthesize.news import SUPERSEDED_WORDS, Edit, NothingNew, decide, material
from pipeline.synthesize.provenance import Draft, made_by
from pipeline.synthesize.sources import Material
from pipeline.synthesize.version import freeze, same_page, with_history
from pipeline.synthesize.writer import ABOUT, Written, write
from pipeline.verify.numbered import NumberedSource, names_of_claims

_FEWEST_TOKENS = 500  # of sources, in a question about a page; chosen, not measured

W = TypeVar("W")


def synthesize(run: ThreadRun) -> Version | NoAnswer | None:
    """A new version where there is news, or where the operator asked for the page to be written again and it changed;
    None where nothing is new. Where the model does not write the page, the reason; the extractions are kept."""
    language = run.language
    with run.store.reading() as connection:
        corrections = correction_store.of_thread(connection, run.thread.slug)
        previous = correction_store.last_version(connection, run.thread.slug)
        numbers = version_store.numbers(connection, run.thread.slug)
        holdings = _holdings(connection, run.thread.slug, previous, language)
        holdings = holdings._replace(items=dated(holdings.items, corrections, numbers))
    # In another language than the operator wants now, no sentence of the page can stay.
    is_translated = previous is not None and previous.language != language
    again = run.begins_at("extract", "synthesize", "verify") or is_translated
    decision = decide(holdings, previous, again=again)
    if isinstance(decision, NothingNew):
        return None
    if isinstance(decision, Edit) and previous is not None:
        draft = _edited_page(run, previous, holdings, decision)
    else:
        draft = _whole_page(run, previous, holdings)
    if isinstance(draft, str):
        return draft
    if isinstance(decision, Edit) and _is_only_reworded(decision, draft, holdings):
        return None
    checked, judged, translations, support_replies = verified(run, draft, previous, holdings, decision.superseded)
    page = with_history(judged.page, previous) if again else judged.page
    if previous is None and not any(sentence.claims for sentence in page.all_sentences()):
        nothing = "no sentence of the page that the model wrote rests on a source: try another model"
        return run.log.no_answer(ABOUT, BadAnswer(nothing))
    is_changed = is_translated or (isinstance(decision, Edit) and decision.recast)
    if same_page(previous, page) and not is_changed and "withdrawn" not in decision.superseded.values():
        return None
    extractions = list(holdings.extractions.values())
    keys = dict.fromkeys(key for extraction in extractions for key in extraction.keys)
    replies = [*reply_store.of_keys(run.store, keys), *draft.replies, *support_replies]
    model, prompts, prices = run.context.model.model, run.context.prompts, run.context.prices
    made = made_by(model, prompts, prices, draft, replies, extractions, checked, judged, previous)
    recorded = draft.citer.recorded
    holdings = holdings._replace(claims={**holdings.claims, **recorded})
    version = freeze(page, run.thread, previous, holdings, numbers, run.now, made, draft.unused, language, translations)
    version = corrected(version, corrections)
    with run.store.writing() as connection:
        claim_store.add_cited(connection, (recorded[claim] for claim in version.claims if claim in recorded))
        version_store.add(connection, version)
        outbox.add(connection, of_version(version), run.settings.notify.channels("version"))
    run.log.report("version", f"{version.version} of {version.thread.slug}: {version.thread.title}")
    return version


def _is_only_reworded(edit: Edit, draft: Draft, holdings: Holdings) -> bool:
    """Whether the edits take nothing from the new sources, where nothing but those called for edits: what a model says
    otherwise without news is no version."""
    if edit.superseded or edit.recast:
        return False
    claims = {**holdings.claims, **draft.citer.recorded}
    cited = silence.cited_items(draft.page, claims)
    return not any(work.item.id in cited for work in edit.news)


def _holdings(connection: Connection, slug: str, previous: Version | None, language: str) -> Holdings:
    """All that the thread has, read in a fixed number of queries."""
    items = item_store.of_thread(connection, slug)
    relevance = item_store.relevances(connection, slug)
    to_write_from = [
        item.id
        for item in items
        if item.state != "withdrawn" and not item.copy_of and relevance.get(item.id, "relevant") == "relevant"
    ]
    extractions = claim_store.last_of_items(connection, to_write_from, language)
    claims = claim_store.by_ids(connection, previous.claims) if previous else {}
    claims |= {claim.id: claim for extraction in extractions.values() for claim in extraction.claims}
    snapshots = item_store.snapshot_ids(connection, slug)
    extraction_ids = claim_store.extraction_ids(connection, slug)
    edited_items = [item for item, ids in snapshots.items() if len(ids) > 1]
    texts = item_store.texts(connection, edited_items)
    posts = item_store.posts(connection, [item.id for item in items if item.posts])
    history = {
        item: SnapshotHistory(
            tuple(ids),
            {snapshot: frozenset(extraction_ids.get(snapshot, ())) for snapshot in ids},
            {snapshot: texts[snapshot] for snapshot in ids if snapshot in texts},
            frozenset(post.id for post in posts.get(item, ()) if post.withdrawn),
        )
        for item, ids in snapshots.items()
    }
    decisions = thread_store.cast_decisions(connection, slug)
    languages = item_store.languages(connection, slug)
    return Holdings(items, extractions, claims, relevance, history, decisions, posts, languages)


def _whole_page(run: ThreadRun, previous: Version | None, holdings: Holdings) -> Draft | NoAnswer:
    """A page written from all sources. Where it is silent about most of them without a reason, it is asked for once
    more without the source that may have asked for that, and the second page taken where it tells of more."""
    works = material(holdings)
    snapshots = snapshots_of(run, (work.extraction.snapshot for work in works))
    draft = _page_from(run, previous, holdings, works, snapshots)
    if isinstance(draft, str):
        return draft
    shown = [work for work in works if work.item.id in draft.citer.items]
    claims = {**holdings.claims, **draft.citer.recorded}
    in_one = draft.prompt == "page"
    # One in sections is short: it may well have no room for a source.
    unused = draft.unused if in_one else dict.fromkeys(draft.citer.items, "")
    suspect = silence.suspect(draft.page, unused, shown, claims, snapshots)
    if suspect is None:
        return draft
    others = [work for work in works if work.item.id != suspect]
    again = _page_from(run, previous, holdings, others, snapshots, in_one=in_one)
    if isinstance(again, str):
        return draft
    replies = (*draft.replies, *again.replies)
    told, told_again = (
        len(silence.cited_items(each.page, {**claims, **each.citer.recorded})) for each in (draft, again)
    )
    if told_again <= told:
        return draft._replace(replies=replies)
    run.log.report("synthesize", "the page was written again without a source that silenced others")
    return again._replace(unused={**again.unused, suspect: silence.REASON}, replies=replies)


def _page_from(
    run: ThreadRun,
    previous: Version | None,
    holdings: Holdings,
    works: Sequence[Material],
    snapshots: Mapping[str, Snapshot],
    *,
    in_one: bool = True,
) -> Draft | NoAnswer:
    given = figures.offered(works, run.language)

    def ask(selection: Selection) -> Written[PageAnswer] | NoAnswer:
        entries = [figure.entry() for figure in given]
        question = sources.question(run.thread.title, selection.sources, run.language, entries)
        return write(run, question, PageAnswer, in_one=in_one)

    selection, written = _fitting(run, sources.whole(works, snapshots), works, ask)
    if isinstance(written, str):
        return written
    citer = Citer(selection.sources, holdings.claims, run.language)
    number = previous.version + 1 if previous else 1
    known = previous.cast if previous else ()
    page = assemble.page_of(written.answer, citer, run.thread.title, number, known, holdings.decisions)
    comparisons = figures.compared(written.answer.figures, given, page, number, run.language)
    page = page.model_copy(update={"unwritten": written.unwritten, "figures": comparisons.figures})
    sentences = sum(len(source.shown) for source in selection.sources)
    run.log.report("synthesize", f"{sentences} sentences of {len(selection.sources)} sources into a page")
    unused = _unused(written.answer.left_out, selection.sources)
    return Draft(
        page,
        citer,
        0,
        selection.left_out,
        citer.unknown + comparisons.unknown,
        unused,
        written.replies,
        written.prompt,
        written.lacks,
    )


def _fitting(
    run: ThreadRun,
    shown: Sequence[NumberedSource],
    works: Sequence[Material],
    ask: Callable[[Selection], W | NoAnswer],
) -> tuple[Selection, W | NoAnswer]:
    """What is asked about, and the answer: about all that settings allow, or half of that and again half, until the
    question fits the model."""
    selection = budget.within(shown, works, run.settings.model.page_tokens)
    while True:
        try:
            return selection, ask(selection)
        except TooLong as error:
            half = selection.tokens // 2
            if half < _FEWEST_TOKENS:
                return selection, run.log.no_answer(ABOUT, error)
            selection = budget.within(shown, works, half)


def _edited_page(run: ThreadRun, previous: Version, holdings: Holdings, edit: Edit) -> Draft | NoAnswer:
    """The previous page with the edits that new and superseded sources call for."""
    standing = figures.without(previous.figures, edit.superseded)
    page = previous.page().model_copy(update={"cast": decided(previous.cast, holdings.decisions), "figures": standing})
    given = figures.offered(material(holdings), run.language, standing)
    claims = {
        claim_id: holdings.claims[claim_id]
        for claim_id in previous.claims
        if edit.superseded.get(claim_id) != "dropped"
    }
    texts = (*(claim.snapshot for claim in claims.values()), *(work.extraction.snapshot for work in edit.news))
    snapshots = snapshots_of(run, texts)
    items = {item.id: item for item in holdings.items}
    known = sources.cited(claims, items, holdings.extractions, snapshots)
    new = [
        sources.changed(source, holdings.history[source.item.id].earlier_texts)
        for source in sources.whole(edit.news, snapshots, first=len(known) + 1)
    ]
    names = names_of_claims(claims, known)
    superseded = {claim_id: SUPERSEDED_WORDS[reason] for claim_id, reason in edit.superseded.items()}

    def ask(selection: Selection) -> Written[UpdateAnswer] | NoAnswer:
        shown = [*known, *selection.sources]
        entries = [figure.entry() for figure in given]
        question = update.question(run.thread.title, page, shown, names, superseded, run.language, entries)
        return write(run, question, UpdateAnswer)

    selection, written = _fitting(run, new, edit.news, ask)
    if isinstance(written, str):
        return written
    citer = Citer([*known, *selection.sources], holdings.claims, run.language)
    updated = update.next_page(written.answer, page, citer, previous.version + 1, holdings.decisions, written.unwritten)
    comparisons = figures.compared(written.answer.figures, given, updated.page, previous.version + 1, run.language)
    total = sum(1 for _ in updated.page.all_sentences())
    run.log.report(
        "synthesize", f"{len(selection.sources)} new sources; {updated.kept} of {total} sentences kept as they stood"
    )
    unknown = citer.unknown + updated.unknown_ids + comparisons.unknown
    unused = _unused(written.answer.left_out, selection.sources)
    return Draft(
        updated.page.model_copy(update={"figures": comparisons.figures}),
        citer,
        updated.kept,
        selection.left_out,
        unknown,
        unused,
        written.replies,
        written.prompt,
        written.lacks,
    )


def _unused(answers: Sequence[LeftOutAnswer], shown: Sequence[NumberedSource]) -> dict[str, str]:
    """Why the writer used nothing of a source, by the id of its item."""
    item_of = {source.number: source.item.id for source in shown}
    return {item_of[each.source]: f"read, and left out: {each.why}" for each in answers if each.source in item_of}
