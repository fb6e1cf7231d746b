"""A page's citations: [n] behind a sentence, and the exact words behind each [n].

Every cited sentence is on a page once, under its source: it is printed there, and a reader without style sheets is led
there. Each page has a style sheet of its own. While an [n] is pointed at, focused or followed, it lifts the source's
words out of the list, and shows only those that this [n] rests on. Nothing is on the page twice, and no script is
needed.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

from pipeline.publish.library import CitedSources
from pipeline.publish.pictures.figures import kinds_of
from pipeline.records.claims import CitedPost, Quotation, Reference
from pipeline.records.pages import CitedClaim, Version

_SPOKEN = re.compile('["“”„«»「『]')
"""Marks of words that are somebody's own."""
_SHORTEST_NAME = 2  # letters of a last name that words are searched for, as some of East Asia have no more


class Marker(NamedTuple):
    """One [n] of one place: the source's number, and the id of the element on the page that it links to."""

    number: int
    anchor: str


class Translation(NamedTuple):
    """The machine's translation of the words above it, which belongs to these groups of words."""

    groups: tuple[str, ...]
    text: str
    language: str


class Quote(NamedTuple):
    """One cited passage of a source. `groups` are the groups of words it belongs to (see `_letters`); `speaker` is
    whose claim it proves, where that is one person other than the author; `id` is the anchor of one of its groups,
    where no quote before it bears that, or "". `post` is the post of a discussion that it stands in; `translations` are
    of the passages that end with it."""

    groups: tuple[str, ...]
    text: str
    speaker: str | None
    id: str = ""
    post: CitedPost | None = None
    translations: tuple[Translation, ...] = ()

    @property
    def others(self) -> tuple[str, ...]:
        """The groups that its id does not name."""
        return tuple(group for group in self.groups if not self.id.endswith(f"-{group}"))


class Run(NamedTuple):
    """Quotes that share their speaker and their post, and all groups of words that any of them belongs to."""

    quotes: tuple[Quote, ...]
    groups: tuple[str, ...]


class Passages(NamedTuple):
    """All cited words of one source, in the source's order. `anchors` are those that [n]s link to and no quote bears as
    its id; `claim` is the one on the item's page that the first words prove; `speaker` is whose words all of them are,
    where that is one person other than the author."""

    quotes: tuple[Quote, ...]
    anchors: tuple[str, ...]
    claim: str
    speaker: str | None

    @property
    def runs(self) -> tuple[Run, ...]:
        """The quotes, those that follow one another from one post and of one person together."""
        same = (tuple(quotes) for _, quotes in groupby(self.quotes, lambda quote: (quote.speaker, quote.post)))
        return tuple(Run(quotes, tuple(dict.fromkeys(g for quote in quotes for g in quote.groups))) for quotes in same)


