"""Who speaks on a page, counted by the cast.

A claim is its speaker's; without one its author's, and where nobody is named as its writer, its venue's. Everybody whom
the page cites is a voice, also one who is heard only through a news report. All names that the cast has for a person or
body are one voice, in however many venues; a name that is part of another ("Quist", "Ada Quist") is the same name. What
news reports say in their own words is counted apart: they retell what others hold. Copies of a work have no claims of
their own and so add nothing.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

from pipeline.records.claims import Claim, Extraction
from pipeline.records.items import Item
from pipeline.records.pages import Voice, Voices
from pipeline.synthesize import cast
from pipeline.text import fold

_RETELLING = frozenset({"news report", "explainer", "other"})


def voices(
    cited: Iterable[Claim],
    items: Mapping[str, Item],
    extractions: Mapping[str, Extraction],
    members: Sequence[Voice] = (),
) -> Voices:
    """The voices behind the claims a page cites, in the order in which a reader meets them. `members` are the cast."""
    independent: list[dict[frozenset[str], str]] = []  # one entry a voice: its names as written, by their words
    retelling: dict[str, str] = {}
    for claim in cited:
        item, extraction = items[claim.item], extractions.get(claim.item)
        genre = extraction.genre if extraction else "other"
        if claim.speaker is None and genre in _RETELLING:
            retelling.setdefault(fold(item.venue).casefold(), item.venue)
            continue
        speaker = claim.speaker or item.author or item.venue
        known = cast.find(members, speaker)
        spoken = [known.name] if known else [speaker] if claim.post else _persons(speaker)
        for name in dict.fromkeys(voice.name if (voice := cast.find(members, each)) else each for each in spoken):
            _count(independent, name, apart=known is not None)
    names = (", ".join(_longest_names(voice)) for voice in independent)
    return Voices(
        independent=tuple(name for name in names if fold(name).casefold() not in retelling),
        retelling=tuple(retelling.values()),
    )


def _count(independent: list[dict[frozenset[str], str]], name: str, *, apart: bool) -> None:
    """Counts a voice by its name. Where the cast has it (`apart`), only the very same name is the same voice."""
    words = _words(name)
    same = [voice for voice in independent if any(one == words if apart else _same_name(one, words) for one in voice)]
    if not same:
        independent.append({words: name})
        return
    for voice in same[1:]:
        independent.remove(voice)
        same[0].update({key: other for key, other in voice.items() if key not in same[0]})
    same[0].setdefault(words, name)


def _same_name(one: frozenset[str], other: frozenset[str]) -> bool:
    return bool(one and other) and (one <= other or other <= one)


def _longest_names(voice: Mapping[frozenset[str], str]) -> list[str]:
    """A voice's names, without those that are part of another one."""
    return [name for words, name in voice.items() if not any(words < other for other in voice)]


def _words(name: str) -> frozenset[str]:
    return frozenset(word for word in fold(name).casefold().split() if len(word.strip(".")) > 1) or frozenset({name})


def _persons(names: str) -> list[str]:
    if names[:1].islower() or names.startswith("The "):  # "the draft minutes of the Works and Harbour Committee"
        return [names]
    return [name.strip() for name in re.split(r",|;| and ", names) if name.strip()] or [names]
