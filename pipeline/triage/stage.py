"""Judges each item that feeds and searches bring once for a thread, many in one question, and sets aside what cannot
matter, with its reason: search results before they are fetched, what feeds bring before it is extracted."""

from collections.abc import Sequence

from pipeline.context import ThreadRun
from pipeline.records.items import Item, Relevance
from pipeline.records.pages import Page
from pipeline.store import items as item_store
from pipeline.store import versions as version_store
from pipeline.triage.question import FEWEST, TriageAnswer, judged_apart, question, verdicts


def triage(run: ThreadRun, candidates: Sequence[tuple[Item, str]]) -> frozenset[str]:
    """The ids of those of `candidates` (items with their opening words) that cannot matter to the thread. Items not yet
    judged are judged now, if there are enough to be worth a question; without an answer all of them may matter. Pages
    that the operator named are never judged."""
    if not candidates:
        return frozenset()
    with run.store.reading() as connection:
        relevance = item_store.relevances(connection, run.thread.slug)
    unjudged = [(item, opening) for item, opening in candidates if item.via != "page" and item.id not in relevance]
    if len(unjudged) >= FEWEST:
        with run.store.reading() as connection:
            last = version_store.last(connection, run.thread.slug)
        page = last.page() if last else None
        new_verdicts = _ask(run, page, unjudged)
        if new_verdicts and (doubted := judged_apart(unjudged, new_verdicts)):
            new_verdicts = _ask_apart(run, page, unjudged, new_verdicts, doubted)
        if new_verdicts:
            relevance |= {item.id: verdict for (item, _), verdict in zip(unjudged, new_verdicts, strict=True)}
            _store_verdicts(run, [item for item, _ in unjudged], new_verdicts)
    return frozenset(item.id for item, _ in candidates if relevance.get(item.id, "relevant") != "relevant")


def _ask(run: ThreadRun, page: Page | None, unjudged: Sequence[tuple[Item, str]]) -> list[Relevance] | None:
    """A verdict for each item, or None where there is no answer."""
    answer = run.context.ask(question(run.thread.title, page, unjudged), TriageAnswer, "the triage")
    return None if isinstance(answer, str) else verdicts(answer.value, len(unjudged))


def _ask_apart(
    run: ThreadRun,
    page: Page | None,
    unjudged: Sequence[tuple[Item, str]],
    first: Sequence[Relevance],
    doubted: Sequence[Sequence[int]],
) -> list[Relevance] | None:
    """The verdicts, where those at the places of `doubted` are given anew by a question for each of its groups; None
    where one of them has no answer."""
    count = sum(map(len, doubted))
    run.log.report("triage", f"{count} of {len(first)} items would be set aside: asked again, hosts apart")
    questions = [question(run.thread.title, page, [unjudged[place] for place in group]) for group in doubted]
    found = list(first)
    for group, answer in zip(doubted, run.context.ask_each(questions, TriageAnswer, "the triage"), strict=True):
        if isinstance(answer, str):
            return None
        for place, verdict in zip(group, verdicts(answer.value, len(group)), strict=True):
            found[place] = verdict
    return found


def _store_verdicts(run: ThreadRun, items: Sequence[Item], relevances: Sequence[Relevance]) -> None:
    with run.store.writing() as connection:
        for item, verdict in zip(items, relevances, strict=True):
            item_store.set_relevance(connection, run.thread.slug, item.id, verdict)
    set_aside = sum(verdict != "relevant" for verdict in relevances)
    run.counts["set_aside"] += set_aside
    run.log.report("triage", f"{set_aside} of {len(items)} items set aside")
