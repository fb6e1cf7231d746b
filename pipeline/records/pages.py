"""A page, sentence by sentence, and the version that freezes it.

`Version` is also the outside contract: its JSON is what `/threads/<slug>/v<N>/index.json` holds. Fields may be
added; those there keep their names and meaning.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Literal

from pydantic import Field, field_serializer

from pipeline.records import Record
from pipeline.records.claims import Kind, Quotation, Source
from pipeline.records.dates import PartialDate, Span
from pipeline.records.threads import ThreadState


class Said(Record):
    """One sentence of a page: plain prose, the claims that prove it, or `reading` where it is the machine's own."""

    id: str
    text: str
    claims: tuple[str, ...]
    reading: bool


class Paragraph(Record):
    id: str
    theme: str
    sentences: tuple[Said, ...]


class Event(Record):
    id: str
    date: PartialDate
    sentences: tuple[Said, ...]


class Evolution(Record):
    """How a voice's position moved, in one word, since which version."""

    word: Literal["new", "unchanged", "sharpened", "shifted", "withdrawn"]
    since: int
    sentences: tuple[Said, ...] = ()


class Perspective(Record):
    id: str
    voice: str
    venue: str
    position: tuple[Said, ...]
    evolution: Evolution


class AlsoHeard(Record):
    id: str
    voice: str
    sentences: tuple[Said, ...]


class Side(Record):
    voice: str
    sentences: tuple[Said, ...]


class Tension(Record):
    """A dispute and its life: opened in one version, narrowed, answered or reopened in another (`changed_in`), by what
    `resolution` says. `sentences` put the question, `missing` says what evidence is absent."""

    id: str
    state: Literal["open", "narrowed", "answered", "reopened"]
    opened_in: int
    changed_in: int | None = None
    sentences: tuple[Said, ...]
    sides: tuple[Side, ...]
    missing: tuple[Said, ...]
    resolution: tuple[Said, ...] = ()


class Page(Record):
    """The written sections. Every sentence is cited or marked as the machine's own reading."""

    title: str
    whats_new: tuple[Said, ...] = ()
    narrative: tuple[Paragraph, ...]
    timeline: tuple[Event, ...]
    perspectives: tuple[Perspective, ...]
    also_heard: tuple[AlsoHeard, ...]
    tensions: tuple[Tension, ...]
    missing_voices: tuple[str, ...] = ()

    def said(self) -> Iterator[Said]:
        """Every sentence, in the order a reader meets them."""
        yield from self.whats_new
        for paragraph in self.narrative:
            yield from paragraph.sentences
        for event in self.timeline:
            yield from event.sentences
        for perspective in self.perspectives:
            yield from perspective.position
            yield from perspective.evolution.sentences
        for heard in self.also_heard:
            yield from heard.sentences
        for tension in self.tensions:
            yield from tension.sentences
            for side in tension.sides:
                yield from side.sentences
            yield from tension.missing
            yield from tension.resolution


class CitedClaim(Record):
    """A claim as a version keeps it, with the number of its source and the snapshot its words stand in."""

    item: str
    source: int
    snapshot: str
    statement: str
    speaker: str | None
    kind: Kind
    occurred: Span
    evidence: tuple[Quotation, ...]


class Coverage(Record):
    """One item seen by the thread, and what became of it."""

    item: str
    title: str
    venue: str
    used: bool
    reason: str


class ItemCounts(Record):
    """How many items the thread has seen, from where, and how far they came."""

    total: int
    feeds: int
    search: int
    pages: int
    links: int = 0
    read: int
    cited: int


class Voices(Record):
    """Who speaks, counted by author and origin: those who speak for themselves, and outlets that retell others."""

    independent: tuple[str, ...] = ()
    retelling: tuple[str, ...] = ()


class Tokens(Record):
    prompt: int
    completion: int


class MadeBy(Record):
    """How a version was made. `calls` and `tokens` count the model replies the version rests on, whether this run
    or an earlier one paid for them; `inputs` are the extractions it was written from. `price` is None where
    settings name no price, `estimated` says that an endpoint gave no counts. `kept` counts
    sentences taken over from the version before as they stood, `left_out` claims that did not fit into the question,
    `checks` gate runs; `supported` to
    `struck` say what the support check and the gates did to sentences, `found` how often each code was raised."""

    program: str
    model: str
    prompts: dict[str, str]
    calls: int
    tokens: Tokens
    price: float | None
    estimated: bool
    kept: int
    left_out: int = 0
    checks: int
    supported: int
    unjudged: int
    repaired: int
    struck: int
    found: dict[str, int]
    unknown_ids: int
    inputs: tuple[str, ...]


class ThreadHead(Record):
    slug: str
    title: str
    state: ThreadState


class Version(Record):
    """A numbered page with everything it needs to be shown and proved. Never changes once stored."""

    contract: Literal["information-machine/version/1"] = Field(default="information-machine/version/1", alias="schema")
    thread: ThreadHead
    version: int
    made_at: datetime
    previous: int | None
    items: ItemCounts
    voices: Voices = Voices()
    whats_new: tuple[Said, ...]
    narrative: tuple[Paragraph, ...]
    timeline: tuple[Event, ...]
    perspectives: tuple[Perspective, ...]
    also_heard: tuple[AlsoHeard, ...]
    tensions: tuple[Tension, ...]
    missing_voices: tuple[str, ...]
    sources: tuple[Source, ...]
    claims: dict[str, CitedClaim]
    coverage: tuple[Coverage, ...]
    made_by: MadeBy

    @field_serializer("made_at")
    def _to_the_second(self, moment: datetime) -> str:
        return moment.strftime("%Y-%m-%dT%H:%M:%SZ")

    def page(self) -> Page:
        """The written sections alone."""
        sections = {name: getattr(self, name) for name in Page.model_fields if name != "title"}
        return Page(title=self.thread.title, **sections)
