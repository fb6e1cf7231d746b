"""One thread, all stages in order, each stored before the next.

    fetch -> read -> extract -> synthesize -> verify -> (a version) -> publish

An ordinary run does what is not done yet. A run from a named stage does that stage and those behind it again, from
what is stored; questions already answered still cost nothing. What fails on the way is a line in the report.
"""

from datetime import datetime

from sqlalchemy import Connection

import pipeline
from pipeline import states
from pipeline.errors import AllowanceSpent, AnswerAwaited, BadAnswer, ModelError, UsageError
from pipeline.records.pages import Version
from pipeline.records.runs import Outcome, Report, Stage
from pipeline.stages.claim import Claim
from pipeline.stages.compose import Compose
from pipeline.stages.gather import Gather
from pipeline.stages.run import Run, Tools
from pipeline.stages.seek import seek
from pipeline.store import items as item_store
from pipeline.store import runs as run_store
from pipeline.store import threads as thread_store
from pipeline.store import versions as version_store


def run_thread(tools: Tools, slug: str, started_at: datetime, begin: Stage = "fetch") -> Report:
    """Runs `slug` and reports what was done; the report is stored. Raises UsageError for an unknown thread,
    BusyError where another run holds it, and MachineError where the run as a whole cannot go on."""
    with tools.store.reading() as connection:
        thread = thread_store.find(connection, slug)
    if thread is None:
        raise UsageError(f"there is no thread {slug!r}: make it with `new {slug} --title …`, or see `threads`")
    if thread.merged_into:
        raise UsageError(f"thread {slug!r} was merged into {thread.merged_into!r}: run that one")
    with tools.store.lock(slug, f"a run started {started_at:%Y-%m-%d %H:%M:%S} UTC"):
        run = Run(tools, thread, started_at, begin)
        report = _all_stages(run)
        with tools.store.writing() as connection:
            run_store.add(connection, report)
        if tools.publish:  # whatever came of it: an earlier run may have ended between what it stored and the site
            tools.publish()
            run.say("publish     the site is up to date")
    return report


def _standing(connection: Connection, slug: str) -> str:
    """A name of all that a page of the thread would be made from, by this program."""
    return f"{pipeline.__version__} {item_store.standings(connection, slug).get(slug)}"


def _is_settled(run: Run) -> bool:
    """Whether an earlier run has already done all there was to do with what the thread holds."""
    with run.store.reading() as connection:
        return thread_store.settled(connection)[run.thread.slug] == _standing(connection, run.thread.slug)


def _awaits(run: Run) -> bool:
    """Whether the run before is still waiting for answers: what it asked about must stay as it was, or it would ask
    anew."""
    with run.store.reading() as connection:
        last = run_store.last(connection, run.thread.slug)
    return last is not None and last.outcome == "awaiting answers"


def _settle(run: Run) -> None:
    """Remembers that nothing is left to be done, unless a question went without an answer."""
    if run.allowance_spent or any(trouble.reason == "no usable answer" for trouble in run.troubles):
        return
    with run.store.writing() as connection:
        thread_store.settle(connection, run.thread.slug, _standing(connection, run.thread.slug))


def _move(run: Run, version: Version | None) -> None:
    """Makes the thread live, quiet or closed as its rules say."""
    with run.store.writing() as connection:
        last = version_store.last(connection, run.thread.slug)
        moved = states.after_a_run(
            run.thread, last.made_at if last else None, version is not None, run.now, *run.tools.quiet_and_close_days
        )
        if moved:
            thread_store.set_state(connection, run.thread.slug, moved.state, run.now, moved.reason)
            run.say(f"thread      {moved.state}: {moved.reason}")


def _all_stages(run: Run) -> Report:
    outcome: Outcome = "nothing new"
    version: Version | None = None
    try:
        gather = Gather(run)
        taken_up = run.redoes("fetch") and _awaits(run)
        if run.does("fetch") and not taken_up:
            gather.fetch()
        if not (run.redoes("fetch") and _is_settled(run)):
            if run.does("read") and not taken_up:
                gather.read()
            if run.does("extract"):
                Claim(run).extract()
            version = Compose(run).write()
            if version:
                outcome = "new version"
                seek(run, version)
            _settle(run)
        _move(run, version)
    except AllowanceSpent as error:
        run.spent_out(error)
        outcome = "allowance spent"
    except AnswerAwaited as error:
        run.say(f"            {error}")
        outcome = "awaiting answers"
    except ModelError as error:
        run.trouble("the model", "no usable answer" if isinstance(error, BadAnswer) else "model unavailable", error)
        outcome = "failed"
    return run.report(outcome, version.version if version else None)
