"""Which arrivals may belong together, or to a thread: a cheap and generous filter, in code. An arrival that is similar
to nothing is not asked about.

Texts are compared by the rare words they share. A word weighs its frequency times its inverse document frequency
(tf-idf, Salton and Buckley 1988); a title's words count twice, names half as much again. Two arrivals are compared by
the cosine of their weights; an arrival and a thread by the share of the arrival's squared weights whose words are in
the thread's text. A link from one to the other, or to an item of the thread, adds 1: that is always enough.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from pipeline.records.arrivals import Arrival
from pipeline.text import fold

_WORD = re.compile(r"\w+(?:[’'-]\w+)*")
# The whole is measured as B-cubed F1 on an invented world of 60 feeds and 293 items (tests/test_world.py); the single
# values are chosen.
_SHORTEST_WORD = 3  # characters
_TITLE_WEIGHT, _NAME_WEIGHT = 2.0, 1.5
_LEAST_COSINE = 0.08  # of two arrivals
_LEAST_SHARE = 0.22  # of an arrival's squared weights, to a thread
_BACKGROUND_TEXTS = 20  # assumed besides those compared: otherwise no word would be common in a small store
_MOST_WORDS = 400  # words of a text that are counted
_MOST_NEIGHBOURS = 6  # of one arrival
_MOST_LINKING = 12  # arrivals that a page is linked from: one that all link to says nothing


class ThreadProfile(NamedTuple):
    """A thread an arrival may belong to: a text of all that it is about, and the addresses of its items."""

    slug: str
    text: str
    addresses: frozenset[str]


class Neighbours(NamedTuple):
    """For each new arrival, by item id: similar arrivals and threads with their similarity, the most similar first."""

    items: Mapping[str, Mapping[str, float]]
    threads: Mapping[str, Mapping[str, float]]


def similar(new: Sequence[Arrival], loose: Sequence[Arrival], threads: Sequence[ThreadProfile]) -> Neighbours:
    """The neighbours of each of `new` among all arrivals and threads."""
    arrivals = [*new, *loose]
    words_of_item = {arrival.item: arrival.words for arrival in arrivals}
    words_of_thread = {thread.slug: _words_of(thread.text) for thread in threads}
    rarity = _rarity([*words_of_item.values(), *words_of_thread.values()])
    vectors = {item: _unit_vector(words, rarity) for item, words in words_of_item.items()}
    index: dict[str, list[str]] = defaultdict(list)
    for item, vector in vectors.items():
        for word in vector:
            index[word].append(item)
    linked = _links(arrivals)
    items, to_threads = {}, {}
    for arrival in new:
        vector = vectors[arrival.item]
        similarity: dict[str, float] = defaultdict(float)
        for word, weight in vector.items():
            for other in index[word]:
                similarity[other] += weight * vectors[other][word]
        similarity.pop(arrival.item, None)
        for other in linked[arrival.item]:
            similarity[other] += 1.0
        items[arrival.item] = _most_similar(similarity, _LEAST_COSINE)
        to_threads[arrival.item] = _similar_threads(arrival, vector, threads, words_of_thread)
    return Neighbours(items, to_threads)


def groups(neighbours: Neighbours, new: Iterable[str], most: int) -> list[tuple[str, ...]]:
    """The new items that have any neighbour, in groups of at most `most`: those most similar to each other, or to the
    same thread, together."""
    to_ask = [item for item in new if neighbours.items.get(item) or neighbours.threads.get(item)]
    group_of = {item: {item} for item in to_ask}
    first_of_thread: dict[str, str] = {}
    pairs = [
        (similarity, item, other)
        for item in to_ask
        for other, similarity in neighbours.items[item].items()
        if other in group_of
    ]
    for item in to_ask:
        for slug in [*neighbours.threads[item]][:1]:
            pairs.append((neighbours.threads[item][slug], item, first_of_thread.setdefault(slug, item)))
    for _, one, other in sorted(pairs, reverse=True):
        group, other_group = group_of[one], group_of[other]
        if group is not other_group and len(group) + len(other_group) <= most:
            group |= other_group
            for item in other_group:
                group_of[item] = group
    packed: list[list[str]] = []
    distinct = {id(group): sorted(group) for group in group_of.values()}
    for members in sorted(distinct.values(), key=lambda group: (-len(group), group)):
        target = next((group for group in packed if len(group) + len(members) <= most), None)
        if target is None:
            packed.append(members)
        else:
            target.extend(members)
    return [tuple(group) for group in packed]


def _similar_threads(
    arrival: Arrival,
    vector: Mapping[str, float],
    threads: Sequence[ThreadProfile],
    words_of_thread: Mapping[str, Mapping[str, float]],
) -> dict[str, float]:
    total = sum(weight * weight for weight in vector.values()) or 1.0
    shares: dict[str, float] = {}
    for thread in threads:
        words = words_of_thread[thread.slug]
        shares[thread.slug] = sum(weight * weight for word, weight in vector.items() if word in words) / total
        if arrival.url in thread.addresses or not thread.addresses.isdisjoint(arrival.links):
            shares[thread.slug] += 1
    return _most_similar(shares, _LEAST_SHARE)


def _most_similar(similarity: Mapping[str, float], least: float) -> dict[str, float]:
    ranked = sorted(similarity, key=lambda key: (-similarity[key], key))
    return {key: similarity[key] for key in ranked[:_MOST_NEIGHBOURS] if similarity[key] >= least}


def word_weights(title: str, text: str) -> dict[str, float]:
    """How much each word weighs in a text with its title; of a long text, only the first words count."""
    words = _words_of(" ".join(text.split()[:_MOST_WORDS]))
    for word, weight in _words_of(title).items():
        words[word] = words.get(word, 0) + _TITLE_WEIGHT * weight
    return dict(words)


def _words_of(text: str) -> dict[str, float]:
    """The words of a text with their weights; one with a capital letter inside a sentence is taken for a name."""
    words: dict[str, float] = defaultdict(float)
    begins_sentence = True
    folded = fold(text)
    for match in _WORD.finditer(folded):
        word = match[0]
        plain = word.casefold().removesuffix("'s").removesuffix("’s")
        plain = plain[:-1] if len(plain) > 4 and plain.endswith("s") else plain
        if len(plain) >= _SHORTEST_WORD:
            words[plain] += _NAME_WEIGHT if word[:1].isupper() and not begins_sentence else 1
        begins_sentence = folded[match.end() : match.end() + 1] in (".", "!", "?", ":")
    return words


def _rarity(texts: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """The inverse document frequency of each word: next to nothing for one that every text has."""
    document_count: Counter[str] = Counter(word for words in texts for word in words)
    return {word: math.log((len(texts) + _BACKGROUND_TEXTS) / count) for word, count in document_count.items()}


def _unit_vector(words: Mapping[str, float], rarity: Mapping[str, float]) -> dict[str, float]:
    weighted = {word: (1 + math.log(weight)) * rarity[word] for word, weight in words.items()}
    length = math.sqrt(sum(weight * weight for weight in weighted.values())) or 1.0
    return {word: weight / length for word, weight in weighted.items() if weight}


def _links(arrivals: Sequence[Arrival]) -> dict[str, set[str]]:
    """For each item, those that link to it, that it links to, or that link to the same page."""
    items_of_address: dict[str, set[str]] = defaultdict(set)
    for arrival in arrivals:
        for address in (arrival.url, *arrival.links):
            items_of_address[address].add(arrival.item)
    linked: dict[str, set[str]] = defaultdict(set)
    for items in items_of_address.values():
        if 1 < len(items) <= _MOST_LINKING:
            for item in items:
                linked[item] |= items - {item}
    return linked
