"""A page, sentence by sentence, and the version that freezes it.

`Version` is also a public format: its JSON is what `/threads/<slug>/v<N>/index.json` holds. Fields may be added; those
there are keep their names and meaning.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Literal

from pydantic import Field, FiniteFloat, field_serializer

from pipeline.records import Record
from pipeline.records.claims import ClaimKind, Loss, Quotation, Reference
from pipeline.records.dates import PartialDate, Span
from pipeline.records.posts import Moment
from pipeline.records.threads import Correction, ThreadState

SectionName = Literal["In brief", "Narrative", "Timeline", "Perspectives", "Tensions", "Missing voices"]
"""The sections that a model writes, by their headings."""


class Sentence(Record):
    """One sentence of a page: plain prose, with the ids of the claims that prove it, or `reading` where it is the
    machine's own interpretation."""

    id: str
    text: str
    claims: tuple[str, ...]
    reading: bool


class Paragraph(Record):
    """One paragraph of the narrative, and what it is about."""

    id: str
    theme: str
    sentences: tuple[Sentence, ...]


class Voice(Record):
    """One entry of a thread's cast: a person, a body, or a document that speaks for itself. `also` are all its other
    names; `venue` is where it spoke, or through whom it is heard. `same_because` are the claims on which it rests that
    its names are one; None where a program or the operator said so, or nothing had to be concluded."""

    id: str
    name: str
    also: tuple[str, ...] = ()
    role: str = ""
    venue: str = ""
    same_because: tuple[str, ...] | None = None


Dated = Literal["stated", "derived", "expected"]
"""Whether a source states an event's date, it was worked out, or the event lies ahead."""


class Event(Record):
    """One entry of the timeline."""

    id: str
    date: PartialDate
    dated: Dated = "stated"
    sentences: tuple[Sentence, ...]


class Evolution(Record):
    """How a voice's position has changed, in one word, and since which version."""

    word: Literal["new", "unchanged", "sharpened", "shifted", "withdrawn"]
    since: int
    sentences: tuple[Sentence, ...] = ()


class Perspective(Record):
    """What one voice holds, where it speaks, and how its position evolved. The first sentence of `position` is its
    stance in one line."""

    id: str
    voice: str
    venue: str
    position: tuple[Sentence, ...]
    evolution: Evolution


class AlsoHeard(Record):
    """A voice that speaks without a perspective of its own on the page."""

    id: str
    voice: str
    sentences: tuple[Sentence, ...]


class Side(Record):
    """One answer to the question of a tension: the answer itself in a few words, who gives it, and what it rests on.
    Versions of earlier programs have no `answer`."""

    answer: str = ""
    voice: str
    sentences: tuple[Sentence, ...]


class Tension(Record):
    """A dispute over time: opened in one version, and narrowed, answered or reopened in another (`changed_in`), for the
    reason that `resolution` gives. `sentences` put the question, `relation` says how the answers stand to one another,
    `common_ground` what all sides grant, `missing` what evidence is absent."""

    id: str
    state: Literal["open", "narrowed", "answered", "reopened"]
    opened_in: int
    changed_in: int | None = None
    sentences: tuple[Sentence, ...]
    sides: tuple[Side, ...]
    relation: tuple[Sentence, ...] = ()
    common_ground: tuple[Sentence, ...] = ()
    missing: tuple[Sentence, ...]
    resolution: tuple[Sentence, ...] = ()


class Figure(Record):
    """A quantity that somebody measured or claims, as the sentences of `claims` say it: `value`, and with its margin
    `low` and `high` (None where none is given). `about` says what is measured, in the same words for figures that may
    be compared, `of` what exactly this one is of, in its own source's terms; `unit` is "" where there is none, `voice`
    "" where it is nobody's."""

    id: str
    about: str
    of: str = ""
    unit: str = ""
    value: FiniteFloat
    low: FiniteFloat | None = None
    high: FiniteFloat | None = None
    date: PartialDate | None = None
    voice: str = ""
    claims: tuple[str, ...]


class Page(Record):
    """The written sections. Every sentence has citations or is marked as the machine's own reading; `missing_because`
    are the claims that a line of `missing_voices` rests on. `unwritten` are the sections for which the model gave no
    whole answer: absent from a first page, and from a later one as they were."""

    title: str
    in_brief: tuple[Sentence, ...] = ()
    whats_new: tuple[Sentence, ...] = ()
    cast: tuple[Voice, ...] = ()
    narrative: tuple[Paragraph, ...]
    timeline: tuple[Event, ...]
    perspectives: tuple[Perspective, ...]
    also_heard: tuple[AlsoHeard, ...]
    tensions: tuple[Tension, ...]
    figures: tuple[Figure, ...] = ()
    missing_voices: tuple[str, ...] = ()
    missing_because: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    unwritten: tuple[SectionName, ...] = ()

    def all_claims(self) -> dict[str, None]:
        """The ids of the claims behind its sentences and figures, each once, in the order a reader meets them."""
        told = (claim for sentence in self.all_sentences() for claim in sentence.claims)
        return dict.fromkeys((*told, *(claim for figure in self.figures for claim in figure.claims)))

    def all_sentences(self) -> Iterator[Sentence]:
        """Every sentence, in the order a reader meets them."""
        yield from self.in_brief
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
            yield from tension.relation
            yield from tension.common_ground
            yield from tension.missing
            yield from tension.resolution


