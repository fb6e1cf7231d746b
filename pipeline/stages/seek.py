"""Pursue: a new version says what it lacks; one question makes searches of that, and the next run asks them."""

from pipeline import pursue
from pipeline.errors import AllowanceSpent, ModelError
from pipeline.records.pages import Version
from pipeline.records.threads import SourceAddress
from pipeline.stages.run import Run
from pipeline.store import claims as claim_store
from pipeline.store import items as item_store
from pipeline.store import threads as thread_store


def seek(run: Run, version: Version) -> None:
    """Puts the searches that `version` calls for in the place of those of the version before. Does nothing where
    settings ask for none."""
    most = run.tools.most_pursued
    if not most or not run.tools.providers:
        return
    with run.store.reading() as connection:
        snapshots = [item_store.last_snapshot(connection, source.item) for source in version.sources]
        extractions = [claim_store.last_of(connection, snapshot.id) for snapshot in snapshots if snapshot]
    asked = pursue.question(run.thread.title, version, [e for e in extractions if e], most)
    try:
        answer = run.tools.door.ask(asked, pursue.PursueAnswer)
    except ModelError as error:  # the version stands, whatever becomes of this
        run.trouble("the search for what is missing", "no usable answer", error)
        return
    except AllowanceSpent as error:
        run.spent_out(error)
        return
    found = pursue.searches(answer.value, most)
    places = [SourceAddress(kind="pursued", address=words) for words in found]
    with run.store.writing() as connection:
        thread_store.replace_pursued(connection, run.thread.slug, places)
    run.say(f"pursue      {len(found)} searches for the next run: {'; '.join(found)}")
