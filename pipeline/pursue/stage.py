"""Asks once for searches for what a new version lacks; the next run does them."""

from pipeline.context import ThreadRun
from pipeline.pursue.question import PursueAnswer, question, searches
from pipeline.records.pages import Version
from pipeline.records.threads import SourceAddress
from pipeline.store import claims as claim_store
from pipeline.store import threads as thread_store

ABOUT = "the search for what is missing"


def pursue(run: ThreadRun, version: Version) -> None:
    """Replaces the searches of the previous version by those that `version` calls for. Does nothing where settings ask
    for none. Raises ModelUnavailable."""
    most = run.settings.search.pursue
    if not most or not run.context.providers:
        return
    with run.store.reading() as connection:
        extractions = claim_store.last_of_items(connection, [source.item for source in version.sources], run.language)
    prompt = question(run.thread.title, version, extractions.values(), most)
    answer = run.context.ask(prompt, PursueAnswer, ABOUT)
    if isinstance(answer, str):
        return
    words = searches(answer.value, most)
    with run.store.writing() as connection:
        sources = [SourceAddress(kind="pursued", address=search) for search in words]
        thread_store.replace_pursued(connection, run.thread.slug, sources)
    run.log.report("pursue", f"{len(words)} searches for the next run: {'; '.join(words)}")
