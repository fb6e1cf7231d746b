"""More claims than a question may hold: which are shown to the writer, and how many are left out.

Every voice gives one claim in turn, and in each turn those who spoke last come first; a voice gives its best claim
first: without doubts before with, read in full before an abstract, newer before older.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from pipeline.records.claims import Claim
from pipeline.records.items import Item
from pipeline.synthesize.brief import Material, usable
from pipeline.tokens import count_tokens

_FRAME = 25  # tokens of a claim's id, kind, speaker and date
_HEADER = 60  # tokens of a source's heading
_DEPTH = {"full text": 0, "abstract": 1, "title only": 2}


class Chosen(NamedTuple):
    """What is shown, and how many usable claims are not."""

    material: list[Material]
    left_out: int


def within(material: Sequence[Material], most_tokens: int) -> Chosen:
    """`material` with as many of its claims as `most_tokens` hold."""
    sizes = {claim.id: count_tokens(claim.statement) + _FRAME for work in material for claim in usable(work.extraction)}
    if sum(sizes.values()) + _HEADER * len(material) <= most_tokens:
        return Chosen(list(material), 0)
    shown: set[str] = set()
    opened: set[str] = set()
    left = most_tokens
    for item, claim in _in_turn(material):
        cost = sizes[claim.id] + (0 if item.id in opened else _HEADER)
        if cost <= left:
            left -= cost
            shown.add(claim.id)
            opened.add(item.id)
    kept = [
        work._replace(extraction=work.extraction.model_copy(update={"claims": _of(work, shown)})) for work in material
    ]
    return Chosen([work for work in kept if work.extraction.claims], len(sizes) - len(shown))


def _of(work: Material, shown: set[str]) -> tuple[Claim, ...]:
    return tuple(claim for claim in work.extraction.claims if claim.id in shown)


def _in_turn(material: Sequence[Material]) -> list[tuple[Item, Claim]]:
    """Every usable claim in the order it is offered room."""
    by_voice: dict[str, list[tuple[Item, Claim]]] = defaultdict(list)
    newest_first = sorted(material, key=lambda work: (work.item.published or "", work.item.id), reverse=True)
    for work in newest_first:
        for claim in usable(work.extraction):
            voice = claim.speaker or work.item.author or work.item.venue
            by_voice[voice.casefold()].append((work.item, claim))
    for queue in by_voice.values():
        queue.sort(key=lambda offered: (bool(offered[1].doubts), _DEPTH[offered[0].evidence]))
    turns = max(map(len, by_voice.values()), default=0)
    return [queue[turn] for turn in range(turns) for queue in by_voice.values() if turn < len(queue)]
