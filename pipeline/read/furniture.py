"""Site furniture: a sentence that two articles of one host share belongs to the site, not to either article."""

from collections import Counter
from collections.abc import Iterable

from pipeline.records.items import Snapshot
from pipeline.text import fold


def site_furniture(of_one_host: Iterable[Snapshot]) -> frozenset[str]:
    """The folded sentences that stand in at least two of the snapshots: articles of one host, none a copy of
    another (the sentences of a copy are shared by nature)."""
    count: Counter[str] = Counter()
    for snapshot in of_one_host:
        count.update({fold(snapshot.text_of(span)) for span in snapshot.sentences})
    return frozenset(words for words, times in count.items() if times > 1)


def own_sentences(snapshot: Snapshot, furniture: frozenset[str]) -> tuple[int, ...]:
    """The numbers of the snapshot's own sentences."""
    return tuple(span.number for span in snapshot.sentences if fold(snapshot.text_of(span)) not in furniture)
