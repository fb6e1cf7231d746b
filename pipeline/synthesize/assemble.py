"""The writer's answer becomes a page: short names turn back into claims, every part gets an id that lasts."""

from collections.abc import Mapping
from itertools import count
from typing import NamedTuple

from pipeline.records.claims import Claim
from pipeline.records.dates import partial_date
from pipeline.records.items import one_line
from pipeline.records.pages import (
    AlsoHeard,
    Event,
    Evolution,
    Page,
    Paragraph,
    Perspective,
    Said,
    Side,
    Tension,
)
from pipeline.synthesize.answer import PageAnswer, SentenceAnswer
from pipeline.synthesize.timeline import in_order

_LONGEST_TITLE = 90


class Assembled(NamedTuple):
    """A page, and how many names in the answer named no claim."""

    page: Page
    unknown_ids: int


def page_of(answer: PageAnswer, names: Mapping[str, Claim], title: str, version: int) -> Assembled:
    """The page that `answer` gives, written whole for `version`. Unknown names are dropped and counted; an event
    without a usable date or a part without a sentence is left out. `title` is kept where the answer gives none."""
    return _Assembly(names, version).page(answer, title)


class _Assembly:
    """One page being put together: counts ids, and names that lead nowhere."""

    def __init__(self, names: Mapping[str, Claim], version: int) -> None:
        self._names, self._version = names, version
        self._numbers = count(1)
        self._unknown = 0

    def page(self, answer: PageAnswer, title: str) -> Assembled:
        page = Page(
            title=one_line(answer.title)[:_LONGEST_TITLE] or title,
            narrative=tuple(
                Paragraph(id=f"p{self._version}-{n}", theme=one_line(part.theme), sentences=self._said(*part.sentences))
                for n, part in enumerate(answer.narrative, 1)
                if part.sentences
            ),
            timeline=in_order(
                Event(id=f"e{self._version}-{n}", date=date, sentences=self._said(part.sentence))
                for n, part in enumerate(answer.timeline, 1)
                if (date := partial_date(part.date))
            ),
            perspectives=tuple(
                Perspective(
                    id=f"v{self._version}-{n}",
                    voice=one_line(part.voice),
                    venue=one_line(part.venue),
                    position=self._said(*part.position),
                    evolution=Evolution(word="new", since=self._version),
                )
                for n, part in enumerate(answer.perspectives, 1)
                if part.position
            ),
            also_heard=tuple(
                AlsoHeard(id=f"h{self._version}-{n}", voice=one_line(part.voice), sentences=self._said(part.sentence))
                for n, part in enumerate(answer.also_heard, 1)
            ),
            tensions=tuple(
                Tension(
                    id=f"t{self._version}-{n}",
                    state="open",
                    opened_in=self._version,
                    sentences=self._said(part.question),
                    sides=tuple(
                        Side(voice=one_line(side.voice), sentences=self._said(*side.sentences)) for side in part.sides
                    ),
                    missing=self._said(part.missing),
                )
                for n, part in enumerate(answer.tensions, 1)
            ),
            missing_voices=tuple(one_line(voice) for voice in answer.missing_voices if one_line(voice)),
        )
        return Assembled(page, self._unknown)

    def _said(self, *answers: SentenceAnswer) -> tuple[Said, ...]:
        return tuple(self._sentence(answer) for answer in answers if one_line(answer.text))

    def _sentence(self, answer: SentenceAnswer) -> Said:
        known = [self._names[name].id for name in answer.cites if name in self._names]
        self._unknown += len(answer.cites) - len(known)
        return Said(
            id=f"s{self._version}-{next(self._numbers)}",
            text=one_line(answer.text),
            claims=tuple(dict.fromkeys(known)),
            reading=answer.reading,
        )
