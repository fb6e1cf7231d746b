"""All that a thread has, as one value: decisions about its page are made from this alone."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from pipeline.records.claims import Claim, Extraction
from pipeline.records.items import Item, Relevance
from pipeline.records.posts import Post
from pipeline.records.threads import CastDecision


class SnapshotHistory(NamedTuple):
    """The ids of an item's snapshots, oldest first. `extractions` maps each to the ids of all its extractions. `texts`
    maps each to its text, but is empty where there is only one snapshot: only an edited item needs them. `withdrawn`
    are the posts of a discussion that were taken back, by their ids."""

    snapshots: tuple[str, ...]
    extractions: Mapping[str, frozenset[str]]
    texts: Mapping[str, str]
    withdrawn: frozenset[str] = frozenset()

    @property
    def earlier_texts(self) -> list[str]:
        """The texts of all snapshots but the last."""
        return [self.texts[snapshot] for snapshot in self.snapshots[:-1]]


class Holdings(NamedTuple):
    """What a thread has. All mappings but `claims` are by item id, `claims` is by claim id.

    `extractions` has the last extraction of each item that was read, is relevant, and is neither withdrawn nor a copy.
    `claims` has every claim a page may cite: those of the extractions, and older ones that the previous version cites.
    `relevance` has the verdicts on items that the operator did not name; `history` the snapshots of every item that
    has one; `decisions` what the operator said of the cast, oldest first. `posts` are those of each
    discussion, also those that were taken back; `languages` is that of each snapshot's text, by its id."""

    items: Sequence[Item]
    extractions: Mapping[str, Extraction]
    claims: Mapping[str, Claim]
    relevance: Mapping[str, Relevance]
    history: Mapping[str, SnapshotHistory]
    decisions: Sequence[CastDecision] = ()
    posts: Mapping[str, Sequence[Post]] = MappingProxyType({})
    languages: Mapping[str, str] = MappingProxyType({})
