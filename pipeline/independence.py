"""Who speaks on a page, counted by author and origin.

A work speaks for its author; where it is unsigned, for its venue; a thread of several posters, or an interview, for
those whose claims the page cites. Works that share an author are one voice, however many venues they stand in, and so
are a body's paper and its member's essay. News reports and explainers retell what others hold: they are counted
apart. Copies of a work have no claims of their own and so add nothing.
"""

import re
from collections.abc import Iterable, Mapping

from pipeline.read.folding import fold
from pipeline.records.claims import Claim, Extraction
from pipeline.records.items import Item
from pipeline.records.pages import Voices

_RETELLING = frozenset({"news report", "explainer", "other"})
_MANY_SPEAK = frozenset({"forum thread", "interview"})


def voices(cited: Iterable[Claim], items: Mapping[str, Item], extractions: Mapping[str, Extraction]) -> Voices:
    """The voices behind the claims a page cites, in the order a reader meets them."""
    speaking: list[dict[str, str]] = []  # one voice each: its names as written, by their folded form
    retelling: dict[str, str] = {}
    for claim in cited:
        item, extraction = items[claim.item], extractions.get(claim.item)
        form = extraction.form if extraction else "other"
        if form in _RETELLING:
            retelling.setdefault(fold(item.venue).casefold(), item.venue)
            continue
        speaks = (claim.speaker if form in _MANY_SPEAK else None) or item.author or item.venue
        names = {fold(name).casefold(): name for name in _persons(speaks)}
        same = [voice for voice in speaking if not voice.keys().isdisjoint(names)]
        if not same:
            speaking.append(names)
            continue
        for voice in same[1:]:
            speaking.remove(voice)
            same[0].update({key: name for key, name in voice.items() if key not in same[0]})
        same[0].update({key: name for key, name in names.items() if key not in same[0]})
    return Voices(
        independent=tuple(", ".join(voice.values()) for voice in speaking), retelling=tuple(retelling.values())
    )


def _persons(names: str) -> list[str]:
    return [name.strip() for name in re.split(r",|;| and ", names) if name.strip()] or [names]
