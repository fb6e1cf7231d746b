"""The writer's answer becomes a page: ids of sentences are resolved to claims, and every part gets a lasting id."""

from collections.abc import Iterable, Sequence
from itertools import count

from pipeline.records.dates import partial_date
from pipeline.records.pages import (
    AlsoHeard,
    Event,
    Evolution,
    Page,
    Paragraph,
    Perspective,
    Sentence,
    Side,
    Tension,
    Voice,
)
from pipeline.records.threads import CastDecision
from pipeline.synthesize import cast
from pipeline.synthesize.answer import MissingAnswer, PageAnswer, Read, SentenceAnswer
from pipeline.synthesize.citing import Citer
from pipeline.synthesize.timeline import in_order
from pipeline.text import one_line

_LONGEST_TITLE = 90  # characters; chosen, not measured


def page_of(
    answer: PageAnswer,
    citer: Citer,
    title: str,
    version: int,
    known: Sequence[Voice] = (),
    decisions: Sequence[CastDecision] = (),
) -> Page:
    """The page of `answer`, numbered for `version`. Events without a usable date and parts without a sentence are left
    out. `title` is used where the answer gives none; `known` is the cast of an earlier version, `decisions` the
    operator's word on it."""
    return _Assembler(citer, version).page(answer, title, known, decisions)


def missing(answers: Iterable[MissingAnswer], citer: Citer) -> dict[str, tuple[str, ...]]:
    """Who is missing and why, a line each, with the claims that it rests on."""
    return {
        f"{name}: {why}" if (why := one_line(each.why)) else name: citer.claims(each.cites)
        for each in answers
        if (name := one_line(each.name))
    }


def sentence_of(answer: SentenceAnswer, sentence_id: str, citer: Citer) -> Sentence:
    """The sentence of an answer, which may have no text."""
    reading = isinstance(answer, Read)
    text = one_line(answer.reading if isinstance(answer, Read) else answer.text)
    return Sentence(id=sentence_id, text=text, claims=citer.claims(answer.cites), reading=reading)


class _Assembler:
    """Builds one page and counts its sentences."""

    def __init__(self, citer: Citer, version: int) -> None:
        self._citer, self._version = citer, version
        self._sentence_numbers, self._voice_numbers = count(1), count(1)

    def page(self, answer: PageAnswer, title: str, known: Sequence[Voice], decisions: Sequence[CastDecision]) -> Page:
        """The page of an answer."""
        version = self._version
        absent = missing(answer.missing_voices, self._citer)
        voices = cast.with_answers(known, answer.cast, self._citer.claims, self._voice_id)
        page = Page(
            title=one_line(answer.title)[:_LONGEST_TITLE] or title,
            in_brief=self._sentences(answer.in_brief),
            cast=cast.decided(voices, decisions),
            narrative=tuple(
                Paragraph(id=f"p{version}-{n}", theme=one_line(part.theme), sentences=self._sentences(part.sentences))
                for n, part in enumerate(answer.narrative, 1)
                if part.sentences
            ),
            timeline=in_order(
                Event(id=f"e{version}-{n}", date=date, dated=part.dated, sentences=self._sentences([part.sentence]))
                for n, part in enumerate(answer.timeline, 1)
                if (date := partial_date(part.date))
            ),
            perspectives=tuple(
                Perspective(
                    id=f"v{version}-{n}",
                    voice=one_line(part.voice),
                    venue="",
                    position=self._sentences(part.position),
                    evolution=Evolution(word="new", since=version),
                )
                for n, part in enumerate(answer.perspectives, 1)
                if part.position
            ),
            also_heard=tuple(
                AlsoHeard(id=f"h{version}-{n}", voice=one_line(part.voice), sentences=self._sentences([part.sentence]))
                for n, part in enumerate(answer.also_heard, 1)
            ),
            tensions=tuple(
                Tension(
                    id=f"t{version}-{n}",
                    state="open",
                    opened_in=version,
                    sentences=self._sentences([part.question]),
                    sides=tuple(
                        Side(
                            answer=one_line(side.answer),
                            voice=one_line(side.voice),
                            sentences=self._sentences(side.sentences),
                        )
                        for side in part.sides
                    ),
                    relation=self._sentences(part.relation),
                    common_ground=self._sentences(part.common_ground),
                    missing=self._sentences(part.missing),
                )
                for n, part in enumerate(answer.tensions, 1)
            ),
            missing_voices=tuple(absent),
            missing_because=absent,
        )
        return cast.with_one_name(page)

    def _voice_id(self) -> str:
        return f"k{self._version}-{next(self._voice_numbers)}"

    def _sentences(self, answers: Iterable[SentenceAnswer]) -> tuple[Sentence, ...]:
        sentences = (self._sentence(answer) for answer in answers)
        return tuple(sentence for sentence in sentences if sentence.text)

    def _sentence(self, answer: SentenceAnswer) -> Sentence:
        return sentence_of(answer, f"s{self._version}-{next(self._sentence_numbers)}", self._citer)
