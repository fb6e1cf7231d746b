"""The question about a day: its developments, and sentences of other threads on the same subjects."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from pipeline.prompts import AnswerForm, RenderedPrompt, prompt
from pipeline.records.days import Day, Development
from pipeline.records.pages import Sentence, Version
from pipeline.text.tags import english_name

_MOST_RELATED = 60  # sentences of other threads that a question shows; chosen, not measured


class LeadAnswer(AnswerForm):
    text: str
    sentences: list[str]


class WhyAnswer(AnswerForm):
    development: str
    text: str
    sentences: list[str]


class DisagreementAnswer(AnswerForm):
    one: str
    other: str
    about: str


class DayAnswer(AnswerForm):
    """What the model is asked to give for a day."""

    lead: LeadAnswer
    order: list[str]
    why: list[WhyAnswer]
    disagreements: list[DisagreementAnswer]


class DayQuestion(NamedTuple):
    """The question about a day: the prompt, and what its ids stand for. A sentence comes with its thread's slug."""

    prompt: RenderedPrompt
    developments: Mapping[str, Development]
    sentences: Mapping[str, tuple[str, Sentence]]


def question(day: Day, versions: Sequence[Version], related: Sequence[Version]) -> DayQuestion:
    """The question about a day. `related` are the last versions of other threads that share a subject with it."""
    version_of = {(version.thread.slug, version.version): version for version in versions}
    developments = {f"d{number}": development for number, development in enumerate(day.developments, 1)}
    sentence_of: dict[str, tuple[str, Sentence]] = {}

    def entries(thread: str, sentences: Sequence[Sentence]) -> list[dict[str, str]]:
        listed = []
        for sentence in sentences:
            sentence_of[name := f"s{len(sentence_of) + 1}"] = (thread, sentence)
            listed.append({"id": name, "text": sentence.text})
        return listed

    material = []
    for name, development in developments.items():
        version = version_of[development.thread, development.version]
        question_of = {tension.id: " ".join(s.text for s in tension.sentences) for tension in version.tensions}
        material.append(
            {
                "id": name,
                "title": version.thread.title,
                "first": development.first,
                "sentences": entries(development.thread, development.sentences),
                "opened": [question_of[tension] for tension in development.opened],
                "settled": [question_of[tension] for tension in development.settled],
            }
        )
    related_material: list[dict[str, Any]] = []
    left = _MOST_RELATED
    for version in related:
        sentences = [sentence for paragraph in version.narrative for sentence in paragraph.sentences][:left]
        if sentences:
            related_material.append(
                {"title": version.thread.title, "sentences": entries(version.thread.slug, sentences)}
            )
        left -= len(sentences)
    return DayQuestion(
        prompt("day").render(
            date=day.date,
            language=english_name(day.language),
            developments=material,
            standing=related_material,
        ),
        developments,
        sentence_of,
    )
