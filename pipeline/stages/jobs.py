"""Deferred questions: the answers of jobs that have ended are kept, what was put down is handed in."""

from pipeline.model.jobs import Jobs
from pipeline.model.ledger import Replies
from pipeline.stages.run import Notes, Tools
from pipeline.store.awaited import StoredAwaited


def collect(tools: Tools, notes: Notes, jobs: Jobs, replies: Replies) -> None:
    """Keeps the answers of the jobs that have ended. A question without one is awaited no more: its run asks again."""
    awaited = StoredAwaited(tools.store)
    for job in awaited.jobs():
        questions = awaited.of_job(job)
        answers = jobs.collect(job, questions)
        if answers is None:
            notes.say(f"answers     {len(questions)} are awaited from {job}")
            continue
        for key, reply in answers.items():
            replies.keep(key, questions[key], reply)
            tools.spent.asked(reply)
        awaited.done(job)
        notes.say(f"answers     {len(answers)} of {len(questions)} came with {job}")


def hand_in(tools: Tools, notes: Notes, jobs: Jobs) -> None:
    """Hands in what was put down."""
    awaited = StoredAwaited(tools.store)
    while unsent := awaited.unsent():
        job, taken = jobs.hand_in(unsent)
        awaited.sent(job, taken)
        notes.say(f"answers     {len(taken)} questions handed in as {job}")
