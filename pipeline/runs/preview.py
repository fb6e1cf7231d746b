"""The questions that a run of a thread would begin with, as they would be sent; nothing is asked or stored.

Of what a thread holds now: the questions about texts that wait, or else the one about its page. What comes after an
answer depends on the answer."""

from dataclasses import replace
from typing import NoReturn

from pipeline.context import ThreadRun
from pipeline.extract.question import question_groups, with_claim_counts
from pipeline.extract.stage import questions_about, relevant, texts_to_extract
from pipeline.model.client import ModelClient
from pipeline.prompts import RenderedPrompt
from pipeline.records.replies import Question
from pipeline.records.runs import Stage
from pipeline.synthesize.stage import synthesize


class _Shown(Exception):  # noqa: N818 - no fault: the question has been seen
    """The question that would be asked."""

    def __init__(self, question: RenderedPrompt) -> None:
        super().__init__(question.name)
        self.question = question


class _Showing(ModelClient):
    """Raises the first question instead of asking it."""

    def __init__(self, model: str) -> None:
        self.model = model

    def ask(self, prompt: RenderedPrompt, *_: object, **__: object) -> NoReturn:
        """Raises the question."""
        raise _Shown(prompt)


def questions_now(run: ThreadRun, begin: Stage) -> list[Question]:
    """The questions of a run from `begin`, in the order they would be asked in."""
    model = _Showing(run.context.model.model)
    run = ThreadRun(replace(run.context, model=model), run.thread, begin)
    questions: list[RenderedPrompt] = []
    waiting = texts_to_extract(run) if run.does("extract") else []
    try:
        if waiting:
            relevant(run, waiting)
        else:
            synthesize(run)
    except _Shown as shown:
        questions.append(shown.question)
    groups = question_groups(with_claim_counts(waiting))
    questions += [question for texts in groups for question in questions_about(texts)]
    asked = [run.context.prompts.of(question) for question in questions]
    return [
        Question(prompt=each.name, fingerprint=each.fingerprint, system=each.system, user=each.user) for each in asked
    ]
