"""Which texts are the same work: the share of five-word runs that the shorter text has in common with the longer
(containment of shingles, Broder 1997), over texts of comparable length.

What else is known of two items decides how much they must share: items that call the same address their own, or have
the same title and author, are one work with half of it in common, however much longer one is (an abstract and its
paper, an opening and its article). Nothing makes two different texts one: never the address alone.
"""

from collections.abc import Iterable
from typing import NamedTuple

from pipeline.text import fold

_RUN = 5
_SAME = 0.85
_SAME_WHERE_LIKELY = 0.5
_COMPARABLE = 0.6


class WorkText(NamedTuple):
    """An item's text, and what says that it may be another's: the addresses it goes by, its title and its author."""

    item: str
    text: str
    addresses: frozenset[str]
    title: str
    author: str | None


class Originals:
    """The works seen so far. Each text is divided into its runs once."""

    def __init__(self) -> None:
        self._seen: list[tuple[WorkText, frozenset[str]]] = []

    def original_of(self, text: WorkText) -> str | None:
        """The item whose work `text` repeats, or None; then it is remembered as a work of its own. The best match
        wins; ties go to the first."""
        mine = _shingles(text.text)
        best, best_share = None, 0.0
        for other, theirs in self._seen:
            shorter, longer = sorted((len(mine), len(theirs)))
            if not shorter:
                continue
            likely = _are_likely_one(text, other)
            if shorter < _COMPARABLE * longer and not likely:
                continue
            share = len(mine & theirs) / shorter
            if share >= (_SAME_WHERE_LIKELY if likely else _SAME) and share > best_share:
                best, best_share = other.item, share
        if best is None:
            self._seen.append((text, mine))
        return best

    def remember(self, texts: Iterable[WorkText]) -> None:
        """Takes works as originals, whatever they repeat."""
        self._seen += [(text, _shingles(text.text)) for text in texts]


def _are_likely_one(one: WorkText, other: WorkText) -> bool:
    if not one.addresses.isdisjoint(other.addresses):
        return True
    same_author = one.author and other.author and fold(one.author).casefold() == fold(other.author).casefold()
    return bool(same_author) and fold(one.title).casefold() == fold(other.title).casefold()


def _shingles(text: str) -> frozenset[str]:
    words = fold(text).casefold().split()
    return frozenset(" ".join(words[i : i + _RUN]) for i in range(max(len(words) - _RUN + 1, 0)))
