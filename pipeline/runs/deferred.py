"""Deferred questions: the answers of jobs that have ended are kept, and new questions are handed in."""

from pipeline.context import RunContext
from pipeline.model.batch_api import BatchApi
from pipeline.store.deferred import StoredDeferredQuestions
from pipeline.store.replies import StoredReplies
from pipeline.store.spending import RunSpending


def collect(context: RunContext, batch_api: BatchApi) -> None:
    """Keeps the answers of the jobs that have ended. A question without one is no longer waited for: its run asks
    again."""
    questions, replies = (
        StoredDeferredQuestions(context.store),
        StoredReplies(context.store, RunSpending("", context.now, in_batch=True), context.prices),
    )
    for job in questions.jobs():
        asked = questions.of_job(job)
        answers = batch_api.collect(job, asked)
        if answers is None:
            context.log.report("answers", f"{len(asked)} are awaited from {job}")
            continue
        for key, reply in answers.items():
            replies.keep(key, asked[key], reply)
            context.usage.add(reply)
        questions.remove_job(job)
        context.log.report("answers", f"{len(answers)} of {len(asked)} came with {job}")


def submit(context: RunContext, batch_api: BatchApi) -> None:
    """Hands in the questions that are in no job yet."""
    questions = StoredDeferredQuestions(context.store)
    while waiting := questions.waiting():
        job, taken = batch_api.submit(waiting)
        questions.mark_submitted(job, taken)
        context.log.report("answers", f"{len(taken)} questions handed in as {job}")
