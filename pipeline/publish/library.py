"""Everything a site shows, as plain records."""

from typing import NamedTuple

from pipeline.records.claims import Claim, Extraction
from pipeline.records.items import Item
from pipeline.records.pages import Version
from pipeline.records.threads import Thread


class Shelf(NamedTuple):
    """A thread with its versions, oldest first. At least one."""

    thread: Thread
    versions: tuple[Version, ...]

    @property
    def last(self) -> Version:
        return self.versions[-1]


class Card(NamedTuple):
    """An item as its page shows it. `claims` are those of its last extraction and any older ones still cited."""

    item: Item
    extraction: Extraction | None
    claims: tuple[Claim, ...]
    threads: tuple[Thread, ...]
    copies: tuple[Item, ...]
    original: Item | None


class Library(NamedTuple):
    shelves: tuple[Shelf, ...]
    cards: tuple[Card, ...]
