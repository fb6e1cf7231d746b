"""Which texts are the same work: the share of five-word runs that the shorter text has in common with the longer
(containment of shingles, Broder 1997), over texts of comparable length."""

from collections.abc import Mapping

from pipeline.read.folding import fold

_RUN = 5
_SAME = 0.85
_COMPARABLE = 0.6


def find_copy(text: str, others: Mapping[str, str]) -> str | None:
    """The id of the text in `others` that `text` repeats, or None. The best match wins; ties go to the first."""
    mine = _shingles(text)
    best, best_share = None, _SAME
    for other_id, other in others.items():
        theirs = _shingles(other)
        shorter, longer = sorted((len(mine), len(theirs)))
        if not shorter or shorter < _COMPARABLE * longer:
            continue
        share = len(mine & theirs) / shorter
        if share >= best_share and (best is None or share > best_share):
            best, best_share = other_id, share
    return best


def _shingles(text: str) -> frozenset[str]:
    words = fold(text).casefold().split()
    return frozenset(" ".join(words[i : i + _RUN]) for i in range(max(len(words) - _RUN + 1, 0)))
