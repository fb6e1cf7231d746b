"""Updates an existing page: what the writer is shown, and how its edits make the next page.

The writer sees the page, every sentence with its id, and the new claims: no article and no older claim. It answers with
edits: a sentence that stays is named by its id and stays the same to the byte. What it does not name in Timeline,
Perspectives, Also heard and Tensions stays as it is.
"""

from collections.abc import Mapping, Sequence
from itertools import count
from typing import Literal, NamedTuple

from pipeline.prompts import AnswerForm, RenderedPrompt, prompt
from pipeline.records.claims import Claim
from pipeline.records.dates import partial_date
from pipeline.records.pages import AlsoHeard, Event, Evolution, Page, Paragraph, Perspective, Sentence, Side, Tension
from pipeline.synthesize import timeline
from pipeline.synthesize.answer import SentenceAnswer
from pipeline.synthesize.brief import Material, oldest_first, source_entries, usable_claims
from pipeline.text import one_line

_LONGEST_TITLE = 90  # characters; chosen, not measured


class SlotAnswer(AnswerForm):
    """A sentence's place: `keep` names the one that stays, else `text` is a new one."""

    keep: str | None
    text: str | None
    cites: list[str]
    reading: bool


class ParagraphEdit(AnswerForm):
    id: str | None
    theme: str
    sentences: list[SlotAnswer]


class EventEdit(AnswerForm):
    id: str | None
    date: str
    sentence: SlotAnswer


class VoiceEdit(AnswerForm):
    id: str | None
    voice: str
    venue: str
    change: Literal["new", "new point", "corrected", "sharpened", "shifted", "withdrawn"]
    position: list[SlotAnswer]
    evolution: list[SentenceAnswer]


class HeardEdit(AnswerForm):
    id: str | None
    voice: str
    sentence: SlotAnswer


class SideEdit(AnswerForm):
    voice: str
    sentences: list[SlotAnswer]


class TensionEdit(AnswerForm):
    id: str | None
    change: Literal["new", "new side", "new evidence", "narrowed", "answered", "reopened"]
    question: SlotAnswer
    sides: list[SideEdit]
    missing: SlotAnswer
    resolution: list[SentenceAnswer]


class UpdateAnswer(AnswerForm):
    """The form of the edits."""

    title: str | None
    whats_new: list[SentenceAnswer]
    narrative: list[ParagraphEdit]
    timeline: list[EventEdit]
    timeline_retire: list[str]
    voices: list[VoiceEdit]
    also_heard: list[HeardEdit]
    retire: list[str]
    tensions: list[TensionEdit]
    missing_voices: list[str]


class PageUpdate(NamedTuple):
    """The next page. `kept` counts its unchanged sentences, `unknown_ids` the names in the answer that belonged to no
    sentence or claim."""

    page: Page
    kept: int
    unknown_ids: int


def names_by_claim(page: Page, material: Sequence[Material]) -> dict[str, str]:
    """The short names that this one prompt gives to the claims the writer may cite, by claim id: those the page cites,
    then the new ones."""
    cited = [claim_id for sentence in page.all_sentences() for claim_id in sentence.claims]
    new = [claim.id for work in oldest_first(material) for claim in usable_claims(work.extraction)]
    return {claim_id: f"c{number}" for number, claim_id in enumerate(dict.fromkeys([*cited, *new]), 1)}


def question(subject: str, page: Page, material: Sequence[Material], superseded: Mapping[str, str]) -> RenderedPrompt:
    """The prompt that asks for edits. `superseded` maps claim ids to what happened to the source text they rest on."""
    name_of = names_by_claim(page, material)

    def sentence_entry(sentence: Sentence) -> dict[str, object]:
        return {
            "id": sentence.id,
            "text": sentence.text,
            "cites": [name_of[claim_id] for claim_id in sentence.claims],
            "reading": sentence.reading,
            "edited": "; ".join(f"{name_of[c]}: {superseded[c]}" for c in sentence.claims if c in superseded),
        }

    return prompt("update").render(
        title=subject, page=page, shown=sentence_entry, sources=source_entries(material, name_of)
    )


def next_page(
    answer: UpdateAnswer, page: Page, claims: Mapping[str, Claim], material: Sequence[Material], version: int
) -> PageUpdate:
    """`page` with the edits of `answer`, as the page of `version`. `claims` are those a page may cite, by id; a name of
    any other counts as unknown."""
    claim_by_name = {name: claim for claim, name in names_by_claim(page, material).items() if claim in claims}
    return _PageEditor(page, claim_by_name, version).apply(answer)


