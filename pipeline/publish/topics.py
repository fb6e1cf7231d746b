"""What items are about, and which of it has a page: topics that several items share."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from pipeline.publish.write import Summary
from pipeline.text import short_hash

_LEAST_ITEMS = 2  # for a topic to have a page


class Topic(NamedTuple):
    """A topic with a page of its own, and the summaries of its items."""

    address: str
    name: str
    items: list[Summary]

    @property
    def listed(self) -> dict[str, Any]:
        """The topic as lists of topics show it."""
        return {"address": self.address, "name": self.name, "items": len(self.items)}


class Topics:
    """The topics of a site's items, given by item."""

    def __init__(self, by_item: Mapping[str, Sequence[str]]) -> None:
        self._by_item = by_item
        self._addresses = {topic: topic_address(topic) for topic in {t for topics in by_item.values() for t in topics}}
        self._names: dict[str, str] = {}
        self._items: dict[str, list[str]] = {}
        for item, topics in by_item.items():
            self._names |= {self._addresses[topic]: topic for topic in topics}
            for address in dict.fromkeys(self._addresses[topic] for topic in topics):
                self._items.setdefault(address, []).append(item)

    def of(self, item: str) -> list[tuple[str, str]]:
        """What an item is about: each topic with its address, or "" where it has no page."""
        topics = ((topic, self._addresses[topic]) for topic in self._by_item[item])
        return [(topic, address if len(self._items[address]) >= _LEAST_ITEMS else "") for topic, address in topics]

    def shared(self, summaries: Mapping[str, Summary]) -> list[Topic]:
        """The topics that have a page, the weightiest first, with the summaries of their items by unit name."""
        topics = [
            Topic(address, self._names[address], [summaries[f"item {item}"] for item in items])
            for address, items in self._items.items()
            if len(items) >= _LEAST_ITEMS
        ]
        return sorted(topics, key=lambda topic: (-len(topic.items), topic.address))


def topic_address(topic: str) -> str:
    """A topic's address: a-z, 0-9 and hyphens, with a hash of the topic behind it where that loses something. Topics
    that differ only in capitals are one."""
    folded = unicodedata.normalize("NFKC", topic).casefold()
    plain = re.sub(r"[^a-z0-9]+", "-", folded).strip("-")[:60]
    lossless = plain == re.sub(r"[\s/]+", "-", folded)
    return plain if plain and lossless else f"{plain or 'topic'}-{short_hash(folded, length=6)}"
