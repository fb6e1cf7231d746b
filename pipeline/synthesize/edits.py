"""The form of the writer's edits to a page."""

from typing import Annotated, Literal

from pydantic import BeforeValidator

from pipeline.prompts import AnswerForm
from pipeline.records.pages import Dated
from pipeline.synthesize.answer import (
    ComparisonAnswer,
    LeftOutAnswer,
    MissingAnswer,
    Read,
    Sentences,
    Told,
    VoiceAnswer,
    as_list,
)


class Kept(AnswerForm):
    """A sentence of the page that keeps its words and gets other citations."""

    keep: str
    cites: list[str]


Slot = str | Kept | Told | Read
"""A sentence's place: the id of the one that stays, or a new one."""

Slots = Annotated[list[Slot], BeforeValidator(as_list)]


class ParagraphEdit(AnswerForm):
    id: str
    theme: str
    sentences: Slots


class EventEdit(AnswerForm):
    id: str
    date: str
    dated: Dated
    sentence: Slot


class VoiceEdit(AnswerForm):
    id: str
    voice: str
    change: Literal["new", "new point", "corrected", "sharpened", "shifted", "withdrawn"]
    position: Slots
    evolution: Sentences


class HeardEdit(AnswerForm):
    id: str
    voice: str
    sentence: Slot


class SideEdit(AnswerForm):
    side: str
    answer: str
    voice: str
    sentences: Slots


class TensionEdit(AnswerForm):
    id: str
    change: Literal["new", "new side", "new evidence", "narrowed", "answered", "reopened"]
    question: Slot
    sides: list[str | SideEdit]
    relation: Slots
    common_ground: Slots
    missing: Slots
    resolution: Sentences


class UpdateAnswer(AnswerForm):
    """The form of the edits. A paragraph or a side that stays as it is is its id, or its letter, alone."""

    title: str
    whats_new: Sentences
    in_brief: Slots
    cast: list[VoiceAnswer]
    narrative: list[str | ParagraphEdit]
    timeline: list[EventEdit]
    voices: list[VoiceEdit]
    also_heard: list[HeardEdit]
    tensions: list[TensionEdit]
    figures: list[ComparisonAnswer]
    missing_voices: list[MissingAnswer]
    retire: list[str]
    left_out: list[LeftOutAnswer]
