"""Chooses the claims to show to the writer where a prompt cannot hold all.

Round robin over the voices: each offers one claim in turn, the voice with the newest work first. A voice offers its
best claim first: one without doubts before one with, one from a full text before one from a part and one from an
abstract, newer before older.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from pipeline.model.tokens import count_tokens
from pipeline.records.claims import Claim
from pipeline.records.items import Item
from pipeline.synthesize.brief import Material, usable_claims

_CLAIM_OVERHEAD = 25  # tokens of a claim's id, kind, speaker and date; an estimate
_SOURCE_OVERHEAD = 60  # tokens of a source's heading; an estimate
_DEPTH = {"full text": 0, "part": 1, "abstract": 2, "title only": 3}  # sort order


class Selection(NamedTuple):
    """What the writer is shown, and how many usable claims are left out."""

    material: list[Material]
    left_out: int


def within(material: Sequence[Material], most_tokens: int) -> Selection:
    """`material` with as many of its claims as fit into `most_tokens`."""
    costs = {
        claim.id: count_tokens(claim.statement) + _CLAIM_OVERHEAD
        for work in material
        for claim in usable_claims(work.extraction)
    }
    if sum(costs.values()) + _SOURCE_OVERHEAD * len(material) <= most_tokens:
        return Selection(list(material), 0)
    chosen_claims: set[str] = set()
    chosen_items: set[str] = set()
    tokens_left = most_tokens
    for item, claim in _round_robin(material):
        cost = costs[claim.id] + (0 if item.id in chosen_items else _SOURCE_OVERHEAD)
        if cost <= tokens_left:
            tokens_left -= cost
            chosen_claims.add(claim.id)
            chosen_items.add(item.id)
    selected = [_with_claims(work, chosen_claims) for work in material]
    return Selection([work for work in selected if work.extraction.claims], len(costs) - len(chosen_claims))


def _with_claims(work: Material, claim_ids: set[str]) -> Material:
    claims = tuple(claim for claim in work.extraction.claims if claim.id in claim_ids)
    return work._replace(extraction=work.extraction.model_copy(update={"claims": claims}))


def _round_robin(material: Sequence[Material]) -> list[tuple[Item, Claim]]:
    """Every usable claim, in the order in which the voices offer them."""
    by_voice: dict[str, list[tuple[Item, Claim]]] = defaultdict(list)
    newest_first = sorted(material, key=lambda work: (work.item.published or "", work.item.id), reverse=True)
    for work in newest_first:
        for claim in usable_claims(work.extraction):
            voice = claim.speaker or work.item.author or work.item.venue
            by_voice[voice.casefold()].append((work.item, claim))
    for queue in by_voice.values():
        queue.sort(key=lambda offer: (bool(offer[1].doubts), _DEPTH[offer[0].extent]))
    turns = max(map(len, by_voice.values()), default=0)
    return [queue[turn] for turn in range(turns) for queue in by_voice.values() if turn < len(queue)]
