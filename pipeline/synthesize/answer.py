"""The form of the writer's answer. No place in it for an uncited sentence, an address, a number or an id of its own."""

from pydantic import BaseModel, ConfigDict


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid")


class SentenceAnswer(_Form):
    text: str
    cites: list[str]
    reading: bool


class ParagraphAnswer(_Form):
    theme: str
    sentences: list[SentenceAnswer]


class EventAnswer(_Form):
    date: str
    sentence: SentenceAnswer


class PerspectiveAnswer(_Form):
    voice: str
    venue: str
    position: list[SentenceAnswer]


class AlsoHeardAnswer(_Form):
    voice: str
    sentence: SentenceAnswer


class SideAnswer(_Form):
    voice: str
    sentences: list[SentenceAnswer]


class TensionAnswer(_Form):
    question: SentenceAnswer
    sides: list[SideAnswer]
    missing: SentenceAnswer


class PageAnswer(_Form):
    title: str
    narrative: list[ParagraphAnswer]
    timeline: list[EventAnswer]
    perspectives: list[PerspectiveAnswer]
    also_heard: list[AlsoHeardAnswer]
    tensions: list[TensionAnswer]
    missing_voices: list[str]
