"""The sections that a page is asked for one by one, where its answer in one piece was cut off.

Each section is some fields of the whole answer's form. It is asked for about the same material, with a stated limit of
words: together less than a whole page has. What comes is put together to one answer of the whole form, in which a
section that did not come is empty.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, Final, NamedTuple, TypeVar

from pydantic import create_model

from pipeline.prompts import AnswerForm, RenderedPrompt, prompt
from pipeline.records.pages import SectionName
from pipeline.synthesize.answer import VoiceAnswer

A = TypeVar("A", bound=AnswerForm)


class Section(NamedTuple):
    """One section: its fields in the form of a page and in that of edits, and how many words it may have."""

    name: SectionName
    of_page: tuple[str, ...]
    of_update: tuple[str, ...]
    words: int

    def form(self, whole: type[AnswerForm]) -> type[AnswerForm]:
        """The part of the form `whole`, a page's or that of edits, that is this section."""
        fields = self.of_update if set(self.of_update) <= set(whole.model_fields) else self.of_page
        return _part(whole, fields)


SECTIONS: Final = (
    Section("In brief", ("title", "cast", "in_brief"), ("title", "whats_new", "in_brief", "cast"), 150),
    Section("Narrative", ("narrative",), ("narrative",), 900),
    Section("Timeline", ("timeline",), ("timeline", "retire"), 300),
    Section("Perspectives", ("perspectives", "also_heard"), ("voices", "also_heard", "retire"), 600),
    Section("Tensions", ("tensions", "figures"), ("tensions", "figures"), 600),
    Section("Missing voices", ("missing_voices",), ("missing_voices",), 100),
)
"""The first decides who is who, which the others are told. Their lengths are chosen, not measured: a whole page has
at most 3,500 words."""


def question(section: Section, whole: RenderedPrompt, cast: Sequence[VoiceAnswer], words: int) -> RenderedPrompt:
    """The prompt for one section in at most `words`, about the material of the question that asked for all. `cast` is
    who is who, as far as that was answered."""
    return prompt(f"{whole.name}_section").render(material=whole.user, section=section.name, cast=cast, words=words)


def joined(whole: type[A], parts: Iterable[AnswerForm]) -> A:
    """The answers about sections as one of the form `whole`. What none of them has is empty."""
    values: dict[str, Any] = {name: "" if field.annotation is str else [] for name, field in whole.model_fields.items()}
    for part in parts:
        for name, value in part:
            values[name] += value
    return whole(**values)


@cache
def _part(whole: type[AnswerForm], fields: tuple[str, ...]) -> type[AnswerForm]:
    """A form of some fields of another."""
    chosen: dict[str, Any] = {
        name: (field.annotation, field) for name, field in whole.model_fields.items() if name in fields
    }
    return create_model("_".join((whole.__name__, *fields)), __base__=AnswerForm, **chosen)
