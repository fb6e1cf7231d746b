"""The form of the writer's answer. It has no field for an uncited sentence, an address, or an id of its own."""

from pipeline.prompts import AnswerForm


class SentenceAnswer(AnswerForm):
    text: str
    cites: list[str]
    reading: bool


class ParagraphAnswer(AnswerForm):
    theme: str
    sentences: list[SentenceAnswer]


class EventAnswer(AnswerForm):
    date: str
    sentence: SentenceAnswer


class PerspectiveAnswer(AnswerForm):
    voice: str
    venue: str
    position: list[SentenceAnswer]


class AlsoHeardAnswer(AnswerForm):
    voice: str
    sentence: SentenceAnswer


class SideAnswer(AnswerForm):
    voice: str
    sentences: list[SentenceAnswer]


class TensionAnswer(AnswerForm):
    question: SentenceAnswer
    sides: list[SideAnswer]
    missing: SentenceAnswer


class PageAnswer(AnswerForm):
    title: str
    narrative: list[ParagraphAnswer]
    timeline: list[EventAnswer]
    perspectives: list[PerspectiveAnswer]
    also_heard: list[AlsoHeardAnswer]
    tensions: list[TensionAnswer]
    missing_voices: list[str]
