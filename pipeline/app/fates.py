"""What became of each item that a thread has seen, and why, in one word each. Pure."""

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from pipeline.records.items import Item, Relevance
from pipeline.records.pages import Version

Fate = Literal["used", "unused", "folded", "set aside", "dropped", "failed", "withdrawn", "waits"]


class ItemFate(NamedTuple):
    """One item of a thread: its fate, why, and its number among the sources of the last version, where it has one."""

    item: Item
    fate: Fate
    why: str
    number: int | None


def fates(items: Sequence[Item], relevance: Mapping[str, Relevance], version: Version | None) -> list[ItemFate]:
    """The fate of each of a thread's `items`: by the operator's or the triage's word, by how far it was read, and else
    by the coverage of the thread's last version."""
    numbers = {source.item: source.number for source in version.sources} if version else {}
    coverage = {each.item: (each.used, each.reason) for each in version.coverage} if version else {}

    def fate(item: Item) -> tuple[Fate, str]:
        verdict = relevance.get(item.id, "relevant")
        if verdict == "dropped by the operator":
            return "dropped", verdict
        if verdict != "relevant":
            return "set aside", verdict
        if item.copy_of:
            return "folded", f"a copy of {item.copy_of}"
        if item.state == "failed":
            return "failed", item.reason or "not read"
        if item.state == "withdrawn":
            return "withdrawn", item.reason or "taken back by its source"
        if item.id not in coverage:
            if item.state == "pending":
                return "waits", "not fetched yet"
            return "waits", "read since the last version" if version else "read, and no page is written yet"
        used, reason = coverage[item.id]
        return ("used" if used else "unused"), reason

    return [ItemFate(item, *fate(item), numbers.get(item.id)) for item in items]
