"""The form of the writer's answer. It has no field for an uncited sentence, an address, or an id of its own."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator

from pipeline.prompts import AnswerForm
from pipeline.records.pages import Dated


class Told(AnswerForm):
    """A sentence that its sources say."""

    text: str
    cites: list[str]


class Read(AnswerForm):
    """A sentence that is the writer's own reading."""

    reading: str
    cites: list[str]


SentenceAnswer = Told | Read


def as_list(answer: Any) -> Any:  # noqa: ANN401 - any JSON
    """One sentence where a list of them is asked for is a list of one."""
    return [answer] if isinstance(answer, dict | str) else answer


Sentences = Annotated[list[SentenceAnswer], BeforeValidator(as_list)]


class VoiceAnswer(AnswerForm):
    """An entry of the cast. `same_because` are sentences on which it rests that the names are one."""

    name: str
    also: list[str]
    role: str
    venue: str
    same_because: list[str]


class ParagraphAnswer(AnswerForm):
    theme: str
    sentences: Sentences


class EventAnswer(AnswerForm):
    date: str
    dated: Dated
    sentence: SentenceAnswer


class PerspectiveAnswer(AnswerForm):
    voice: str
    position: Sentences


class AlsoHeardAnswer(AnswerForm):
    voice: str
    sentence: SentenceAnswer


class SideAnswer(AnswerForm):
    answer: str
    voice: str
    sentences: Sentences


class TensionAnswer(AnswerForm):
    question: SentenceAnswer
    sides: list[SideAnswer]
    relation: Sentences
    common_ground: Sentences
    missing: Sentences


class MissingAnswer(AnswerForm):
    name: str
    why: str
    cites: list[str]


class LeftOutAnswer(AnswerForm):
    """A source of which the page uses nothing, by its number, and why."""

    source: int
    why: Literal["off topic", "nothing of its own", "cannot be used"]


class ComparisonAnswer(AnswerForm):
    """Figures, by their numbers, that measure the same on the same scale."""

    about: str
    figures: list[int]


class PageAnswer(AnswerForm):
    title: str
    cast: list[VoiceAnswer]
    in_brief: Sentences
    narrative: list[ParagraphAnswer]
    timeline: list[EventAnswer]
    perspectives: list[PerspectiveAnswer]
    also_heard: list[AlsoHeardAnswer]
    tensions: list[TensionAnswer]
    figures: list[ComparisonAnswer]
    missing_voices: list[MissingAnswer]
    left_out: list[LeftOutAnswer]
