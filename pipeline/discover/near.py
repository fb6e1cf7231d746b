"""Which arrivals may belong together, or to a thread: cheap and generous, in code. What is near nothing is not asked
about.

Two texts are near by the rare words they share: the cosine of their words' weights, a word weighing its frequency times
the logarithm of how few texts have it (tf-idf, Salton and Buckley 1988), a title's words twice, a name's half as much
again. An item is near a thread by the share of its own weight whose words the thread's text has. Where one leads to the
other, or to an item of the thread, they are near whatever their words.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from pipeline.read.folding import fold
from pipeline.records.arrivals import Arrival

_WORD = re.compile(r"\w+(?:[’'-]\w+)*")
_SHORTEST = 3
_TITLE, _NAME = 2.0, 1.5
_NEAR = 0.08  # the cosine of two items
_IN_THREAD = 0.22  # the share of an item's weight
_BACKGROUND = 20  # texts that are taken to be there besides: else a small store would find no word common
_MOST_WORDS = 400  # of a text that are counted
_MOST = 6  # neighbours of one item, nearest first


class Candidate(NamedTuple):
    """A thread an arrival may belong to: all that is known of what it is about, and where its items stand."""

    slug: str
    text: str
    addresses: frozenset[str]


class Near(NamedTuple):
    """For each new arrival, by item: arrivals and threads it is near to and how near, nearest first."""

    items: Mapping[str, Mapping[str, float]]
    threads: Mapping[str, Mapping[str, float]]


def near(new: Sequence[Arrival], loose: Sequence[Arrival], threads: Sequence[Candidate]) -> Near:
    """What each of `new` is near to, among all arrivals and threads."""
    every = [*new, *loose]
    counts = {each.item: each.words for each in every}
    profiles = {each.slug: _words_of(each.text) for each in threads}
    rarity = _rarity([*counts.values(), *profiles.values()])
    vectors = {item: _unit(words, rarity) for item, words in counts.items()}
    index: dict[str, list[str]] = defaultdict(list)
    for item, vector in vectors.items():
        for word in vector:
            index[word].append(item)
    linked = _links(every)
    items, to_threads = {}, {}
    for each in new:
        mine = vectors[each.item]
        likeness: dict[str, float] = defaultdict(float)
        for word, weight in mine.items():
            for other in index[word]:
                likeness[other] += weight * vectors[other][word]
        likeness.pop(each.item, None)
        for other in linked[each.item]:
            likeness[other] += 1.0
        items[each.item] = _nearest(likeness, _NEAR)
        to_threads[each.item] = _threads_near(each, mine, threads, profiles)
    return Near(items, to_threads)


def groups(near: Near, new: Iterable[str], most: int) -> list[tuple[str, ...]]:
    """The new arrivals that are near anything, `most` at most in a group: those nearest to each other, or to the same
    thread, together."""
    asked = [item for item in new if near.items.get(item) or near.threads.get(item)]
    group_of = {item: {item} for item in asked}
    by_thread: dict[str, str] = {}
    pairs = [(share, item, other) for item in asked for other, share in near.items[item].items() if other in group_of]
    for item in asked:
        for slug in [*near.threads[item]][:1]:
            pairs.append((near.threads[item][slug], item, by_thread.setdefault(slug, item)))
    for _, one, other in sorted(pairs, reverse=True):
        mine, theirs = group_of[one], group_of[other]
        if mine is not theirs and len(mine) + len(theirs) <= most:
            mine |= theirs
            for item in theirs:
                group_of[item] = mine
    packed: list[list[str]] = []
    together = {id(group): sorted(group) for group in group_of.values()}
    for members in sorted(together.values(), key=lambda group: (-len(group), group)):
        room = next((group for group in packed if len(group) + len(members) <= most), None)
        if room is None:
            packed.append(members)
        else:
            room.extend(members)
    return [tuple(group) for group in packed]


def _threads_near(
    arrival: Arrival,
    vector: Mapping[str, float],
    threads: Sequence[Candidate],
    profiles: Mapping[str, Mapping[str, float]],
) -> dict[str, float]:
    whole = sum(weight * weight for weight in vector.values()) or 1.0
    shares: dict[str, float] = {}
    for thread in threads:
        shares[thread.slug] = sum(w * w for word, w in vector.items() if word in profiles[thread.slug]) / whole
        if arrival.url in thread.addresses or not thread.addresses.isdisjoint(arrival.links):
            shares[thread.slug] += 1
    return _nearest(shares, _IN_THREAD)


def _nearest(likeness: Mapping[str, float], least: float) -> dict[str, float]:
    ranked = sorted(likeness, key=lambda each: (-likeness[each], each))
    return {each: likeness[each] for each in ranked[:_MOST] if likeness[each] >= least}


def weighed(title: str, text: str) -> dict[str, float]:
    """How much each word weighs in a text under its title, counting its first words only."""
    words = _words_of(" ".join(text.split()[:_MOST_WORDS]))
    for word, weight in _words_of(title).items():
        words[word] = words.get(word, 0) + _TITLE * weight
    return dict(words)


def _words_of(text: str) -> dict[str, float]:
    """The words of a text with their weights; a word with a capital inside a sentence is taken for a name."""
    words: dict[str, float] = defaultdict(float)
    begins = True
    folded = fold(text)
    for found in _WORD.finditer(folded):
        word = found[0]
        plain = word.casefold().removesuffix("'s").removesuffix("’s")
        plain = plain[:-1] if len(plain) > 4 and plain.endswith("s") else plain
        if len(plain) >= _SHORTEST:
            words[plain] += _NAME if word[:1].isupper() and not begins else 1
        begins = folded[found.end() : found.end() + 1] in (".", "!", "?", ":")
    return words


def _rarity(texts: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """How much a word weighs: next to nothing for one that every text has."""
    having: Counter[str] = Counter(word for words in texts for word in words)
    return {word: math.log((len(texts) + _BACKGROUND) / count) for word, count in having.items()}


def _unit(words: Mapping[str, float], rarity: Mapping[str, float]) -> dict[str, float]:
    weighed = {word: (1 + math.log(weight)) * rarity[word] for word, weight in words.items()}
    length = math.sqrt(sum(weight * weight for weight in weighed.values())) or 1.0
    return {word: weight / length for word, weight in weighed.items() if weight}


def _links(every: Sequence[Arrival]) -> dict[str, set[str]]:
    """Which arrivals lead to one another, or to the same page."""
    led_to: dict[str, set[str]] = defaultdict(set)
    for each in every:
        for address in (each.url, *each.links):
            led_to[address].add(each.item)
    linked: dict[str, set[str]] = defaultdict(set)
    for items in led_to.values():
        if 1 < len(items) <= _MOST * 2:  # a page that everybody leads to says nothing
            for item in items:
                linked[item] |= items - {item}
    return linked
