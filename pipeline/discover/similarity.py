"""Which arrivals may belong together, or to a thread: a cheap and generous filter, in code. An arrival that is similar
to nothing is not asked about.

Texts are compared by the rare words they share. A word weighs its frequency times its inverse document frequency
(tf-idf, Salton and Buckley 1988); a title's words count twice, names half as much again. Two arrivals are compared by
the cosine of their weights; an arrival and a thread by the share of the arrival's squared weights whose words are in
the thread's text. A link from one to the other, or to an item of the thread, adds 1: that is always enough.

Texts in two languages share few words but names, so names and figures alone can be enough there (`across`). Where these
are few as well, only the model can tell: arrivals in a language that few others are in are asked about all the same, up
to a bound, and a question shows threads in other languages than its items', up to another.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from pipeline.discover.across import ENOUGH, Marked, in_common, in_few
from pipeline.discover.terms import FIGURE, SOUND, SPELLING, is_latin, marks_of, words_of
from pipeline.records.arrivals import Arrival
from pipeline.text.detect import language_of

# The whole is measured as B-cubed F1 on an invented world of 60 feeds and 293 items (tests/test_world.py); the single
# values are chosen.
_LEAST_COSINE = 0.08  # of two arrivals
_LEAST_SHARE = 0.22  # of an arrival's squared weights, to a thread
_BACKGROUND_TEXTS = 20  # assumed besides those compared: otherwise no word would be common in a small store
_MOST_NEIGHBOURS = 6  # of one arrival
_MOST_LINKING = 12  # arrivals that a page is linked from: one that all link to says nothing
_FEW = 1 / 3  # of arrivals and threads, that are in a language; chosen, not measured
_MOST_ANYWAY = 40  # arrivals in such languages that are asked about though they are similar to nothing


class ThreadProfile(NamedTuple):
    """A thread an arrival may belong to: a text of all that it is about and the language of it, the addresses of its
    items, and the date of its newest item."""

    slug: str
    text: str
    language: str
    addresses: frozenset[str]
    newest: str = ""


class Neighbours(NamedTuple):
    """For each new arrival, by item id: similar arrivals and threads with their similarity, the most similar first; and
    `beyond`, each thread in another language with what it has in common with it. `anyway` are those that are asked
    about though they are similar to nothing."""

    items: Mapping[str, Mapping[str, float]]
    threads: Mapping[str, Mapping[str, float]]
    beyond: Mapping[str, Mapping[str, float]]
    anyway: frozenset[str]


def similar(new: Sequence[Arrival], loose: Sequence[Arrival], threads: Sequence[ThreadProfile]) -> Neighbours:
    """The neighbours of each of `new` among all arrivals and threads."""
    arrivals = [*new, *loose]
    words_of_item = {arrival.item: _words_only(arrival.words) for arrival in arrivals}
    words_of_thread = {thread.slug: words_of(thread.text, thread.language) for thread in threads}
    rarity = _rarity([*words_of_item.values(), *words_of_thread.values()])
    vectors = {item: _unit_vector(words, rarity) for item, words in words_of_item.items()}
    index: dict[str, list[str]] = defaultdict(list)
    for item, vector in vectors.items():
        for word in vector:
            index[word].append(item)
    linked = _links(arrivals)
    marked = [*map(_marked_arrival, arrivals), *map(_marked_thread, threads)]
    items, to_threads, beyond = {}, {}, {}
    for arrival, text, common in zip(new, marked, in_common(marked, len(new)), strict=False):
        similarity = _cosines(arrival.item, vectors, index)
        for other, value in zip(arrivals, common, strict=False):
            similarity[other.item] = max(similarity[other.item], _LEAST_COSINE * value / ENOUGH)
        for item in linked[arrival.item]:
            similarity[item] += 1.0
        shares = _shares_of_threads(arrival, vectors[arrival.item], threads, words_of_thread)
        beyond[arrival.item] = {
            thread.slug: value
            for thread, value in zip(threads, common[len(arrivals) :], strict=True)
            if thread.language != text.language
        }
        for slug, value in beyond[arrival.item].items():
            shares[slug] = max(shares[slug], _LEAST_SHARE * value / ENOUGH)
        items[arrival.item] = _most_similar(similarity, _LEAST_COSINE)
        to_threads[arrival.item] = _most_similar(shares, _LEAST_SHARE)
    few = in_few([text.language for text in marked], _FEW)
    alone = [arrival.item for arrival, text in zip(new, marked, strict=False) if text.language in few]
    anyway = [item for item in alone if not items[item] and not to_threads[item]]
    return Neighbours(items, to_threads, beyond, frozenset(anyway[:_MOST_ANYWAY]))


def groups(neighbours: Neighbours, new: Iterable[str], most: int) -> list[tuple[str, ...]]:
    """The new items to ask about, in groups of at most `most`: those most similar to each other, or to the same thread,
    together."""
    items, threads, _, anyway = neighbours
    to_ask = [item for item in new if items.get(item) or threads.get(item) or item in anyway]
    group_of = {item: {item} for item in to_ask}
    first_of_thread: dict[str, str] = {}
    pairs = [
        (similarity, item, other) for item in to_ask for other, similarity in items[item].items() if other in group_of
    ]
    for item in to_ask:
        for slug in [*threads[item]][:1]:
            pairs.append((threads[item][slug], item, first_of_thread.setdefault(slug, item)))
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


def _cosines(
    item: str, vectors: Mapping[str, Mapping[str, float]], index: Mapping[str, Sequence[str]]
) -> dict[str, float]:
    similarity: dict[str, float] = defaultdict(float)
    for word, weight in vectors[item].items():
        for other in index[word]:
            similarity[other] += weight * vectors[other][word]
    similarity.pop(item, None)
    return similarity


def _shares_of_threads(
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
    return shares


def _words_only(weights: Mapping[str, float]) -> dict[str, float]:
    return {word: weight for word, weight in weights.items() if word[0] not in (FIGURE, SPELLING, SOUND)}


def _marked_arrival(arrival: Arrival) -> Marked:
    text = f"{arrival.title} . {arrival.opening}"
    marks = {mark: weight for mark, weight in arrival.words.items() if mark[0] in (FIGURE, SPELLING, SOUND)}
    return Marked(language_of(text, None), is_latin(text), marks)


def _marked_thread(thread: ThreadProfile) -> Marked:
    return Marked(thread.language, is_latin(thread.text), marks_of(thread.text, thread.language))


def _most_similar(similarity: Mapping[str, float], least: float) -> dict[str, float]:
    ranked = sorted(similarity, key=lambda key: (-similarity[key], key))
    return {key: similarity[key] for key in ranked[:_MOST_NEIGHBOURS] if similarity[key] >= least}


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
