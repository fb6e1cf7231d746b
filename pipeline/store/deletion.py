"""Deletes a thread with all that no other needs: the one way by which something that never changes leaves the store."""

import sqlalchemy as sa

from pipeline.store import days as day_store
from pipeline.store import spending, tokens
from pipeline.store.schema import (
    arrivals,
    awaited,
    cast_decisions,
    cited_sentences,
    claims,
    corrections,
    extractions,
    feed_entries,
    fetches,
    items,
    outbox,
    runs,
    snapshots,
    source_numbers,
    thread_items,
    thread_sources,
    threads,
    unguarded,
    versions,
)


def delete_thread(connection: sa.Connection, slug: str) -> None:
    """Deletes the thread, its versions and runs, its part of the pages of days, and the items that no other thread has
    and no watched feed brought. Threads that it went on with stay closed, and may be opened again."""
    own = sa.select(thread_items.c.item).where(thread_items.c.thread == slug)
    others = sa.select(thread_items.c.item).where(thread_items.c.thread != slug)
    arrived = sa.select(arrivals.c.item)
    only_here = items.c.id.in_(own) & items.c.id.not_in(others) & items.c.id.not_in(arrived)
    doomed = list(connection.scalars(sa.select(items.c.id).where(only_here)))
    _delete_from_days(connection, slug)
    with unguarded(connection):
        own_tables = (versions, source_numbers, runs, cast_decisions, corrections)
        for table in (*own_tables, thread_sources, thread_items, awaited, outbox):
            connection.execute(sa.delete(table).where(table.c.thread == slug))
        for item in doomed:
            _delete_item(connection, item)
        connection.execute(sa.update(threads).where(threads.c.merged_into == slug).values(merged_into=None))
        connection.execute(sa.delete(threads).where(threads.c.slug == slug))
    spending.forget_thread(connection, slug)
    tokens.forget(connection, slug)


def _delete_item(connection: sa.Connection, item: str) -> None:
    texts = sa.select(snapshots.c.id).where(snapshots.c.item == item)
    extracted = sa.select(extractions.c.id).where(extractions.c.snapshot.in_(texts))
    connection.execute(sa.delete(claims).where(claims.c.extraction.in_(extracted)))
    connection.execute(sa.delete(cited_sentences).where(cited_sentences.c.snapshot.in_(texts)))
    connection.execute(sa.delete(extractions).where(extractions.c.snapshot.in_(texts)))
    for table in (snapshots, fetches, feed_entries):
        connection.execute(sa.delete(table).where(table.c.item == item))
    connection.execute(sa.update(items).where(items.c.copy_of == item).values(copy_of=None))
    connection.execute(sa.delete(items).where(items.c.id == item))


def _delete_from_days(connection: sa.Connection, slug: str) -> None:
    """What a model wrote of a day on which the thread had news may speak of it, and goes too."""
    for day in day_store.every(connection):
        left = tuple(each for each in day.developments if each.thread != slug)
        if len(left) < len(day.developments):
            changes = {"developments": left, "lead": (), "disagreements": (), "written": False}
            day_store.save(connection, day.model_copy(update=changes))
