"""News for a page that stands: what the writer is shown, and its edits made into the next page.

The writer sees the page with every sentence's id and the claims that are new, no article and no older claim. It
answers with edits: a sentence that stays is named by its id and stays the same to the byte. Everything it does not
name in Timeline, Perspectives, Also heard and Tensions stays as it is.
"""

from collections.abc import Mapping, Sequence
from itertools import count
from typing import Literal, NamedTuple

from pipeline.prompts import AnswerForm, Rendered, prompt
from pipeline.records.claims import Claim
from pipeline.records.dates import partial_date
from pipeline.records.items import one_line
from pipeline.records.pages import AlsoHeard, Event, Evolution, Page, Paragraph, Perspective, Said, Side, Tension
from pipeline.synthesize import timeline
from pipeline.synthesize.answer import SentenceAnswer
from pipeline.synthesize.brief import Material, in_order, shown_sources, usable


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


class Updated(NamedTuple):
    """The next page. `kept` of its sentences stand as they stood; `unknown_ids` counts names that led nowhere."""

    page: Page
    kept: int
    unknown_ids: int


def names(page: Page, material: Sequence[Material]) -> dict[str, str]:
    """The short name of every claim the writer may cite, in this one call: those the page cites, then the new."""
    cited = [claim for said in page.said() for claim in said.claims]
    new = [claim.id for work in in_order(material) for claim in usable(work.extraction)]
    return {claim: f"c{number}" for number, claim in enumerate(dict.fromkeys([*cited, *new]), 1)}


def question(subject: str, page: Page, material: Sequence[Material], superseded: Mapping[str, str]) -> Rendered:
    """The prompt that asks for edits. `superseded` says of claims what has become of the words they rest on."""
    name_of = names(page, material)

    def shown(said: Said) -> dict[str, object]:
        cites = [name_of[claim] for claim in said.claims]
        return {
            "id": said.id,
            "text": said.text,
            "cites": cites,
            "reading": said.reading,
            "edited": "; ".join(f"{name_of[c]}: {superseded[c]}" for c in said.claims if c in superseded),
        }

    return prompt("update").render(title=subject, page=page, shown=shown, sources=shown_sources(material, name_of))


def next_page(
    answer: UpdateAnswer, page: Page, claims: Mapping[str, Claim], material: Sequence[Material], version: int
) -> Updated:
    """`page` after the edits of `answer`, as the page of `version`."""
    by_name = {name: claim for claim, name in names(page, material).items() if claim in claims}
    return _Editing(page, by_name, version).apply(answer)


