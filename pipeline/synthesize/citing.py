"""From the ids that the writer names to claims: every sentence that a page cites belongs to one.

The words behind a citation are exactly the sentences named. Claims that consist of nothing else are cited as they are;
each sentence that is left over is recorded as a claim of its own, with what is known of the claim it is part of.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, partial

from pipeline.records.claims import Claim, Quotation
from pipeline.records.dates import Span
from pipeline.records.pages import Sentence
from pipeline.text import fold, one_line, short_hash
from pipeline.text.numbers import Figure, Numbers
from pipeline.verify.authorship import Authorship
from pipeline.verify.figures import are_english, is_given, missing_figures, numbers_told
from pipeline.verify.numbered import NumberedSource, sentence_numbers
from pipeline.verify.quoting import quoted_in, stands_in, stands_in_text
from pipeline.verify.times import dates_in


class Citer:
    """The claims behind the ids of one question about a page in `language`. `items` are the ids of the items that it
    showed, `recorded` the claims made from single sentences; `unknown` counts ids that the question did not show, which
    are dropped."""

    def __init__(self, sources: Sequence[NumberedSource], claims: Mapping[str, Claim], language: str = "en") -> None:
        self._language = language
        self._sources = {source.number: source for source in sources}
        self._plain = cache(lambda number, sentence: fold(self._words(number, sentence)).casefold())
        self._numbers: Callable[[int, int], Numbers] = cache(
            lambda number, sentence: numbers_told(self._words(number, sentence), self._spoken(number))
        )
        self._authorship = cache(lambda number: Authorship(self._sources[number].snapshot))
        self._shown = {source.number: frozenset(source.shown) for source in sources}
        self._claims: dict[int, list[tuple[frozenset[int], Claim]]] = {}
        self._number_of = {source.snapshot.id: source.number for source in sources}
        self._by_id = dict(claims)
        for claim in claims.values():
            if number := self._number_of.get(claim.snapshot):
                spans = frozenset(sentence_numbers(claim, self._sources[number].snapshot))
                self._claims.setdefault(number, []).append((spans, claim))
        self.items = frozenset(source.item.id for source in sources)
        self.recorded: dict[str, Claim] = {}
        self.unknown = 0

    def claims(self, ids: Iterable[str]) -> tuple[str, ...]:
        """The ids of the claims whose words are the sentences named, in the order in which their sources are named."""
        numbers: dict[int, set[int]] = {}
        for name in ids:
            source, _, sentence = name.strip().strip("[]").partition(".")
            if source.isdecimal() and sentence.isdecimal() and int(sentence) in self._shown.get(int(source), ()):
                numbers.setdefault(int(source), set()).add(int(sentence))
            else:
                self.unknown += 1
        return tuple(claim for source, named in numbers.items() for claim in self._of_source(source, named))

    def claim(self, claim: str) -> Claim:
        """The claim of this id, which `claims` or `claims_in` gave."""
        return self._by_id[claim]

    def claims_in(self, sources: Sequence[NumberedSource], ids: Iterable[str]) -> tuple[str, ...]:
        """As `claims`, for ids of another question, in which the same texts are numbered as in `sources`."""
        number_of = {str(source.number): self._number_of.get(source.snapshot.id) for source in sources}
        named = (name.strip().strip("[]").partition(".") for name in ids)
        return self.claims(f"{number_of.get(source)}.{sentence}" for source, _, sentence in named)

    def mended(self, sentence: Sentence) -> Sentence:
        """`sentence`, citing also the nearest sentence of what it cites for each figure that its own words lack, and
        the first of any source for each quotation: the writer had the words and named their neighbour."""
        claims = [self._by_id[claim] for claim in sentence.claims if claim in self._by_id]
        texts = [(quotation.text, self._language_of(claim)) for claim in claims for quotation in claim.quotations]
        cites: list[str] = []
        for quoted in quoted_in(sentence.text):
            if not any(stands_in(quoted, claim.quotations) for claim in claims):
                longest = max(re.findall(r"\w+", quoted.casefold()), key=len, default="")
                cites += self._nearest(claims, partial(self._quotes, quoted, longest))
        said = dates_in(sentence.text, self._language)[1] if not sentence.reading else ""
        for figure in missing_figures(said, self._language, texts, words_known=True).surely:
            cites += self._nearest(claims, partial(self._has, figure), own=True)
        added = self.claims(dict.fromkeys(cites))
        return sentence.model_copy(update={"claims": tuple(dict.fromkeys((*sentence.claims, *added)))})

    def _nearest(self, claims: Sequence[Claim], fits: Callable[[int, int], bool], *, own: bool = False) -> list[str]:
        """The id of the sentence that fits and stands nearest to `claims`, in their own sources first; with `own` in
        no other. Empty where there is none."""
        cited: dict[int, list[int]] = {}
        for claim in claims:
            if number := self._number_of.get(claim.snapshot):
                cited.setdefault(number, []).extend(sentence_numbers(claim, self._sources[number].snapshot))
        for number in [*cited, *(() if own else self._sources)]:
            near = sorted(self._sources[number].shown, key=partial(_distance, cited.get(number, ())))
            found = next((sentence for sentence in near if fits(number, sentence)), None)
            if found:
                return [f"{number}.{found}"]
        return []

    def _quotes(self, quoted: str, word: str, number: int, sentence: int) -> bool:
        """Whether the sentence has `quoted`; `word` is a word of it, which tells most sentences apart at once."""
        return word in self._plain(number, sentence) and stands_in_text(quoted, self._words(number, sentence))

    def _has(self, figure: Figure, number: int, sentence: int) -> bool:
        loosely = are_english(self._language, self._spoken(number))
        return is_given(figure, self._numbers(number, sentence), loosely=loosely)

    def _spoken(self, number: int) -> str:
        """The language of a source."""
        return self._sources[number].snapshot.language

    def _language_of(self, claim: Claim) -> str | None:
        number = self._number_of.get(claim.snapshot)
        return self._spoken(number) if number else None

    def _words(self, number: int, sentence: int) -> str:
        return self._sources[number].words(sentence)

    def _of_source(self, number: int, named: set[int]) -> list[str]:
        within = [(spans, claim) for spans, claim in self._claims.get(number, ()) if spans and spans <= named]
        within.sort(key=lambda entry: (-len(entry[0]), entry[1].quotations[0].start, entry[1].id))
        chosen: list[tuple[int, str]] = []
        left = set(named)
        for spans, claim in within:
            if spans & left:
                chosen.append((min(spans), claim.id))
                left -= spans
        chosen += [(sentence, self._record(number, sentence)) for sentence in left]
        return [claim_id for _, claim_id in sorted(chosen)]

    def _record(self, number: int, sentence: int) -> str:
        """The id of the claim that consists of one sentence."""
        source = self._sources[number]
        snapshot = source.snapshot
        claim_id = "c" + short_hash(snapshot.id, "sentence", str(sentence))
        containing = [claim for spans, claim in self._claims.get(number, ()) if sentence in spans]
        part_of = min(containing, key=lambda claim: (_length(claim), claim.id), default=None)
        span = snapshot.sentences[sentence - 1]
        words = snapshot.text_of(span)
        post = self._authorship(number).post_of.get(sentence)
        self.recorded[claim_id] = Claim(
            id=claim_id,
            item=snapshot.item,
            snapshot=snapshot.id,
            statement=one_line(words),
            kind=part_of.kind if part_of else "background",
            speaker=part_of.speaker if part_of else post.name if post else None,
            occurred=part_of.occurred if part_of else Span(),
            quotations=(Quotation(start=span.start, end=span.end, text=words),),
            post=post.id if post else None,
            posted=post.time if post else None,
        )
        self._by_id[claim_id] = self.recorded[claim_id]
        return claim_id


def _distance(cited: Sequence[int], number: int) -> tuple[int, int]:
    """How far a sentence is from those cited, ties by its number."""
    return min((abs(number - other) for other in cited), default=0), number


def _length(claim: Claim) -> int:
    return sum(quotation.end - quotation.start for quotation in claim.quotations)
