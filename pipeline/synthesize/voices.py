"""Who speaks on a page, counted by author and origin.

A work speaks for its author; an unsigned one for its venue; an institution's signed statement for both; a forum thread
or an interview for the speakers whose claims the page cites. Works that share an author are one voice, in however many
venues they appear, and so are a body's paper and its member's essay. A name that is part of another ("Quist",
"Ada Quist") is the same name. News reports and explainers retell what others hold and are counted apart. Copies of a
work have no claims of their own and so add nothing.
"""

import re
from collections.abc import Iterable, Mapping

from pipeline.records.claims import Claim, Extraction
from pipeline.records.items import Item
from pipeline.records.pages import Voices
from pipeline.text import fold

_RETELLING = frozenset({"news report", "explainer", "other"})
_MANY_SPEAKERS = frozenset({"forum thread", "interview"})


def voices(cited: Iterable[Claim], items: Mapping[str, Item], extractions: Mapping[str, Extraction]) -> Voices:
    """The voices behind the claims a page cites, in the order in which a reader meets them."""
    independent: list[dict[frozenset[str], str]] = []  # one entry a voice: its names as written, by their words
    retelling: dict[str, str] = {}
    for claim in cited:
        item, extraction = items[claim.item], extractions.get(claim.item)
        genre = extraction.genre if extraction else "other"
        if genre in _RETELLING:
            retelling.setdefault(fold(item.venue).casefold(), item.venue)
            continue
        speaker = (claim.speaker if genre in _MANY_SPEAKERS else None) or item.author or item.venue
        institution = [item.venue] if genre == "statement" and item.author else []
        names = {_words(name): name for name in (*_persons(speaker), *institution)}
        same = [voice for voice in independent if any(_same_name(one, other) for one in voice for other in names)]
        if not same:
            independent.append(names)
            continue
        for voice in same[1:]:
            independent.remove(voice)
            same[0].update({key: name for key, name in voice.items() if key not in same[0]})
        same[0].update({key: name for key, name in names.items() if key not in same[0]})
    return Voices(
        independent=tuple(", ".join(_longest_names(voice)) for voice in independent),
        retelling=tuple(retelling.values()),
    )


def _same_name(one: frozenset[str], other: frozenset[str]) -> bool:
    return bool(one and other) and (one <= other or other <= one)


def _longest_names(voice: Mapping[frozenset[str], str]) -> list[str]:
    """A voice's names, without those that are part of another one."""
    return [name for words, name in voice.items() if not any(words < other for other in voice)]


def _words(name: str) -> frozenset[str]:
    return frozenset(word for word in fold(name).casefold().split() if len(word.strip(".")) > 1)


def _persons(names: str) -> list[str]:
    return [name.strip() for name in re.split(r",|;| and ", names) if name.strip()] or [names]
