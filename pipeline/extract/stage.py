"""The stage extract: sets aside what cannot matter, asks about each other text once, and stores its claims."""

from collections.abc import Sequence

from sqlalchemy import Connection

from pipeline.context import ThreadRun, parallel
from pipeline.errors import AnswerPending, BadAnswer, BudgetSpent, CutOff, TooLong, program_error
from pipeline.extract import posts
from pipeline.extract.carried import NOTHING, carried
from pipeline.extract.claims import extraction_of
from pipeline.extract.discussion import discussion_extraction
from pipeline.extract.question import (
    AnswerPart,
    ArticleAnswer,
    ArticlesAnswer,
    SourceText,
    Unread,
    claims_wanted,
    halves,
    parts_of,
    question,
    question_groups,
    with_claim_counts,
)
from pipeline.fetch.addresses import host_of
from pipeline.fetch.item import save_item
from pipeline.prompts import RenderedPrompt
from pipeline.read.furniture import background, own_sentences, site_furniture
from pipeline.records.claims import Extraction, Loss
from pipeline.records.items import Item, Snapshot
from pipeline.store import claims as claim_store
from pipeline.store import items as item_store
from pipeline.text import opening
from pipeline.triage.stage import triage

_MOST_COMPARED = 30  # articles of a host that are compared to find its furniture; chosen, not measured
_PAGE_SHARE = 0.5  # of a run's budget, kept for writing the page; chosen, not measured

_Parts = list[AnswerPart | Unread]
_Result = _Parts | BadAnswer | BudgetSpent | AnswerPending
"""The parts of the answer about a text, one at least whole, or why there are none."""


def extract(run: ThreadRun) -> None:
    """Asks about each relevant text that has no extraction yet; each answer is stored as it comes. Half of the run's
    budget is held back: extracted claims are of no use to a reader until the page is written. Raises AnswerPending
    after all are asked, where an answer is still to come."""
    pending: AnswerPending | None = None
    with run.context.usage.budget.holding_back(_PAGE_SHARE):
        groups = question_groups(with_claim_counts(relevant(run, texts_to_extract(run))))

        def ask_group(texts: Sequence[SourceText]) -> Sequence[_Result]:
            return _ask(run, texts)

        for texts, results in parallel(run.settings.model.parallel, ask_group, groups):
            extracted = []
            for text, result in zip(texts, results, strict=True):
                if isinstance(result, AnswerPending):
                    pending = result
                elif isinstance(result, BadAnswer | BudgetSpent):
                    run.log.no_answer(text.item.url, result)
                else:
                    for part in result:
                        if isinstance(part, Unread):
                            run.log.no_answer(text.item.url, CutOff(part.why))
                    try:
                        extracted.append((text, _extraction(result, text)))
                    except Exception as error:
                        failure = program_error(text.item.url, error)
                        run.log.problem(text.item.url, failure.reason, failure)
            _store(run, extracted)
    if pending:
        raise pending


def _extraction(result: _Parts, text: SourceText) -> Extraction:
    """What the whole parts of the answer say. Sentences without one are among the losses; their posts count as not
    read."""
    snapshot = text.snapshot
    parts = [part for part in result if isinstance(part, AnswerPart)]
    unread = [part for part in result if isinstance(part, Unread)]
    if snapshot.posts:
        extraction = discussion_extraction(parts, text)
    else:
        extraction = extraction_of(parts, text.item, snapshot, text.language)
    if not unread:
        return extraction
    losses = [
        Loss(
            stage="extract",
            text=opening(" ".join(snapshot.text_of(snapshot.sentences[number - 1]) for number in part.numbers)),
            reason=part.why,
            done="dropped",
        )
        for part in unread
    ]
    without = posts.of_sentences(snapshot, {number for part in unread for number in part.numbers})
    return extraction.model_copy(
        update={
            "losses": (*extraction.losses, *losses),
            "posts": {post: digest for post, digest in extraction.posts.items() if post not in without},
        }
    )


def texts_to_extract(run: ThreadRun) -> list[SourceText]:
    """The texts without an extraction in the thread's language, or all where the run begins at this stage; without
    copies and withdrawn items, and without what was set aside. Sentences that an earlier article of the thread and the
    same host has as well are left out; so are the posts of a discussion that were read before."""
    texts = []
    furniture: dict[str, frozenset[str]] = {}  # by host
    background_of: dict[str, frozenset[str]] = {}  # by host: what its earlier articles say
    language = run.language
    with run.store.reading() as connection:
        relevance = item_store.relevances(connection, run.thread.slug)
        for item in item_store.of_thread(connection, run.thread.slug):
            snapshot = item_store.last_snapshot(connection, item.id)
            if snapshot is None or item.copy_of or item.state == "withdrawn":
                continue
            if relevance.get(item.id, "relevant") != "relevant":
                continue
            if snapshot.posts:
                if not claim_store.has(connection, snapshot.id, language) or run.begins_at("extract"):
                    texts.append(_discussion(run, connection, item, snapshot))
                continue
            host = host_of(item.url)
            earlier = background_of.get(host, frozenset())
            background_of[host] = earlier | background(snapshot)
            if claim_store.has(connection, snapshot.id, language) and not run.begins_at("extract"):
                continue
            if host not in furniture:
                furniture[host] = site_furniture(item_store.texts_of_host(connection, host, _MOST_COMPARED))
            own = own_sentences(snapshot, furniture[host], earlier)
            texts.append(SourceText(item, snapshot, own, host, language=language))
    return texts


