"""Who speaks on a page, counted by author and origin.

A work speaks for its author; where it is unsigned, for its venue; an institution's statement for both; a thread of
several posters, or an interview, for those whose claims the page cites. Works that share an author are one voice,
however many venues they stand in, and so are a body's paper and its member's essay. A name that is part of another
("Quist", "Ada Quist") is the same. News reports and explainers retell what others hold: they are counted
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
    speaking: list[dict[frozenset[str], str]] = []  # one voice each: its names as written, by their words
    retelling: dict[str, str] = {}
    for claim in cited:
        item, extraction = items[claim.item], extractions.get(claim.item)
        form = extraction.form if extraction else "other"
        if form in _RETELLING:
            retelling.setdefault(fold(item.venue).casefold(), item.venue)
            continue
        speaks = (claim.speaker if form in _MANY_SPEAK else None) or item.author or item.venue
        body = [item.venue] if form == "statement" and item.author else []
        names = {_words(name): name for name in (*_persons(speaks), *body)}
        same = [voice for voice in speaking if any(_one_name(mine, theirs) for mine in voice for theirs in names)]
        if not same:
            speaking.append(names)
            continue
        for voice in same[1:]:
            speaking.remove(voice)
            same[0].update({key: name for key, name in voice.items() if key not in same[0]})
        same[0].update({key: name for key, name in names.items() if key not in same[0]})
    return Voices(
        independent=tuple(", ".join(_fullest(voice)) for voice in speaking), retelling=tuple(retelling.values())
    )


def _one_name(one: frozenset[str], other: frozenset[str]) -> bool:
    return bool(one and other) and (one <= other or other <= one)


def _fullest(voice: Mapping[frozenset[str], str]) -> list[str]:
    """The names of a voice, without those that are part of another of its own."""
    return [name for words, name in voice.items() if not any(words < other for other in voice)]


def _words(name: str) -> frozenset[str]:
    return frozenset(word for word in fold(name).casefold().split() if len(word.strip(".")) > 1)


def _persons(names: str) -> list[str]:
    return [name.strip() for name in re.split(r",|;| and ", names) if name.strip()] or [names]
