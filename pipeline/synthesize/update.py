"""Updates an existing page: what the writer is shown, and how its edits make the next page.

The writer sees the page, every sentence with its id, the sentences of the sources that it rests on, and all of the new
sources. It answers with edits: a sentence that stays is named by its id and stays the same to the byte. What it does
not name in Timeline, Perspectives, Also heard and Tensions stays as it is.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import count
from typing import NamedTuple

from pipeline.prompts import RenderedPrompt, prompt
from pipeline.records.dates import PartialDate, partial_date
from pipeline.records.pages import (
    AlsoHeard,
    Event,
    Evolution,
    Page,
    Paragraph,
    Perspective,
    SectionName,
    Sentence,
    Side,
    Tension,
)
from pipeline.records.threads import CastDecision
from pipeline.synthesize import cast, timeline
from pipeline.synthesize.answer import Read, SentenceAnswer, Told
from pipeline.synthesize.assemble import missing, sentence_of
from pipeline.synthesize.citing import Citer
from pipeline.synthesize.edits import (
    EventEdit,
    HeardEdit,
    Kept,
    ParagraphEdit,
    SideEdit,
    Slot,
    TensionEdit,
    UpdateAnswer,
    VoiceEdit,
)
from pipeline.synthesize.figures import amount
from pipeline.text import one_line
from pipeline.text.tags import english_name
from pipeline.verify.numbered import NumberedSource

_LONGEST_TITLE = 90  # characters; chosen, not measured
_SIDE_LETTERS = "abcdefgh"  # as the prompt gives them


class PageUpdate(NamedTuple):
    """The next page. `kept` counts its unchanged sentences, `unknown_ids` the names in the answer that belonged to no
    sentence of the page."""

    page: Page
    kept: int
    unknown_ids: int


def question(
    subject: str,
    page: Page,
    sources: Sequence[NumberedSource],
    names: Mapping[str, Sequence[str]],
    superseded: Mapping[str, str],
    language: str,
    figures: Sequence[Mapping[str, str]] = (),
) -> RenderedPrompt:
    """The prompt that asks for edits in `language`, that of the page. `names` are the ids of the sentences that each
    cited claim consists of; `superseded` maps claim ids to what happened to the source text they rest on; `figures` are
    those that the page may compare and does not yet."""

    def ids(claims: Iterable[str]) -> list[str]:
        return list(dict.fromkeys(name for claim in claims for name in names.get(claim, ())))

    def sentence_entry(sentence: Sentence) -> dict[str, object]:
        return {
            "id": sentence.id,
            "text": sentence.text,
            "cites": ids(sentence.claims),
            "reading": sentence.reading,
            "edited": "; ".join(
                f"{', '.join(names.get(claim, ())) or 'a source'}: {superseded[claim]}"
                for claim in sentence.claims
                if claim in superseded
            ),
        }

    named_sides = tuple(  # a side that has no letter cannot be named, and is not shown
        tension.model_copy(update={"sides": tension.sides[: len(_SIDE_LETTERS)]}) for tension in page.tensions
    )
    return prompt("update").render(
        title=subject,
        language=english_name(language),
        page=page.model_copy(update={"tensions": named_sides}),
        shown=sentence_entry,
        missing=[{"line": line, "cites": ids(page.missing_because.get(line, ()))} for line in page.missing_voices],
        amount=amount,
        figures=figures,
        sources=[source.entry() for source in sources],
    )


def next_page(
    answer: UpdateAnswer,
    page: Page,
    citer: Citer,
    version: int,
    decisions: Sequence[CastDecision] = (),
    unwritten: tuple[SectionName, ...] = (),
) -> PageUpdate:
    """`page` with the edits of `answer`, as the page of `version`. `decisions` are the operator's word on the cast,
    `unwritten` the sections of which the answer has nothing: they stay as they are."""
    return _PageEditor(page, citer, version).apply(answer, decisions, unwritten)


class _PageEditor:
    """Edits one page. The ids of new parts begin with the number of the version that they are new in, so they are
    unique among a thread's versions."""

    def __init__(self, page: Page, citer: Citer, version: int) -> None:
        self._page, self._citer, self._version = page, citer, version
        self._sentences = {sentence.id: sentence for sentence in page.all_sentences()}
        self._narrative = [sentence for paragraph in page.narrative for sentence in paragraph.sentences]
        self._numbers = {letter: count(1) for letter in "spevhtk"}
        self._kept: set[str] = set()
        self._unknown_names = 0

    def apply(
        self, answer: UpdateAnswer, decisions: Sequence[CastDecision], unwritten: tuple[SectionName, ...]
    ) -> PageUpdate:
        """The page after the edits, with the counts of kept sentences and unknown names."""
        retired = set(answer.retire)
        page = self._page
        voices = cast.with_answers(page.cast, answer.cast, self._citer.claims, lambda: self._id("k"))
        absent = missing(answer.missing_voices, self._citer)
        keeps_missing = "Missing voices" in unwritten  # an answer that has none says that none is missing
        narrative = tuple(part for edit in answer.narrative if (part := self._paragraph(edit)) and part.sentences)
        next_page = Page(
            title=one_line(answer.title)[:_LONGEST_TITLE] or page.title,
            whats_new=self._new_sentences(answer.whats_new),
            in_brief=self._slots(answer.in_brief) or page.in_brief,
            cast=cast.decided(voices, decisions),
            narrative=narrative or page.narrative,
            timeline=self._timeline(answer, retired),
            perspectives=self._perspectives(answer, retired),
            also_heard=self._also_heard(answer, retired),
            tensions=self._tensions(answer),
            figures=page.figures,
            missing_voices=page.missing_voices if keeps_missing else tuple(absent),
            missing_because=page.missing_because if keeps_missing else absent,
            unwritten=unwritten,
        )
        kept = sum(self._sentences.get(sentence.id) == sentence for sentence in next_page.all_sentences())
        return PageUpdate(cast.with_one_name(next_page), kept, self._unknown_names)

    def _id(self, letter: str) -> str:
        return f"{letter}{self._version}-{next(self._numbers[letter])}"

    def _paragraph(self, edit: str | ParagraphEdit) -> Paragraph | None:
        existing = {part.id: part for part in self._page.narrative}
        if isinstance(edit, str):
            part = existing.get(edit)
            if part is None:
                self._unknown_names += 1
                return None
            return part.model_copy(update={"sentences": self._slots([sentence.id for sentence in part.sentences])})
        return Paragraph(
            id=edit.id if edit.id in existing else self._id("p"),
            theme=one_line(edit.theme),
            sentences=self._slots(edit.sentences),
        )

    def _timeline(self, answer: UpdateAnswer, retired: set[str]) -> tuple[Event, ...]:
        edits = {edit.id: edit for edit in answer.timeline if edit.id}
        existing = {event.id for event in self._page.timeline}
        remaining = [
            self._event(event, edits[event.id]) if event.id in edits else event
            for event in self._page.timeline
            if event.id not in retired
        ]
        added = [
            Event(id=self._id("e"), date=date, dated=edit.dated, sentences=self._slots([edit.sentence]))
            for edit in answer.timeline
            if edit.id not in existing and (date := partial_date(edit.date))
        ]
        return timeline.in_order([*remaining, *(event for event in added if event.sentences)])

    def _event(self, before: Event, edit: EventEdit) -> Event:
        date: PartialDate = partial_date(edit.date) or before.date
        sentences = self._slots([edit.sentence]) or before.sentences
        return before.model_copy(update={"date": date, "dated": edit.dated, "sentences": sentences})

    def _perspectives(self, answer: UpdateAnswer, retired: set[str]) -> tuple[Perspective, ...]:
        edits = {edit.id: edit for edit in answer.voices if edit.id}
        voices = []
        for voice in self._page.perspectives:
            if voice.id in retired:
                continue
            edit = edits.get(voice.id)
            voices.append(self._voice(voice, edit) if edit else _unchanged(voice))
        existing = {voice.id for voice in self._page.perspectives}
        voices += [self._new_voice(edit) for edit in answer.voices if edit.id not in existing]
        return tuple(voice for voice in voices if voice.position)

    def _voice(self, before: Perspective, edit: VoiceEdit) -> Perspective:
        """The voice after an edit. Its evolution follows from the two positions: the same sentences mean "unchanged",
        whatever the edit calls the change; other sentences mean what the edit calls it."""
        position = self._slots(edit.position) or before.position
        if position == before.position:
            return _unchanged(before)
        if edit.change == "corrected":  # the page was wrong: the voice has not changed its position
            evolution = _unchanged(before).evolution.model_copy(
                update={"sentences": self._new_sentences(edit.evolution)}
            )
        else:
            word = edit.change if edit.change in ("sharpened", "shifted", "withdrawn") else "sharpened"
            evolution = Evolution(word=word, since=self._version, sentences=self._new_sentences(edit.evolution))
        return before.model_copy(update={"position": position, "evolution": evolution})

    def _new_voice(self, edit: VoiceEdit) -> Perspective:
        return Perspective(
            id=self._id("v"),
            voice=one_line(edit.voice),
            venue="",
            position=self._slots(edit.position),
            evolution=Evolution(word="new", since=self._version),
        )

    def _also_heard(self, answer: UpdateAnswer, retired: set[str]) -> tuple[AlsoHeard, ...]:
        edits = {edit.id: edit for edit in answer.also_heard if edit.id}
        existing = {heard.id for heard in self._page.also_heard}
        remaining = [
            self._heard(heard, edits[heard.id]) if heard.id in edits else heard
            for heard in self._page.also_heard
            if heard.id not in retired
        ]
        added = [
            AlsoHeard(id=self._id("h"), voice=one_line(edit.voice), sentences=self._slots([edit.sentence]))
            for edit in answer.also_heard
            if edit.id not in existing
        ]
        return tuple(heard for heard in [*remaining, *added] if heard.sentences)

    def _heard(self, before: AlsoHeard, edit: HeardEdit) -> AlsoHeard:
        """The entry after an edit: others may have come to share it."""
        sentences = self._slots([edit.sentence]) or before.sentences
        return before.model_copy(update={"voice": one_line(edit.voice) or before.voice, "sentences": sentences})

    def _tensions(self, answer: UpdateAnswer) -> tuple[Tension, ...]:
        """Tensions are never retired: an answered one stays on the page, marked as answered."""
        edits = {edit.id: edit for edit in answer.tensions if edit.id}
        existing = {tension.id for tension in self._page.tensions}
        remaining = [
            self._tension(tension, edits[tension.id]) if tension.id in edits else tension
            for tension in self._page.tensions
        ]
        added = [self._tension(None, edit) for edit in answer.tensions if edit.id not in existing]
        return tuple(tension for tension in [*remaining, *added] if tension.sentences and tension.sides)

    def _tension(self, before: Tension | None, edit: TensionEdit) -> Tension:
        new_state = edit.change if edit.change in ("narrowed", "answered", "reopened") else None
        state = new_state or (before.state if before else "open")
        sides = tuple(part for side in edit.sides if (part := self._side(before, side)) and part.sentences)
        return Tension(
            id=before.id if before else self._id("t"),
            state=state,
            opened_in=before.opened_in if before else self._version,
            changed_in=self._version if before and state != before.state else (before.changed_in if before else None),
            sentences=self._slots([edit.question]) or (before.sentences if before else ()),
            sides=sides or (before.sides if before else ()),
            relation=self._slots(edit.relation),
            common_ground=self._slots(edit.common_ground),
            missing=self._slots(edit.missing),
            resolution=self._new_sentences(edit.resolution)
            or (before.resolution if before and state == before.state else ()),
        )

    def _side(self, before: Tension | None, edit: str | SideEdit) -> Side | None:
        """A side after an edit; the one that a letter names stays as it is."""
        if isinstance(edit, SideEdit):
            return Side(answer=one_line(edit.answer), voice=one_line(edit.voice), sentences=self._slots(edit.sentences))
        place = _SIDE_LETTERS.find(edit.strip()[:1] or "-")
        if before is None or not 0 <= place < len(before.sides):
            self._unknown_names += 1
            return None
        side = before.sides[place]
        return side.model_copy(update={"sentences": self._slots([sentence.id for sentence in side.sentences])})

    def _slots(self, slots: Iterable[Slot]) -> tuple[Sentence, ...]:
        """The sentences of the slots: kept ones unchanged, each once in the page; new ones with new ids."""
        return tuple(sentence for slot in slots if (sentence := self._slot(slot)))

    def _slot(self, slot: Slot) -> Sentence | None:
        if isinstance(slot, Told | Read):
            return self._sentence(slot)
        name = (slot.keep if isinstance(slot, Kept) else slot).strip()
        sentence = self._sentences.get(name)
        if sentence is None:
            self._unknown_names += 1
            return None
        if name in self._kept:
            return None
        self._kept.add(name)
        claims = self._citer.claims(slot.cites) if isinstance(slot, Kept) else sentence.claims
        return sentence.model_copy(update={"claims": claims})

    def _new_sentences(self, answers: Iterable[SentenceAnswer]) -> tuple[Sentence, ...]:
        return tuple(sentence for answer in answers if (sentence := self._sentence(answer)))

    def _sentence(self, answer: SentenceAnswer) -> Sentence | None:
        """A new sentence; None where it has no words. Where it only repeats one of the narrative, which the answer
        gives whole, it keeps that one's id but has the new citations."""
        sentence = sentence_of(answer, "", self._citer)
        if not sentence.text:
            return None
        repeated = next((s.id for s in self._narrative if s.text == sentence.text and s.id not in self._kept), None)
        if repeated:
            self._kept.add(repeated)
        return sentence.model_copy(update={"id": repeated or self._id("s")})


def _unchanged(voice: Perspective) -> Perspective:
    """The voice with its position marked as unchanged, since the same version as before."""
    return voice.model_copy(update={"evolution": Evolution(word="unchanged", since=voice.evolution.since)})
