"""Which item a feed's entry is: told by its feed and guid, its address second. Pure.

An address is not enough: a page of changes has many entries, a feed may give an entry another address at each look. A
guid alone is not enough either: what an operator, a search or another feed found by its address is the same item, and
keeps its id.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from pipeline.fetch.addresses import item_id
from pipeline.fetch.feeds.text import words_in
from pipeline.records.entries import FeedEntry
from pipeline.records.items import Candidate
from pipeline.text import short_hash

_KEY_LENGTH = 16  # hexadecimal digits; an item's own id has 10


class Identified(NamedTuple):
    """Something found, the id of its item, and where a feed's entry is to be remembered, how. `changed` says that the
    entry was known and any of its fields was changed since."""

    found: Candidate
    item: str
    entry: FeedEntry | None = None
    changed: bool = False


def entry_key(feed: str, guid: str) -> str:
    """What tells an entry: the address its feed goes by, and its guid there."""
    return short_hash("entry", feed, guid, length=_KEY_LENGTH)


def entry_digest(found: Candidate) -> str:
    """The digest of all that a correction may change in an entry: title, texts, and its dates as the feed writes
    them, however coarse. Its address is none of it: it may differ at every look."""
    parts = (found.title, found.content, found.extract, found.dates)
    return short_hash(*(part or "" for part in parts), length=_KEY_LENGTH)


def keys_of(found: Sequence[Candidate]) -> tuple[str | None, ...]:
    """The key of each of what was found; None for what no feed told of. An entry without a guid is told by its address,
    and by its title too where its feed lists several at that address."""
    at: Counter[tuple[str | None, str]] = Counter(
        (each.feed, item_id(each.url)) for each in found if each.feed and not each.guid
    )
    return tuple(_key(each, at) if each.feed else None for each in found)


def _key(found: Candidate, at: Mapping[tuple[str | None, str], int]) -> str:
    address = item_id(found.url)
    alone = at[found.feed, address] < 2 if not found.guid else True
    told_by = found.guid or (address if alone else f"{address} {found.title}")
    return entry_key(found.feed or "", told_by)


def identified(
    found: Sequence[Candidate], remembered: Iterable[FeedEntry], known: Mapping[str, str]
) -> tuple[Identified, ...]:
    """The item of each of what was found. `remembered` are the entries under the keys of `found` (`keys_of`), and those
    that became items at their addresses (`item_id`); `known` are the addresses of items that the store knows, by id.

    - An entry that is remembered is the item it was, whatever its address is now.
    - Of entries that a feed lists side by side at one page each is an item of its own; one whose very address an item
      has that is no other entry's is that item.
    - Else an entry is the item at its address, also where its guid is new (some feeds make one up at each look), but
      not where that item is another entry of the feed by its title.

    An entry that shares its page with others and has words in the feed has no page to itself (`has_page`)."""
    entries = list(remembered)
    by_key = {entry.key: entry for entry in entries}
    owners: dict[str, list[FeedEntry]] = {}
    for entry in entries:
        owners.setdefault(entry.item, []).append(entry)
    keys = keys_of(found)
    listed = dict.fromkeys((each.feed, item_id(each.url), key) for each, key in zip(found, keys, strict=True) if key)
    at_page = Counter((feed, address) for feed, address, _ in listed)
    taken: set[str] = set()
    told: list[Identified] = []
    for each, key in zip(found, keys, strict=True):
        address = item_id(each.url)
        if key is None:
            told.append(Identified(each, address))
            continue
        before = by_key.get(key)
        shared = at_page[each.feed, address] > 1
        item = before.item if before else _item(each, key, shared, owners.get(address, []), known, taken)
        taken.add(item)
        alone = each.model_copy(update={"has_page": False}) if shared and _has_words(each) else each
        now = FeedEntry(key=key, item=item, url=each.url, title=each.title, digest=entry_digest(each))
        told.append(Identified(alone, item, now, bool(before and before.digest != now.digest)))
    return tuple(told)


def _item(
    found: Candidate, key: str, shared: bool, owners: Sequence[FeedEntry], known: Mapping[str, str], taken: set[str]
) -> str:
    """The item of an entry that is not remembered."""
    address = item_id(found.url)
    if not found.has_page or address in taken:
        return key
    if shared:
        return address if known.get(address) == found.url and not owners else key
    of_another = [owner for owner in owners if found.guid and not _may_be(owner, found)]
    return key if of_another else address


def _may_be(entry: FeedEntry, found: Candidate) -> bool:
    """Whether what is remembered under another guid is the same entry: it has its address and its title."""
    return entry.url == found.url and (entry.title or "").casefold() == (found.title or "").casefold()


def _has_words(found: Candidate) -> bool:
    return bool(words_in(found.content or found.extract or ""))
