"""Chooses the sentences to show to the writer where a prompt cannot hold all.

Claims choose: each brings the sentences it consists of and one on either side. They come round robin over the voices:
each offers one claim in turn, the voice with the newest work first. A voice offers its best claim first: a telling one
or one that explains what the matter is, from a full text before one from a part and one from an abstract, newer before
older.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from pipeline.model.tokens import count_tokens
from pipeline.records.claims import Claim, Extraction
from pipeline.synthesize.sources import Material, usable_claims
from pipeline.verify.numbered import NumberedSource, sentence_numbers, with_neighbours

_ID_TOKENS = 5  # of a sentence's id and brackets; an estimate
_SOURCE_TOKENS = 120  # of a source's heading and cast; an estimate
_DEPTH = {"full text": 0, "part": 1, "abstract": 2, "title only": 3}  # sort order


class Selection(NamedTuple):
    """What the writer is shown, how many usable claims have no sentence in it, and how many tokens it is."""

    sources: list[NumberedSource]
    left_out: int
    tokens: int


def within(sources: Sequence[NumberedSource], material: Sequence[Material], most_tokens: int) -> Selection:
    """`sources` with as many of their sentences as fit into `most_tokens`: all, or those that claims choose. `material`
    are the works they were made from."""
    costs = {
        (source.number, number): count_tokens(source.words(number)) + _ID_TOKENS
        for source in sources
        for number in source.shown
    }
    total = sum(costs.values()) + _SOURCE_TOKENS * len(sources)
    if total <= most_tokens:
        return Selection(list(sources), 0, total)
    chosen: dict[int, set[int]] = defaultdict(set)
    tokens_left = most_tokens
    left_out = 0
    for source, claim in _round_robin(sources, material):
        wanted = set(with_neighbours(sentence_numbers(claim, source.snapshot), source.shown)) - chosen[source.number]
        cost = sum(costs[source.number, number] for number in wanted)
        cost += 0 if chosen[source.number] else _SOURCE_TOKENS
        if cost <= tokens_left:
            tokens_left -= cost
            chosen[source.number] |= wanted
        else:
            left_out += 1
    kept = [source._replace(shown=sorted(chosen[source.number])) for source in sources if chosen[source.number]]
    return Selection(kept, left_out, most_tokens - tokens_left)


def _round_robin(sources: Sequence[NumberedSource], material: Sequence[Material]) -> list[tuple[NumberedSource, Claim]]:
    """Every usable claim with its source, in the order in which the voices offer them."""
    source_of = {source.item.id: source for source in sources}
    by_voice: dict[str, list[tuple[int, NumberedSource, Claim]]] = defaultdict(list)
    newest_first = sorted(material, key=lambda work: (work.item.published or "", work.item.id), reverse=True)
    for work in newest_first:
        source = source_of.get(work.item.id)
        if source is None:
            continue
        for claim in usable_claims(work.extraction):
            voice = claim.speaker or work.item.author or work.item.venue
            worth = 0 if claim.kind == "background" or _is_telling(claim, work.extraction) else 1
            by_voice[voice.casefold()].append((worth, source, claim))
    for queue in by_voice.values():
        queue.sort(key=lambda offer: (offer[0], _DEPTH[offer[1].item.extent]))
    turns = max(map(len, by_voice.values()), default=0)
    return [queue[turn][1:] for turn in range(turns) for queue in by_voice.values() if turn < len(queue)]


def _is_telling(claim: Claim, extraction: Extraction) -> bool:
    return any(
        quotation.start <= key.start and key.end <= quotation.end
        for quotation in claim.quotations
        for key in extraction.key_quotations
    )