class _Editing:
    """One page being edited. New parts get ids that begin with the version they were made in, so none comes twice."""

    def __init__(self, page: Page, by_name: Mapping[str, str], version: int) -> None:
        self._page, self._by_name, self._version = page, by_name, version
        self._said = {said.id: said for said in page.said()}
        self._narrative = [said for paragraph in page.narrative for said in paragraph.sentences]
        self._numbers = {letter: count(1) for letter in "spevht"}
        self._kept: set[str] = set()
        self._unknown = 0

    def apply(self, answer: UpdateAnswer) -> Updated:
        retired = {*answer.retire, *answer.timeline_retire}
        page = self._page
        narrative = tuple(self._paragraph(edit) for edit in answer.narrative)
        next_page = Page(
            title=one_line(answer.title or "")[:90] or page.title,
            whats_new=self._new(*answer.whats_new),
            narrative=tuple(part for part in narrative if part.sentences) or page.narrative,
            timeline=self._timeline(answer, retired),
            perspectives=self._perspectives(answer, retired),
            also_heard=self._also_heard(answer, retired),
            tensions=self._tensions(answer),
            missing_voices=tuple(one_line(voice) for voice in answer.missing_voices if one_line(voice)),
        )
        kept = sum(self._said.get(said.id) == said for said in next_page.said())
        return Updated(next_page, kept, self._unknown)

    def _id(self, letter: str) -> str:
        return f"{letter}{self._version}-{next(self._numbers[letter])}"

    def _paragraph(self, edit: ParagraphEdit) -> Paragraph:
        known = {part.id for part in self._page.narrative}
        return Paragraph(
            id=edit.id if edit.id in known else self._id("p"),
            theme=one_line(edit.theme),
            sentences=self._slots(edit.sentences),
        )

    def _timeline(self, answer: UpdateAnswer, retired: set[str]) -> tuple[Event, ...]:
        edits = {edit.id: edit for edit in answer.timeline if edit.id}
        known = {event.id for event in self._page.timeline}
        stays = [
            self._event(event, edits[event.id]) if event.id in edits else event
            for event in self._page.timeline
            if event.id not in retired
        ]
        added = [
            Event(id=self._id("e"), date=date, sentences=self._slots([edit.sentence]))
            for edit in answer.timeline
            if edit.id not in known and (date := partial_date(edit.date))
        ]
        return timeline.in_order([*stays, *(event for event in added if event.sentences)])

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
        known = {voice.id for voice in self._page.perspectives}
        voices += [self._new_voice(edit) for edit in answer.voices if edit.id not in known]
        return tuple(voice for voice in voices if voice.position)

    def _voice(self, before: Perspective, edit: VoiceEdit) -> Perspective:
        """The voice as it now stands. How its position evolved follows from the two positions: the same sentences
        are unchanged, whatever the edit calls them; others are what it calls them."""
        position = self._slots(edit.position) or before.position
        if position == before.position:
            return _unchanged(before).model_copy(update={"venue": one_line(edit.venue) or before.venue})
        venue = one_line(edit.venue) or before.venue
        if edit.change == "corrected":  # the page had it wrong: the voice has not moved
            evolution = _unchanged(before).evolution.model_copy(update={"sentences": self._new(*edit.evolution)})
        else:
            word = edit.change if edit.change in ("sharpened", "shifted", "withdrawn") else "sharpened"
            evolution = Evolution(word=word, since=self._version, sentences=self._new(*edit.evolution))
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
        known = {heard.id for heard in self._page.also_heard}
        stays = [
            heard.model_copy(update={"sentences": self._slots([edits[heard.id].sentence]) or heard.sentences})
            if heard.id in edits
            else heard
            for heard in self._page.also_heard
            if heard.id not in retired
        ]
        added = [
            AlsoHeard(id=self._id("h"), voice=one_line(edit.voice), sentences=self._slots([edit.sentence]))
            for edit in answer.also_heard
            if edit.id not in known
        ]
        return tuple(heard for heard in [*stays, *added] if heard.sentences)

    def _tensions(self, answer: UpdateAnswer) -> tuple[Tension, ...]:
        """Tensions are never retired: an answered one stays, as answered."""
        edits = {edit.id: edit for edit in answer.tensions if edit.id}
        known = {tension.id for tension in self._page.tensions}
        stays = [self._tension(t, edits[t.id]) if t.id in edits else t for t in self._page.tensions]
        added = [self._tension(None, edit) for edit in answer.tensions if edit.id not in known]
        return tuple(tension for tension in [*stays, *added] if tension.sentences and tension.sides)

    def _tension(self, before: Tension | None, edit: TensionEdit) -> Tension:
        moved = edit.change if edit.change in ("narrowed", "answered", "reopened") else None
        state = moved or (before.state if before else "open")
        sides = tuple(Side(voice=one_line(s.voice), sentences=self._slots(s.sentences)) for s in edit.sides)
        return Tension(
            id=before.id if before else self._id("t"),
            state=state,
            opened_in=before.opened_in if before else self._version,
            changed_in=self._version if before and state != before.state else (before.changed_in if before else None),
            sentences=self._slots([edit.question]) or (before.sentences if before else ()),
            sides=tuple(side for side in sides if side.sentences) or (before.sides if before else ()),
            missing=self._slots([edit.missing]),
            resolution=self._new(*edit.resolution) or (before.resolution if before and state == before.state else ()),
        )

    def _slots(self, slots: Sequence[SlotAnswer]) -> tuple[Said, ...]:
        """Kept sentences as they stand, each once in the page; new ones under new ids."""
        found = []
        for slot in slots:
            if slot.keep:
                kept = self._said.get(slot.keep)
                if kept is None:
                    self._unknown += 1
                elif slot.keep not in self._kept:
                    self._kept.add(slot.keep)
                    found.append(kept)
            elif slot.text and one_line(slot.text):
                found.append(self._sentence(slot.text, slot.cites, slot.reading))
        return tuple(found)

    def _new(self, *answers: SentenceAnswer) -> tuple[Said, ...]:
        return tuple(self._sentence(a.text, a.cites, a.reading) for a in answers if one_line(a.text))

    def _sentence(self, text: str, cites: Sequence[str], reading: bool) -> Said:
        """A new sentence; where it only retypes one of the narrative (which the answer gives whole), that one, on what
        it cites now."""
        known = [self._by_name[name] for name in cites if name in self._by_name]
        self._unknown += len(cites) - len(known)
        words = one_line(text)
        stood = next((s.id for s in self._narrative if s.text == words and s.id not in self._kept), None)
        if stood:
            self._kept.add(stood)
        claims = tuple(dict.fromkeys(known))
        return Said(id=stood or self._id("s"), text=words, claims=claims, reading=reading)


def _unchanged(voice: Perspective) -> Perspective:
    """A voice whose position stands: unchanged since the version that first held it so."""
    return voice.model_copy(update={"evolution": Evolution(word="unchanged", since=voice.evolution.since)})
