"""Site furniture, and what several articles of one outlet say alike.

Furniture is told by its place: a sentence that stands at the same edge, the beginning or the end, of most of a site's
articles is the site's. Whatever else two articles share is background that the outlet repeats: one of them tells it,
the first that the thread has, and no question asks about it twice. Nothing that stands within articles is dropped from
all of them, nor is a line that gives a text's standing ("Status: Rejected"), which proposals of one kind often share.
"""

import re
from collections import Counter
from collections.abc import Iterable

from pipeline.records.items import Snapshot
from pipeline.text import fold

_FEWEST_ARTICLES = 3  # that show what a site's edges are; of two, either may be the one that repeats
_FIRST, _LAST = 3, 6  # sentences of an edge: chosen, not measured
_SHORTEST_BACKGROUND = 8  # words; shorter sentences ("I agree.") are said alike by chance. Chosen, not measured

_STANDING = re.compile(r"(?:status|statut|estado|stato|статус|状态|状態|الحالة)\s*[:：]", re.IGNORECASE)


def site_furniture(of_one_host: Iterable[Snapshot]) -> frozenset[str]:
    """The folded sentences that stand at the same edge of most of the snapshots: articles of one host, none a copy of
    another (the sentences of a copy are shared by nature)."""
    snapshots = list(of_one_host)
    if len(snapshots) < _FEWEST_ARTICLES:
        return frozenset()
    edges = [edge for snapshot in snapshots for edge in _edges(snapshot)]
    most = len(snapshots) / 2
    at_edge = Counter(place for edge in edges for place in set(edge))
    reached = Counter(
        place for edge in edges for place in _run_of({each for each in edge if at_edge[each] > most}, edge)
    )
    return frozenset(words for (_, words), count in reached.items() if count > most and not _STANDING.match(words))


def _edges(snapshot: Snapshot) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """The sentences of each edge, from the outermost in, each with which edge it is."""
    sentences = [fold(snapshot.text_of(span)) for span in snapshot.sentences]
    first = [("first", words) for words in sentences[:_FIRST]]
    return first, [("last", words) for words in sentences[: -_LAST - 1 : -1]]


def _run_of(shared: set[tuple[str, str]], edge: list[tuple[str, str]]) -> set[tuple[str, str]]:
    """The shared sentences that are reached from outside with at most one own sentence (a date, a name) between: behind
    two of them the article has begun."""
    run: set[tuple[str, str]] = set()
    own = 0
    for place in edge:
        own = 0 if place in shared else own + 1
        if own == 2:
            break
        run |= {place} & shared
    return run


def background(snapshot: Snapshot) -> frozenset[str]:
    """The folded sentences of an article that another of its outlet need not tell again."""
    sentences = (fold(snapshot.text_of(span)) for span in snapshot.sentences)
    return frozenset(words for words in sentences if len(words.split()) >= _SHORTEST_BACKGROUND)


def own_sentences(snapshot: Snapshot, furniture: frozenset[str], told: frozenset[str]) -> tuple[int, ...]:
    """The numbers of the snapshot's sentences that are neither the site's nor `told` by an earlier article."""
    return tuple(
        span.number
        for span in snapshot.sentences
        if (words := fold(snapshot.text_of(span))) not in furniture and words not in told
    )
