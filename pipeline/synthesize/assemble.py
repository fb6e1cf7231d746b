"""The writer's answer becomes a page: short names are resolved to claims, and every part gets a lasting id."""

from collections.abc import Mapping
from itertools import count
from typing import NamedTuple

from pipeline.records.claims import Claim
from pipeline.records.dates import partial_date
from pipeline.records.pages import AlsoHeard, Event, Evolution, Page, Paragraph, Perspective, Sentence, Side, Tension
from pipeline.synthesize.answer import PageAnswer, SentenceAnswer
from pipeline.synthesize.timeline import in_order
from pipeline.text import one_line

_LONGEST_TITLE = 90  # characters; chosen, not measured


class Assembly(NamedTuple):
    """A page, and how many short names in the answer belonged to no claim."""

    page: Page
    unknown_ids: int


def page_of(answer: PageAnswer, names: Mapping[str, Claim], title: str, version: int) -> Assembly:
    """The page of `answer`, numbered for `version`. `names` maps short names to claims; unknown ones are dropped and
    counted. Events without a usable date and parts without a sentence are left out. `title` is used where the answer
    gives none."""
    return _Assembler(names, version).page(answer, title)


class _Assembler:
    """Builds one page; counts its sentences and the unknown short names."""

    def __init__(self, names: Mapping[str, Claim], version: int) -> None:
        self._names, self._version = names, version
        self._sentence_numbers = count(1)
        self._unknown_names = 0

    def page(self, answer: PageAnswer, title: str) -> Assembly:
        """The page, with the count of unknown names."""
        page = Page(
            title=one_line(answer.title)[:_LONGEST_TITLE] or title,
            narrative=tuple(
                Paragraph(
                    id=f"p{self._version}-{n}", theme=one_line(part.theme), sentences=self._sentences(*part.sentences)
                )
                for n, part in enumerate(answer.narrative, 1)
                if part.sentences
            ),
            timeline=in_order(
                Event(id=f"e{self._version}-{n}", date=date, sentences=self._sentences(part.sentence))
                for n, part in enumerate(answer.timeline, 1)
                if (date := partial_date(part.date))
            ),
            perspectives=tuple(
                Perspective(
                    id=f"v{self._version}-{n}",
                    voice=one_line(part.voice),
                    venue=one_line(part.venue),
                    position=self._sentences(*part.position),
                    evolution=Evolution(word="new", since=self._version),
                )
                for n, part in enumerate(answer.perspectives, 1)
                if part.position
            ),
            also_heard=tuple(
                AlsoHeard(
                    id=f"h{self._version}-{n}", voice=one_line(part.voice), sentences=self._sentences(part.sentence)
                )
                for n, part in enumerate(answer.also_heard, 1)
            ),
            tensions=tuple(
                Tension(
                    id=f"t{self._version}-{n}",
                    state="open",
                    opened_in=self._version,
                    sentences=self._sentences(part.question),
                    sides=tuple(
                        Side(voice=one_line(side.voice), sentences=self._sentences(*side.sentences))
                        for side in part.sides
                    ),
                    missing=self._sentences(part.missing),
                )
                for n, part in enumerate(answer.tensions, 1)
            ),
            missing_voices=tuple(one_line(voice) for voice in answer.missing_voices if one_line(voice)),
        )
        return Assembly(page, self._unknown_names)

    def _sentences(self, *answers: SentenceAnswer) -> tuple[Sentence, ...]:
        return tuple(self._sentence(answer) for answer in answers if one_line(answer.text))

    def _sentence(self, answer: SentenceAnswer) -> Sentence:
        claim_ids = [self._names[name].id for name in answer.cites if name in self._names]
        self._unknown_names += len(answer.cites) - len(claim_ids)
        return Sentence(
            id=f"s{self._version}-{next(self._sentence_numbers)}",
            text=one_line(answer.text),
            claims=tuple(dict.fromkeys(claim_ids)),
            reading=answer.reading,
        )
