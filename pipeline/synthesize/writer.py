"""Asks the writer for a page or for edits: in one piece, or section by section where that answer is cut off.

A section that is cut off as well is asked for once more at half its length. One that still has no usable answer is
left out, and the version says so; whatever came is used. An answer that was cut off is never mended into a page.
"""

from collections.abc import Sequence
from typing import Generic, NamedTuple, TypeVar

from pipeline.context import ThreadRun, parallel
from pipeline.errors import AnswerPending, BadAnswer, BudgetSpent, CutOff, TooLong
from pipeline.model.client import Answer
from pipeline.prompts import AnswerForm, RenderedPrompt
from pipeline.records.claims import Loss
from pipeline.records.pages import SectionName
from pipeline.records.replies import Reply
from pipeline.records.runs import NoAnswer
from pipeline.synthesize.answer import PageAnswer, VoiceAnswer
from pipeline.synthesize.edits import UpdateAnswer
from pipeline.synthesize.sections import SECTIONS, Section, joined, question

A = TypeVar("A", PageAnswer, UpdateAnswer)

ABOUT = "the model"
"""What goes without an answer where the page does."""

_Part = Answer[AnswerForm] | BadAnswer | BudgetSpent | AnswerPending
"""The answer about a section, or why there is none."""


class Written(NamedTuple, Generic[A]):
    """The writer's answer, the name of the prompt that got it, the replies it rests on, and for each section that it
    lacks the reason."""

    answer: A
    prompt: str
    replies: tuple[Reply, ...]
    unwritten: tuple[SectionName, ...] = ()
    lacks: tuple[Loss, ...] = ()


def write(run: ThreadRun, whole: RenderedPrompt, form: type[A], *, in_one: bool = True) -> Written[A] | NoAnswer:
    """The answer to `whole`; section by section where it is cut off, or at once without `in_one`. Raises TooLong where
    the question does not fit (ask about less), ModelUnavailable, and AnswerPending once all is asked that can be."""
    whole = run.context.prompts.of(whole)  # a question about a section holds its material
    if in_one:
        try:
            answer = run.context.model.ask(whole, form)
            return Written(answer.value, whole.name, answer.replies)
        except CutOff:
            run.log.report("synthesize", "the answer was cut off: the page is asked for section by section")
        except TooLong:
            raise
        except (BadAnswer, BudgetSpent) as error:
            return run.log.no_answer(ABOUT, error)
    return _in_sections(run, whole, form)


def _in_sections(run: ThreadRun, whole: RenderedPrompt, form: type[A]) -> Written[A] | NoAnswer:
    """The answer in sections. The first is asked alone: the others need its cast."""
    head, *others = SECTIONS
    first = _section(run, whole, form, head, ())
    if isinstance(first, AnswerPending):
        raise first
    cast: list[VoiceAnswer] = getattr(first.value, "cast", []) if isinstance(first, Answer) else []

    def ask(section: Section) -> _Part:
        return first if isinstance(first, BudgetSpent) else _section(run, whole, form, section, cast)

    parts = [(head, first), *parallel(run.settings.model.parallel, ask, others)]
    if pending := next((part for _, part in parts if isinstance(part, AnswerPending)), None):
        raise pending
    if spent := next((part for _, part in parts if isinstance(part, BudgetSpent)), None):
        return run.log.no_answer(ABOUT, spent)
    answers = [part for _, part in parts if isinstance(part, Answer)]
    unwritten: list[SectionName] = []
    lacks: list[Loss] = []
    for section, part in parts:
        if isinstance(part, BadAnswer):
            run.log.no_answer(f"the section {section.name!r}", part)
            unwritten.append(section.name)
            lacks.append(Loss(stage="synthesize", text=section.name, reason=str(part), done="dropped"))
    if not answers:
        return "no usable answer"
    replies = tuple(reply for answer in answers for reply in answer.replies)
    value = joined(form, [answer.value for answer in answers])
    return Written(value, f"{whole.name}_section", replies, tuple(unwritten), tuple(lacks))


def _section(
    run: ThreadRun, whole: RenderedPrompt, form: type[A], section: Section, cast: Sequence[VoiceAnswer]
) -> _Part:
    """The answer about a section, at most half as long where it was cut off; or the error as a value."""
    error: _Part
    for words in (section.words, section.words // 2):
        try:
            return run.context.model.ask(question(section, whole, cast, words), section.form(form))
        except TooLong as too_long:
            error = too_long
        except (BadAnswer, BudgetSpent, AnswerPending) as other:
            return other
    return error
