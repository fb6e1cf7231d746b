"""Items as their pages show them, read for many items at once: a query costs more than the rows that it finds."""

from bisect import bisect_left
from collections.abc import Collection, Iterable

import sqlalchemy as sa

from pipeline.errors import StoreError
from pipeline.publish.library import ItemView
from pipeline.store import claims as claim_store
from pipeline.store import items as item_store
from pipeline.store import threads as thread_store
from pipeline.store.database import Store

_AT_ONCE = 32  # items: what one of them costs hardly falls with more, and the memory is that of so many


def item_views(connection: sa.Connection, ids: Collection[str]) -> dict[str, ItemView]:
    """Those of these items that are there, by id."""
    items = item_store.several(connection, list(ids))
    there = list(items)
    snapshots = item_store.last_snapshots(connection, there)
    extractions = claim_store.last_of_items(connection, there)
    claims, cited = claim_store.of_items(connection, there), claim_store.cited_of_items(connection, there)
    memberships = item_store.memberships(connection, there)
    slugs = {slug for of_item in memberships.values() for slug in of_item}
    threads = {thread.slug: thread for thread in thread_store.of(connection, list(slugs))}
    copies = item_store.copies_of(connection, there)
    originals = item_store.several(connection, sorted({item.copy_of for item in items.values() if item.copy_of}))
    views = {}
    for item in items.values():
        snapshot, member = snapshots.get(item.id), memberships[item.id]
        views[item.id] = ItemView(
            item=item,
            extraction=extractions.get(item.id),
            claims=tuple(claims[item.id]),
            threads=tuple(threads[slug] for slug in member if slug in threads),
            copies=tuple(copies.get(item.id, ())),
            original=originals.get(item.copy_of) if item.copy_of else None,
            cited=tuple(cited[item.id]),
            posts=snapshot.posts if snapshot else (),
            text=snapshot.text if snapshot and snapshot.posts else "",
            language=snapshot.language if snapshot else None,
            set_aside={slug: relevance for slug, relevance in member.items() if relevance not in (None, "relevant")},
        )
    return views


class ItemViews:
    """Gives one view after another. Those that are `expected` are read some at a time, in the order of their ids."""

    def __init__(self, store: Store, expected: Iterable[str]) -> None:
        self._store, self._expected = store, sorted(expected)
        self._read: dict[str, ItemView] = {}

    def __call__(self, item_id: str) -> ItemView:
        """The view of an item. Raises StoreError where it is there no longer."""
        if item_id not in self._read:
            start = bisect_left(self._expected, item_id)
            ids = {item_id, *self._expected[start : start + _AT_ONCE]}
            with self._store.reading() as connection:
                self._read = item_views(connection, ids)
        try:
            return self._read[item_id]
        except KeyError:
            raise StoreError(f"the item {item_id} was deleted while the site was made: publish again") from None
