"""What texts in different languages have in common: figures and names, each the more the fewer texts have it."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from pipeline.discover.terms import SOUND

ENOUGH = 1.2
"""What makes a candidate, in marks that no other text has: one name is too little, two are enough. Chosen on an
invented world (tests/test_world.py)."""

_BACKGROUND_TEXTS = 20  # assumed besides those compared: otherwise every mark would be rare in a small store


class Marked(NamedTuple):
    """A text as it is compared with those in other languages."""

    language: str
    is_latin: bool
    marks: Mapping[str, float]


def in_common(texts: Sequence[Marked], most: int) -> Iterator[list[float]]:
    """What each of the first `most` texts has in common with each text, in order; a mark that no other text has would
    count 1. With texts in its own language it is 0. Sounds count only where one of the two is in another script than
    Latin: elsewhere names are spelt alike."""
    index: dict[str, list[int]] = defaultdict(list)
    for number, text in enumerate(texts):
        for mark in text.marks:
            index[mark].append(number)
    all_texts = math.log(len(texts) + _BACKGROUND_TEXTS)
    for text in texts[:most]:
        common = [0.0] * len(texts)
        for mark, weight in text.marks.items():
            rarity = 1 - math.log(len(index[mark])) / all_texts
            for number in index[mark]:
                other = texts[number]
                is_heard = not mark.startswith(SOUND) or not (text.is_latin and other.is_latin)
                if is_heard and other.language != text.language:
                    common[number] += rarity * min(weight, other.marks[mark])
        yield common


def in_few(languages: Sequence[str], share: float) -> frozenset[str]:
    """The languages that fewer than `share` of some texts are in."""
    counts = Counter(languages)
    return frozenset(language for language, count in counts.items() if count < share * len(languages))
