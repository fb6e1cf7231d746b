"""Judges each item that feeds and searches bring once for a thread, many in one question, and sets aside what cannot
matter, with its reason: search results before they are fetched, what feeds bring before it is extracted."""

from collections.abc import Sequence

from pipeline.context import ThreadRun
from pipeline.records.items import Item, Relevance
from pipeline.records.pages import Page
from pipeline.store import items as item_store
from pipeline.store import versions as version_store
from pipeline.triage.question import FEWEST, TriageAnswer, question, verdicts
from pipeline.verify.suspicion import addresses_a_model


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
        commanding = [addresses_a_model(f"{item.title}. {opening}") for item, opening in unjudged]
        if new_verdicts and any(commanding) and sum(v != "relevant" for v in new_verdicts) > len(unjudged) / 2:
            new_verdicts = _ask_without(run, page, unjudged, new_verdicts, commanding)
        if new_verdicts:
            relevance |= {item.id: verdict for (item, _), verdict in zip(unjudged, new_verdicts, strict=True)}
            _store_verdicts(run, [item for item, _ in unjudged], new_verdicts)
    return frozenset(item.id for item, _ in candidates if relevance.get(item.id, "relevant") != "relevant")


def _ask(run: ThreadRun, page: Page | None, unjudged: Sequence[tuple[Item, str]]) -> list[Relevance] | None:
    """A verdict for each item, or None where there is no answer."""
    answer = run.context.ask(question(run.thread.title, page, unjudged), TriageAnswer, "the triage")
    return None if isinstance(answer, str) else verdicts(answer.value, len(unjudged))


def _ask_without(
    run: ThreadRun,
    page: Page | None,
    unjudged: Sequence[tuple[Item, str]],
    first: Sequence[Relevance],
    commanding: Sequence[bool],
) -> list[Relevance] | None:
    """The verdicts of a second question, without the items whose words address a model: they may have had the others
    set aside. What was said of themselves stands. What is left is relevant where it is too little to ask about."""
    others = [each for each, commands in zip(unjudged, commanding, strict=True) if not commands]
    run.log.report("triage", f"asked again without {sum(commanding)} items that address a model")
    again = _ask(run, page, others) if len(others) >= FEWEST else verdicts(TriageAnswer(set_aside=[]), len(others))
    if again is None:
        return None
    judged = iter(again)
    return [own if commands else next(judged) for own, commands in zip(first, commanding, strict=True)]


def _store_verdicts(run: ThreadRun, items: Sequence[Item], relevances: Sequence[Relevance]) -> None:
    with run.store.writing() as connection:
        for item, verdict in zip(items, relevances, strict=True):
            item_store.set_relevance(connection, run.thread.slug, item.id, verdict)
    set_aside = sum(verdict != "relevant" for verdict in relevances)
    run.counts["set_aside"] += set_aside
    run.log.report("triage", f"{set_aside} of {len(items)} items set aside")
