"""The question that asks for searches for what a page lacks."""

import unicodedata
from collections.abc import Iterable

from pipeline.prompts import AnswerForm, RenderedPrompt, prompt
from pipeline.records.claims import Extraction
from pipeline.records.pages import Version
from pipeline.text import one_line
from pipeline.verify.likeness import is_named

_LONGEST_SEARCH = 100  # characters; chosen, not measured


class SearchAnswer(AnswerForm):
    words: str
    why: str


class PursueAnswer(AnswerForm):
    searches: list[SearchAnswer]


def question(title: str, version: Version, extractions: Iterable[Extraction], most: int) -> RenderedPrompt:
    """The prompt that asks for at most `most` searches. It names the people and works that the extractions know only
    second-hand, except those that are voices or sources of the page themselves."""
    first_hand = "\n".join([*version.voices.independent, *(reference.title for reference in version.sources)])
    named = dict.fromkeys(
        name
        for extraction in extractions
        for name in (*extraction.heard_only_through_others, *extraction.works_described)
    )
    return prompt("pursue").render(
        title=title,
        thesis=version.thread.title,
        most=most,
        tensions=[tension for tension in version.tensions if tension.state != "answered"],
        missing_voices=version.missing_voices,
        second_hand=[name for name in named if not is_named(name, first_hand)],
        sources=version.sources,
    )


def searches(answer: PursueAnswer, most: int) -> tuple[str, ...]:
    """The words to search for, each search once, at most `most`. Other characters than those of plain words, of any
    script, are removed."""
    cleaned = (
        one_line("".join(c if _is_in_words(c) else " " for c in search.words))[:_LONGEST_SEARCH].strip()
        for search in answer.searches
    )
    return tuple(dict.fromkeys(words for words in cleaned if words))[:most]


def _is_in_words(character: str) -> bool:
    """Whether a character stands in plain words: a letter or figure, a sign that is written on or in letters, as the
    vowels of Indic scripts, or what joins letters."""
    return character.isalnum() or character in "_'’.-\u200c\u200d" or unicodedata.category(character).startswith("M")
