"""Triage: what came unasked is judged once for a thread, by one question about many, and what cannot matter is set
aside with its reason: search results before they are fetched, what feeds bring before it is extracted."""

from collections.abc import Sequence

from pipeline import triage
from pipeline.errors import AllowanceSpent, BadAnswer
from pipeline.records.items import Item, Verdict
from pipeline.stages.run import Run
from pipeline.store import items as item_store
from pipeline.store import versions as version_store


def set_aside(run: Run, candidates: Sequence[tuple[Item, str]]) -> frozenset[str]:
    """The ids of those of `candidates`, items each with its opening words, that cannot matter to the thread. What was
    not judged yet is judged here, where there is enough of it to be worth a question; where that has no answer,
    everything may matter. Pages that the operator named are never judged."""
    with run.store.reading() as connection:
        verdicts = item_store.verdicts(connection, run.thread.slug)
        last = version_store.last(connection, run.thread.slug)
    unasked = [(item, opening) for item, opening in candidates if item.via != "page" and item.id not in verdicts]
    if len(unasked) >= triage.FEWEST:
        asked = triage.question(run.thread.title, last.page() if last else None, unasked)
        try:
            answer = run.tools.door.ask(asked, triage.TriageAnswer)
        except BadAnswer as error:
            run.trouble("the triage", "no usable answer", error)
        except AllowanceSpent as error:
            run.spent_out(error)
        else:
            found = triage.verdicts(answer.value, len(unasked))
            verdicts |= {item.id: verdict for (item, _), verdict in zip(unasked, found, strict=True)}
            _keep(run, [item for item, _ in unasked], found)
    return frozenset(item.id for item, _ in candidates if verdicts.get(item.id, "relevant") != "relevant")


def _keep(run: Run, items: Sequence[Item], verdicts: Sequence[Verdict]) -> None:
    with run.store.writing() as connection:
        for item, verdict in zip(items, verdicts, strict=True):
            item_store.judge(connection, run.thread.slug, item.id, verdict)
    aside = sum(verdict != "relevant" for verdict in verdicts)
    run.counts["set_aside"] += aside
    run.say(f"triage      {aside} of {len(items)} items set aside")