class _PageEditor:
    """Edits one page. The ids of new parts begin with the number of the version that they are new in, so they are
    unique among a thread's versions."""

    def __init__(self, page: Page, claim_by_name: Mapping[str, str], version: int) -> None:
        self._page, self._claim_by_name, self._version = page, claim_by_name, version
        self._sentences = {sentence.id: sentence for sentence in page.all_sentences()}
        self._narrative = [sentence for paragraph in page.narrative for sentence in paragraph.sentences]
        self._numbers = {letter: count(1) for letter in "spevht"}
        self._kept: set[str] = set()
        self._unknown_names = 0

    def apply(self, answer: UpdateAnswer) -> PageUpdate:
        """The page after the edits, with the counts of kept sentences and unknown names."""
        retired = {*answer.retire, *answer.timeline_retire}
        page = self._page
        narrative = tuple(self._paragraph(edit) for edit in answer.narrative)
        next_page = Page(
            title=one_line(answer.title or "")[:_LONGEST_TITLE] or page.title,
            whats_new=self._new_sentences(*answer.whats_new),
            narrative=tuple(part for part in narrative if part.sentences) or page.narrative,
            timeline=self._timeline(answer, retired),
            perspectives=self._perspectives(answer, retired),
            also_heard=self._also_heard(answer, retired),
            tensions=self._tensions(answer),
            missing_voices=tuple(one_line(voice) for voice in answer.missing_voices if one_line(voice)),
        )
        kept = sum(self._sentences.get(sentence.id) == sentence for sentence in next_page.all_sentences())
        return PageUpdate(next_page, kept, self._unknown_names)

    def _id(self, letter: str) -> str:
        return f"{letter}{self._version}-{next(self._numbers[letter])}"

    def _paragraph(self, edit: ParagraphEdit) -> Paragraph:
        existing = {part.id for part in self._page.narrative}
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
            Event(id=self._id("e"), date=date, sentences=self._slots([edit.sentence]))
            for edit in answer.timeline
            if edit.id not in existing and (date := partial_date(edit.date))
        ]
        return timeline.in_order([*remaining, *(event for event in added if event.sentences)])

    def _event(self, before: Event, edit: EventEdit) -> Event:
        date = partial_date(edit.date) or before.date
        return before.model_copy(update={"date": date, "sentences": self._slots([edit.sentence]) or before.sentences})

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
            return _unchanged(before).model_copy(update={"venue": one_line(edit.venue) or before.venue})
        venue = one_line(edit.venue) or before.venue
        if edit.change == "corrected":  # the page was wrong: the voice has not changed its position
            evolution = _unchanged(before).evolution.model_copy(
                update={"sentences": self._new_sentences(*edit.evolution)}
            )
        else:
            word = edit.change if edit.change in ("sharpened", "shifted", "withdrawn") else "sharpened"
            evolution = Evolution(word=word, since=self._version, sentences=self._new_sentences(*edit.evolution))
        return before.model_copy(update={"venue": venue, "position": position, "evolution": evolution})

    def _new_voice(self, edit: VoiceEdit) -> Perspective:
        return Perspective(
            id=self._id("v"),
            voice=one_line(edit.voice),
            venue=one_line(edit.venue),
            position=self._slots(edit.position),
            evolution=Evolution(word="new", since=self._version),
        )

    def _also_heard(self, answer: UpdateAnswer, retired: set[str]) -> tuple[AlsoHeard, ...]:
        edits = {edit.id: edit for edit in answer.also_heard if edit.id}
        existing = {heard.id for heard in self._page.also_heard}
        remaining = [
            heard.model_copy(update={"sentences": self._slots([edits[heard.id].sentence]) or heard.sentences})
            if heard.id in edits
            else heard
            for heard in self._page.also_heard
            if heard.id not in retired
        ]
        added = [
            AlsoHeard(id=self._id("h"), voice=one_line(edit.voice), sentences=self._slots([edit.sentence]))
            for edit in answer.also_heard
            if edit.id not in existing
        ]
        return tuple(heard for heard in [*remaining, *added] if heard.sentences)

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
        sides = tuple(Side(voice=one_line(side.voice), sentences=self._slots(side.sentences)) for side in edit.sides)
        return Tension(
            id=before.id if before else self._id("t"),
            state=state,
            opened_in=before.opened_in if before else self._version,
            changed_in=self._version if before and state != before.state else (before.changed_in if before else None),
            sentences=self._slots([edit.question]) or (before.sentences if before else ()),
            sides=tuple(side for side in sides if side.sentences) or (before.sides if before else ()),
            missing=self._slots([edit.missing]),
            resolution=self._new_sentences(*edit.resolution)
            or (before.resolution if before and state == before.state else ()),
        )

    def _slots(self, slots: Sequence[SlotAnswer]) -> tuple[Sentence, ...]:
        """The sentences of the slots: kept ones unchanged, each once in the page; new ones with new ids."""
        sentences = []
        for slot in slots:
            if slot.keep:
                sentence = self._sentences.get(slot.keep)
                if sentence is None:
                    self._unknown_names += 1
                elif slot.keep not in self._kept:
                    self._kept.add(slot.keep)
                    sentences.append(sentence)
            elif slot.text and one_line(slot.text):
                sentences.append(self._sentence(slot.text, slot.cites, slot.reading))
        return tuple(sentences)

    def _new_sentences(self, *answers: SentenceAnswer) -> tuple[Sentence, ...]:
        return tuple(
            self._sentence(answer.text, answer.cites, answer.reading) for answer in answers if one_line(answer.text)
        )

    def _sentence(self, text: str, cites: Sequence[str], reading: bool) -> Sentence:
        """A new sentence. Where it only repeats one of the narrative, which the answer gives whole, it keeps that one's
        id but has the new citations."""
        claim_ids = [self._claim_by_name[name] for name in cites if name in self._claim_by_name]
        self._unknown_names += len(cites) - len(claim_ids)
        line = one_line(text)
        repeated = next((s.id for s in self._narrative if s.text == line and s.id not in self._kept), None)
        if repeated:
            self._kept.add(repeated)
        claims = tuple(dict.fromkeys(claim_ids))
        return Sentence(id=repeated or self._id("s"), text=line, claims=claims, reading=reading)


def _unchanged(voice: Perspective) -> Perspective:
    """The voice with its position marked as unchanged, since the same version as before."""
    return voice.model_copy(update={"evolution": Evolution(word="unchanged", since=voice.evolution.since)})