class CitedClaim(Record):
    """A claim as a version keeps it, with the number of its reference (`source`) and the id of the snapshot that holds
    its words; of a discussion, with the id of the post that makes it and when that was written. `translation` is the
    machine's, of its quotations into the page's language, where these are in another."""

    item: str
    source: int
    snapshot: str
    statement: str
    speaker: str | None
    kind: ClaimKind
    occurred: Span
    quotations: tuple[Quotation, ...] = Field(alias="evidence")
    post: str | None = None
    posted: Moment | None = None
    translation: str = ""


class Coverage(Record):
    """One item that the thread has seen: whether the page uses it, and why or why not."""

    item: str
    title: str
    venue: str
    used: bool
    reason: str


class ItemCounts(Record):
    """How many items the thread has seen, from which kind of source, and how many were read and cited."""

    total: int
    feeds: int
    search: int
    pages: int
    links: int = 0
    read: int
    cited: int


class Voices(Record):
    """Who speaks, counted by author and origin: those who speak for themselves, and outlets that only retell others."""

    independent: tuple[str, ...] = ()
    retelling: tuple[str, ...] = ()


class Tokens(Record):
    """Tokens that a model read and wrote."""

    prompt: int
    completion: int


class MadeBy(Record):
    """How a version was made. `calls` and `tokens` count the model replies that the version is based on, whether this
    run or an earlier one paid for them; `inputs` are the ids of the extractions it was written from. `prompts` are the
    fingerprints of the prompts, by name, and `own_prompts` the names of those that its operator has replaced.
    `price` is None where settings name no price; `estimated` says that an endpoint gave no counts. `kept` counts
    sentences taken unchanged from the version before, `left_out` claims that did not fit into the question,
    `checks` runs of the gates; `supported`, `unjudged`, `repaired` and `struck` count what the support check and
    the gates did to sentences, `found` how often each code was raised, `not_checked` counts sentences that a sure
    gate would have to read in a language it does not know, `unknown_ids` the names in the answer that stand for
    nothing it was given. `losses` are the claims dropped and the sentences struck or repaired."""

    program: str
    model: str
    prompts: dict[str, str]
    own_prompts: tuple[str, ...] = ()
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
    not_checked: int = 0
    unknown_ids: int
    inputs: tuple[str, ...]
    losses: tuple[Loss, ...] = ()


class ThreadHead(Record):
    """The thread as a version names it."""

    slug: str
    title: str
    state: ThreadState


class Version(Record):
    """A numbered page with everything that is needed to show and to prove it. Never changes once stored. `language` is
    the one it is written in; `sources` are the references it cites, by number, `claims` the cited claims, by
    id. `corrections` are the operator's, as the page has them."""

    contract: Literal["information-machine/version/1"] = Field(default="information-machine/version/1", alias="schema")
    thread: ThreadHead
    language: str = "en"
    version: int
    made_at: datetime
    previous: int | None
    items: ItemCounts
    voices: Voices = Voices()
    in_brief: tuple[Sentence, ...] = ()
    whats_new: tuple[Sentence, ...]
    cast: tuple[Voice, ...] = ()
    narrative: tuple[Paragraph, ...]
    timeline: tuple[Event, ...]
    perspectives: tuple[Perspective, ...]
    also_heard: tuple[AlsoHeard, ...]
    tensions: tuple[Tension, ...]
    figures: tuple[Figure, ...] = ()
    missing_voices: tuple[str, ...]
    missing_because: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    unwritten: tuple[SectionName, ...] = ()
    sources: tuple[Reference, ...]
    claims: dict[str, CitedClaim]
    coverage: tuple[Coverage, ...]
    corrections: tuple[Correction, ...] = ()
    made_by: MadeBy

    @field_serializer("made_at")
    def _to_the_second(self, moment: datetime) -> str:
        return moment.strftime("%Y-%m-%dT%H:%M:%SZ")

    def page(self) -> Page:
        """The written sections alone."""
        sections = {name: getattr(self, name) for name in Page.model_fields if name != "title"}
        return Page(title=self.thread.title, **sections)
