"""Judges each item that feeds and searches bring once for a thread, many in one question, and sets aside what cannot
matter, with its reason: search results before they are fetched, what feeds bring before it is extracted."""

from collections.abc import Sequence

from pipeline.context import ThreadRun
from pipeline.records.items import Item, Relevance
from pipeline.store import items as item_store
from pipeline.store import versions as version_store
from pipeline.triage.question import FEWEST, TriageAnswer, question, verdicts


def triage(run: ThreadRun, candidates: Sequence[tuple[Item, str]]) -> frozenset[str]:
    """The ids of those of `candidates` (items with their opening words) that cannot matter to the thread. Items not yet
    judged are judged now, if there are enough to be worth a question; without an answer all of them may matter. Pages
    that the operator named are never judged."""
    with run.store.reading() as connection:
        relevance = item_store.relevances(connection, run.thread.slug)
        last = version_store.last(connection, run.thread.slug)
    unjudged = [(item, opening) for item, opening in candidates if item.via != "page" and item.id not in relevance]
    if len(unjudged) >= FEWEST:
        prompt = question(run.thread.title, last.page() if last else None, unjudged)
        answer = run.context.ask(prompt, TriageAnswer, "the triage")
        if not isinstance(answer, str):
            new_verdicts = verdicts(answer.value, len(unjudged))
            relevance |= {item.id: verdict for (item, _), verdict in zip(unjudged, new_verdicts, strict=True)}
            _store_verdicts(run, [item for item, _ in unjudged], new_verdicts)
    return frozenset(item.id for item, _ in candidates if relevance.get(item.id, "relevant") != "relevant")


def _store_verdicts(run: ThreadRun, items: Sequence[Item], relevances: Sequence[Relevance]) -> None:
    with run.store.writing() as connection:
        for item, verdict in zip(items, relevances, strict=True):
            item_store.set_relevance(connection, run.thread.slug, item.id, verdict)
    set_aside = sum(verdict != "relevant" for verdict in relevances)
    run.counts["set_aside"] += set_aside
    run.log.report("triage", f"{set_aside} of {len(items)} items set aside")