class Citations:
    """The citations of a page. `places` are the ids of the claims that each of its sentences, or whatever else bears an
    [n], rests on."""

    def __init__(self, cited: Version | CitedSources, places: Iterable[Sequence[str]]) -> None:
        self._cited = cited
        self._texts = {source.number: _cited_text(cited, source) for source in cited.sources}
        self._groups: dict[int, dict[tuple[int, ...], str]] = {}
        self._names = _last_names(cited)
        for claims in places:
            for number, pieces in self._pieces_of(claims).items():
                groups = self._groups.setdefault(number, {})
                groups.setdefault(pieces, _letters(len(groups)))

    def markers(self, *places: Sequence[str]) -> tuple[Marker, ...]:
        """The [n]s of one of the places, by number; of several of them, the first of each source."""
        markers: dict[int, Marker] = {}
        for claims in places:
            for number, pieces in self._pieces_of(claims).items():
                markers.setdefault(number, Marker(number, f"c{number}-{self._groups[number][pieces]}"))
        return tuple(markers[number] for number in sorted(markers))

    def passages(self, source: Reference) -> Passages | None:
        """The words of a source that the page rests on; None where it cites none."""
        if source.number not in self._groups:
            return None
        text, groups = self._texts[source.number], self._groups[source.number]
        cited = [(n, piece) for n, piece in enumerate(text.pieces) if any(n in pieces for pieces in groups)]
        speakers = {piece.speaker for _, piece in cited}
        only_speaker = speakers.pop() if len(speakers) == 1 else None
        quotes, translations = list[Quote](), self._translations(source)
        anchors = {group: f"c{source.number}-{group}" for group in groups.values()}
        for number, piece in cited:
            names = tuple(group for pieces, group in groups.items() if number in pieces)
            anchor = next((anchors.pop(group) for group in names if group in anchors), "")
            is_told = only_speaker or not self._are_spoken(piece.text)
            speaker = None if is_told and not piece.post else piece.speaker
            below = tuple(translations.get(number, ()))
            quotes.append(Quote(names, piece.text, speaker, id=anchor, post=piece.post, translations=below))
        only_speaker = only_speaker if not source.posts else None
        return Passages(tuple(quotes), tuple(anchors.values()), text.claim, only_speaker)

    def _are_spoken(self, text: str) -> bool:
        """Whether words of a source are somebody's own and do not say whose: they have quotation marks, and name none
        of the voices. Below others a name would give one voice's words to another, where a claim rests on both."""
        folded = text.casefold()
        return bool(_SPOKEN.search(text)) and not any(name in folded for name in self._names)

    def languages(self, claims: Iterable[str]) -> frozenset[str]:
        """The languages of the sources that the claims are from, as far as they are known."""
        numbers = {claim.source for claim_id in claims if (claim := self._cited.claims.get(claim_id))}
        return frozenset(s.language for s in self._cited.sources if s.number in numbers and s.language)

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers of the sources that the page cites."""
        return tuple(sorted(self._groups))

    @property
    def groups(self) -> tuple[str, ...]:
        """The names of all groups of words, of any source."""
        return tuple(dict.fromkeys(group for groups in self._groups.values() for group in groups.values()))

    def _translations(self, source: Reference) -> dict[int, list[Translation]]:
        """The translations of a source's claims, each once, by the last piece of the words they are of."""
        text, found = self._texts[source.number], dict[int, list[Translation]]()
        for claim_id, claim in self._cited.claims.items():
            if not claim.translation or claim.source != source.number:
                continue
            pieces = text.pieces_of([claim_id])
            groups = self._groups[source.number].items()
            names = tuple(name for of_group, name in groups if set(pieces) <= set(of_group))
            if pieces and names:
                below = found.setdefault(pieces[-1], [])
                if all(claim.translation != other.text for other in below):
                    below.append(Translation(names, claim.translation, self._read_in(claim_id)))
        return found

    def _read_in(self, claim: str) -> str:
        """The language of the page that cites a claim."""
        return self._cited.language if isinstance(self._cited, Version) else self._cited.languages[claim]

    def _pieces_of(self, claims: Sequence[str]) -> dict[int, tuple[int, ...]]:
        """The pieces that the claims rest on, by the number of their source, in the source's order."""
        cited: dict[int, list[str]] = {}
        for claim_id in claims:
            claim = self._cited.claims.get(claim_id)
            if claim:
                cited.setdefault(claim.source, []).append(claim_id)
        return {number: self._texts[number].pieces_of(ids) for number, ids in sorted(cited.items())}


def citations_of(version: Version) -> Citations:
    """The citations of a version's page: of its sentences, of what says that two names are one voice's, of what says
    that somebody is missing, and of the figures that are drawn."""
    sentences = (sentence.claims for sentence in version.page().all_sentences())
    voices = (voice.same_because or () for voice in version.cast)
    figures = (figure.claims for kind in kinds_of(version) for figure in kind)
    return Citations(version, [*sentences, *voices, *version.missing_because.values(), *figures])


class _Piece(NamedTuple):
    """A passage of a source in which no quotation begins or ends. `post` is the post of a discussion that has it."""

    text: str
    speaker: str | None
    post: CitedPost | None = None


class _CitedText(NamedTuple):
    """All that is cited of a source, each piece once; the claim that the first words prove; and by claim the indices of
    the pieces that its quotations consist of."""

    pieces: tuple[_Piece, ...]
    claim: str
    pieces_by_claim: Mapping[str, Sequence[int]]

    def pieces_of(self, claims: Iterable[str]) -> tuple[int, ...]:
        """The indices of the pieces that the quotations of the claims consist of."""
        return tuple(sorted({number for claim in claims for number in self.pieces_by_claim[claim]}))


