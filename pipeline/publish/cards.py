"""A page's citations as a reader meets them: [n] behind a sentence, and the exact words behind each [n].

Every cited sentence stands once on a page, under its source: so it is printed, and so a reader without style sheets is
led to it. A style sheet of the page's own lifts a source's words out of the list while an [n] that rests on them is
pointed at, focused or followed, and shows of them those alone that this [n] rests on. Nothing is written twice, and no
script is needed.
"""

from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple

from pipeline.publish.library import Cited
from pipeline.records.claims import Quotation, Source
from pipeline.records.pages import Said, Version


class Cite(NamedTuple):
    """One [n] of one sentence, and the place of its words on the page."""

    number: int
    place: str


class Quote(NamedTuple):
    """One cited stretch of a source, of whole sentences: under which places it is shown, and whose claim it proves,
    where that is one other's than the author's. It bears the id of a place it is shown under, where that has none
    yet."""

    under: tuple[str, ...]
    text: str
    speaker: str | None
    id: str = ""


class Words(NamedTuple):
    """All cited words of one source in the order they stand, the places that [n]s lead to and no quote bears the id of,
    the claim on the item's page that the first of them prove, and `speaker`, where all are one other person's words
    than the author's."""

    quotes: tuple[Quote, ...]
    places: tuple[str, ...]
    claim: str
    speaker: str | None


class Citations:
    """The citations of all sentences of a page."""

    def __init__(self, of: Version | Cited, sentences: Iterable[Said]) -> None:
        self._of = of
        self._passages = {source.number: _passages(of, source) for source in of.sources}
        self._places: dict[int, dict[tuple[int, ...], str]] = {}
        for said in sentences:
            for number, quotes in self._rests_on(said).items():
                places = self._places.setdefault(number, {})
                places.setdefault(quotes, _letters(len(places)))

    def behind(self, *sentences: Said) -> tuple[Cite, ...]:
        """The [n]s of a sentence, in order; of several, each source's first."""
        found: dict[int, Cite] = {}
        for said in sentences:
            for number, quotes in self._rests_on(said).items():
                found.setdefault(number, Cite(number, f"c{number}-{self._places[number][quotes]}"))
        return tuple(found[number] for number in sorted(found))

    def words(self, source: Source) -> Words | None:
        """The words of a source that the page rests on; None where it cites none."""
        if source.number not in self._places:
            return None
        passages, places = self._passages[source.number], self._places[source.number]
        cited = [(n, piece) for n, piece in enumerate(passages.pieces) if any(n in held for held in places)]
        speakers = {piece.speaker for _, piece in cited}
        all_by = speakers.pop() if len(speakers) == 1 else None
        quotes = list[Quote]()
        ids = {place: f"c{source.number}-{place}" for place in places.values()}
        for number, piece in cited:
            under = tuple(place for held, place in places.items() if number in held)
            own = next((ids.pop(place) for place in under if place in ids), "")
            speaker = None if all_by else piece.speaker
            quotes.append(Quote(under, piece.text, speaker, id=own))
        return Words(tuple(quotes), tuple(ids.values()), passages.claim, all_by)

    @property
    def numbers(self) -> tuple[int, ...]:
        """The sources that the page cites."""
        return tuple(sorted(self._places))

    @property
    def places(self) -> tuple[str, ...]:
        """The names of all places."""
        return tuple(dict.fromkeys(place for places in self._places.values() for place in places.values()))

    def _rests_on(self, said: Said) -> dict[int, tuple[int, ...]]:
        """The quotes that a sentence rests on, by source, in the order they stand there."""
        spans: dict[int, list[Quotation]] = {}
        for claim_id in said.claims:
            claim = self._of.claims.get(claim_id)
            if claim:
                spans.setdefault(claim.source, []).extend(claim.evidence)
        return {number: self._passages[number].within(held) for number, held in sorted(spans.items())}


class _Piece(NamedTuple):
    """A stretch of a source that no quotation divides."""

    start: int
    end: int
    text: str
    speaker: str | None


class _Passages(NamedTuple):
    """All that is cited of a source, each stretch once, and the claim that the first of them prove."""

    pieces: tuple[_Piece, ...]
    claim: str

    def within(self, quotations: Iterable[Quotation]) -> tuple[int, ...]:
        """The pieces that the quotations are made of."""
        held = [(words.start, words.end) for words in quotations]
        return tuple(
            number
            for number, piece in enumerate(self.pieces)
            if any(start <= piece.start and piece.end <= end for start, end in held)
        )


def _passages(of: Version | Cited, source: Source) -> _Passages:
    """Quotations overlap: they are divided where one of them begins or ends, so that no words stand twice."""
    held = [
        (words, claim.speaker, claim_id)
        for claim_id, claim in of.claims.items()
        if claim.source == source.number
        for words in claim.evidence
    ]
    bounds = sorted({at for words, _, _ in held for at in (words.start, words.end)})
    pieces: list[_Piece] = []
    for start, end in pairwise(bounds):
        over = [(words, speaker) for words, speaker, _ in held if words.start <= start and end <= words.end]
        text = over[0][0].text[start - over[0][0].start : end - over[0][0].start] if over else ""
        if text.strip():
            names = {None if name and _is_author(name, source.author) else name for _, name in over}
            speaker = names.pop() if len(names) == 1 else None
            pieces.append(_Piece(start, end, text.strip(), speaker))
    first = min(held, key=lambda each: (each[0].start, each[2]))[2] if held else ""
    return _Passages(tuple(pieces), first)


def _is_author(speaker: str, author: str | None) -> bool:
    def names(text: str) -> set[str]:
        return {word.strip(",;.").casefold() for word in text.split()} - {"and", "&"}

    return bool(author) and names(speaker) <= names(author or "")


def _letters(number: int) -> str:
    """The name of a source's next place: a to z, aa to zz and so on. A place is a set of stretches that some [n] rests
    on; each stretch bears the names of its places as classes, so that one rule serves all sources."""
    return chr(97 + number % 26) * (1 + number // 26)