def questions_about(texts: Sequence[SourceText]) -> list[RenderedPrompt]:
    """The questions about texts that are asked about together: one, or of a discussion as many as it takes."""
    if len(texts) > 1:
        return [question(texts)]
    return [_question(texts[0], numbers) for numbers in _portions(texts[0])]


def _portions(text: SourceText) -> list[tuple[int, ...]]:
    """The sentences of a text that is asked about alone, question by question."""
    return posts.portions_of(text) if text.snapshot.posts else [text.numbers]


def _question(text: SourceText, numbers: tuple[int, ...]) -> RenderedPrompt:
    if text.snapshot.posts:
        return posts.question(text, numbers)
    claims = text.claims if numbers == text.numbers else ""  # a part is asked for what its own length bears
    return question([text._replace(numbers=numbers, claims=claims)])


def _discussion(run: ThreadRun, connection: Connection, item: Item, snapshot: Snapshot) -> SourceText:
    """A discussion with the posts that are to be read: those not read yet, or all where the run begins at this
    stage."""
    text = SourceText(item, snapshot, (), host_of(item.url), language=run.language)
    earlier = None if run.begins_at("extract") else claim_store.last_of_item(connection, item.id, run.language)
    if earlier is None:
        return text._replace(numbers=posts.unread_sentences(snapshot, ()))
    before = item_store.snapshot(connection, earlier.snapshot)
    kept = carried(snapshot, earlier, before) if before else NOTHING
    return text._replace(numbers=posts.unread_sentences(snapshot, kept.posts), earlier=earlier, kept=kept)


def relevant(run: ThreadRun, texts: Sequence[SourceText]) -> list[SourceText]:
    """`texts` without those that cannot matter to the thread, which the model is asked about."""
    set_aside = triage(run, [(text.item, opening(text.snapshot.text)) for text in texts])
    return [text for text in texts if text.item.id not in set_aside]


def _store(run: ThreadRun, extracted: Sequence[tuple[SourceText, Extraction]]) -> None:
    """Stores all extractions of one question in one transaction: a continued run groups the others as this one did."""
    with run.store.writing() as connection:
        for text, extraction in extracted:
            claim_store.add(connection, extraction)
            if extraction.author and text.item.author in (None, text.item.venue):
                save_item(connection, text.item.model_copy(update={"author": extraction.author}))
    for text, extraction in extracted:
        new = len(extraction.claims) - len(text.kept.claims)
        run.counts["extracted"] += 1
        run.counts["new_claims"] += new
        run.counts["claims_dropped"] += sum(extraction.dropped.values())
        run.log.report("extract", f"{new:3} claims  {text.item.venue}: {text.item.title}")


def _ask(run: ThreadRun, texts: Sequence[SourceText]) -> Sequence[_Result]:
    """The result for each text. Of short texts that share a question, those of which it has no usable answer are asked
    about one by one."""
    try:
        together = _ask_together(run, texts) if len(texts) > 1 else [None]
    except AnswerPending as error:
        return [error for _ in texts]
    return [[part] if part else _ask_alone(run, text) for part, text in zip(together, texts, strict=True)]


def _ask_together(run: ThreadRun, texts: Sequence[SourceText]) -> Sequence[AnswerPart | None]:
    try:
        answer = run.context.model.ask(question(texts), ArticlesAnswer, once=True)
    except (BadAnswer, BudgetSpent):  # no problem yet: each text is asked about alone
        return [None for _ in texts]
    return parts_of(answer.value, answer.key, texts)


def _ask_alone(run: ThreadRun, text: SourceText) -> _Result:
    """The answer, or the error as a value: the caller reports problems in the order of the texts."""
    try:
        parts = [part for numbers in _portions(text) for part in _ask_part(run, text, numbers)]
    except (BadAnswer, BudgetSpent, AnswerPending) as error:
        return error
    unread = [part for part in parts if isinstance(part, Unread)]
    return CutOff(unread[0].why) if unread and len(unread) == len(parts) else parts


def _ask_part(run: ThreadRun, text: SourceText, numbers: tuple[int, ...], *, divides: bool = True) -> _Parts:
    """The answer about some sentences; where they are too many for the model, the answers about each half. An answer
    that was cut off is paid for, so it `divides` them once: what is cut off again is left. Raises BadAnswer,
    BudgetSpent and AnswerPending."""
    fault = claims_wanted(len(numbers))
    try:
        if text.snapshot.posts:
            of_posts = run.context.model.ask(
                _question(text, numbers), posts.PostsAnswer, lambda given: fault(given.as_article()), once=True
            )
            return [AnswerPart(of_posts.value.as_article(), of_posts.key, numbers)]
        answer = run.context.model.ask(_question(text, numbers), ArticleAnswer, fault, once=True)
    except TooLong as error:
        is_cut_off = isinstance(error, CutOff)
        divided = halves(numbers) if divides or not is_cut_off else None
        if divided is None and not is_cut_off:
            raise
        if divided is None:
            return [Unread(numbers, f"{error} (no claim is taken from sentences {numbers[0]} to {numbers[-1]})")]
        return [part for half in divided for part in _ask_part(run, text, half, divides=divides and not is_cut_off)]
    return [AnswerPart(answer.value, answer.key, numbers)]