def _within(cuts: Sequence[tuple[int, int]], claim: CitedClaim) -> list[int]:
    """The indices of the pieces that the quotations of a claim consist of. `cuts` are all pieces of its snapshot, from
    where each begins there, to the next; no two lie over one another."""
    found: set[int] = set()
    for quotation in claim.quotations:
        first, end = (bisect_left(cuts, (bound, -1)) for bound in (quotation.start, quotation.end))
        found |= {piece for _, piece in cuts[first:end]}
    return sorted(found)


def _cited_text(cited: Version | CitedSources, source: Reference) -> _CitedText:
    """What `cited` quotes of `source`. Quotations overlap, and an edited source has most of its words in several
    snapshots: in each, quotations are cut wherever one of them begins or ends, and a piece is kept once, so that no
    words are on the page twice."""
    claims = [(claim_id, claim) for claim_id, claim in cited.claims.items() if claim.source == source.number]
    pieces: dict[tuple[str, str], _Piece] = {}
    posts = {post.id: post for post in source.posts}
    numbers: dict[tuple[str, str], int] = {}
    cuts: dict[str, list[tuple[int, int]]] = {claim.snapshot: [] for _, claim in claims}
    for snapshot, own in cuts.items():
        quotations = [(q, claim) for _, claim in claims if claim.snapshot == snapshot for q in claim.quotations]
        bounds = sorted({bound for quotation, _ in quotations for bound in (quotation.start, quotation.end)})
        places = {bound: place for place, bound in enumerate(bounds)}
        over: list[list[tuple[Quotation, CitedClaim]]] = [[] for _ in bounds]  # by where a piece begins
        for quotation, claim in quotations:
            for place in range(places[quotation.start], places[quotation.end]):
                over[place].append((quotation, claim))
        for (start, end), covering in zip(pairwise(bounds), over, strict=False):
            text = covering[0][0].text[start - covering[0][0].start : end - covering[0][0].start] if covering else ""
            if text.strip():
                post = posts.get(covering[0][1].post or "")
                author = post.name if post else source.author
                names = {claim.speaker for _, claim in covering}
                speakers = {None if name and _is_author(name, author) else name for name in names}
                speaker = speakers.pop() if len(speakers) == 1 else None
                key = (text.strip(), post.id if post else "")
                pieces.setdefault(key, _Piece(text.strip(), speaker, post))
                own.append((start, numbers.setdefault(key, len(numbers))))
    order = {snapshot: place for place, snapshot in enumerate(cuts)}
    starts = [(order[c.snapshot], q.start, claim_id) for claim_id, c in claims for q in c.quotations]
    by_claim = {claim_id: _within(cuts[claim.snapshot], claim) for claim_id, claim in claims}
    return _CitedText(tuple(pieces.values()), min(starts)[2] if starts else "", by_claim)


def _last_names(cited: Version | CitedSources) -> frozenset[str]:
    """The last words of the names of all voices, folded."""
    speakers = [claim.speaker for claim in cited.claims.values() if claim.speaker]
    voices = [name for voice in cited.cast for name in (voice.name, *voice.also)] if isinstance(cited, Version) else []
    last_words = {word for name in (*speakers, *voices) for word in name.casefold().split()[-1:]}
    return frozenset(word for word in last_words if len(word) >= _SHORTEST_NAME)


def _is_author(speaker: str, author: str | None) -> bool:
    """Whether every word of the speaker's name is in the author's."""

    def names(text: str) -> set[str]:
        return {word.strip(",;.").casefold() for word in text.split()} - {"and", "&"}

    return bool(author) and names(speaker) <= names(author or "")


def _letters(number: int) -> str:
    """The name of a source's group of words, counted from 0: a to z, aa to zz and so on. A group is a set of pieces
    that some [n] rests on. Each piece bears the names of its groups as classes, so that one rule of the style sheet
    serves all sources."""
    return chr(97 + number % 26) * (1 + number // 26)
