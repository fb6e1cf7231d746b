"""Items, the bytes fetched for them, and their snapshots."""

import hashlib
import zlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from pipeline.records.items import Fetched, Item, Known, Snapshot, Verdict, digest_of, short_hash
from pipeline.store.schema import extractions, fetches, items, snapshots, thread_items
from pipeline.store.schema import threads as thread_table


def save(connection: sa.Connection, item: Item, host: str) -> None:
    """Adds the item, or replaces what is known of it."""
    values = {"host": host, "copy_of": item.copy_of, "record": item.model_dump_json()}
    if connection.execute(sa.update(items).where(items.c.id == item.id).values(values)).rowcount == 0:
        connection.execute(sa.insert(items).values(id=item.id, **values))


def find(connection: sa.Connection, item: str) -> Item | None:
    record = connection.scalar(sa.select(items.c.record).where(items.c.id == item))
    return Item.model_validate_json(record) if record else None


def every(connection: sa.Connection) -> list[Item]:
    """All items, in the order of their ids."""
    return [Item.model_validate_json(r) for r in connection.scalars(sa.select(items.c.record).order_by(items.c.id))]


def of_thread(connection: sa.Connection, thread: str) -> list[Item]:
    """The thread's items in the order they were first seen. What repeats an item that is not here repeats none here."""
    query = (
        sa.select(items.c.record)
        .join(thread_items, thread_items.c.item == items.c.id)
        .where(thread_items.c.thread == thread)
        .order_by(thread_items.c.position)
    )
    found = [Item.model_validate_json(record) for record in connection.scalars(query)]
    here = {item.id for item in found}
    return [
        item if item.copy_of is None or item.copy_of in here else item.model_copy(update={"copy_of": None})
        for item in found
    ]


def standings(connection: sa.Connection, thread: str | None = None) -> dict[str, str]:
    """For each thread that has items (or for one), a name of all that its page would be made from: of its items and
    verdicts, of the bytes, texts and extractions that came last. While it stays the same, there is nothing to do."""
    of_item = fetches.c.item == thread_items.c.item
    digest = sa.select(fetches.c.digest).where(of_item).order_by(fetches.c.position.desc()).limit(1)
    text = sa.select(snapshots.c.id).where(snapshots.c.item == thread_items.c.item)
    text = text.order_by(snapshots.c.position.desc()).limit(1)
    extracted = sa.select(extractions.c.id).join(snapshots, extractions.c.snapshot == snapshots.c.id)
    extracted = extracted.where(snapshots.c.item == thread_items.c.item)
    extracted = extracted.order_by(extractions.c.position.desc()).limit(1)
    query = (
        sa.select(
            thread_items.c.thread,
            thread_items.c.item,
            thread_items.c.verdict,
            items.c.record,
            digest.scalar_subquery(),
            text.scalar_subquery(),
            extracted.scalar_subquery(),
        )
        .join(items, thread_items.c.item == items.c.id)
        .where(thread_items.c.thread == thread if thread else sa.true())
        .order_by(thread_items.c.thread, thread_items.c.position)
    )
    hashes: dict[str, Any] = {}
    for slug, *rest in connection.execute(query):
        hashes.setdefault(slug, hashlib.sha256()).update("\0".join(part or "-" for part in rest).encode())
    return {slug: found.hexdigest() for slug, found in hashes.items()}


def add_to_thread(connection: sa.Connection, thread: str, item: str) -> None:
    """Puts the item on the thread's list; nothing where it is there."""
    here = thread_items.c.thread == thread
    if connection.scalar(sa.select(thread_items.c.item).where(here, thread_items.c.item == item)):
        return
    last = connection.scalar(sa.select(sa.func.max(thread_items.c.position)).where(here)) or 0
    connection.execute(sa.insert(thread_items).values(thread=thread, item=item, position=last + 1))


def judge(connection: sa.Connection, thread: str, item: str, verdict: Verdict) -> None:
    """Keeps whether the item can matter to the thread."""
    here = (thread_items.c.thread == thread, thread_items.c.item == item)
    connection.execute(sa.update(thread_items).where(*here).values(verdict=verdict))


def verdicts(connection: sa.Connection, thread: str) -> dict[str, Verdict]:
    """Of each item of the thread that was judged, whether it can matter there."""
    query = sa.select(thread_items.c.item, thread_items.c.verdict)
    judged = query.where(thread_items.c.thread == thread, thread_items.c.verdict.is_not(None))
    return {row.item: row.verdict for row in connection.execute(judged)}


def shown(connection: sa.Connection, threads: Iterable[str]) -> dict[str, str]:
    """The items of these threads, each with a name of all that its page shows: what is known of it, its text and
    claims, its threads, its copies."""
    text = sa.select(snapshots.c.id).where(snapshots.c.item == items.c.id)
    extracted = sa.select(extractions.c.id).join(snapshots, extractions.c.snapshot == snapshots.c.id)
    extracted = extracted.where(snapshots.c.item == items.c.id).order_by(extractions.c.position.desc()).limit(1)
    query = sa.select(
        items.c.id,
        items.c.copy_of,
        items.c.record,
        text.order_by(snapshots.c.position.desc()).limit(1).scalar_subquery(),
        extracted.scalar_subquery(),
    )
    every = {row.id: row for row in connection.execute(query)}
    here: dict[str, list[str]] = {}
    wanted = set(threads)
    listed = sa.select(thread_items.c.item, thread_items.c.thread, thread_table.c.title)
    listed = listed.join(thread_table, thread_items.c.thread == thread_table.c.slug)
    for item, slug, title in connection.execute(listed.order_by(thread_items.c.item, thread_items.c.thread)):
        if slug in wanted:
            here.setdefault(item, []).append(f"{slug} {title}")
    copies: dict[str, list[str]] = {}
    for row in every.values():
        if row.copy_of:
            copies.setdefault(row.copy_of, []).append(row.record)
    found = {}
    for item, in_threads in sorted(here.items()):
        row = every[item]
        original = every[row.copy_of].record if row.copy_of else ""
        parts = [str(part) for part in row] + in_threads + copies.get(item, []) + [original]
        found[item] = short_hash(*parts, length=24)
    return found


def threads_of(connection: sa.Connection, item: str) -> list[str]:
    query = sa.select(thread_items.c.thread).where(thread_items.c.item == item).order_by(thread_items.c.thread)
    return list(connection.scalars(query))


def keep_fetch(connection: sa.Connection, item: str, got: Fetched) -> None:
    """Keeps the bytes, once for each different body, and remembers which came last."""
    digest = digest_of(got.body)
    mine = fetches.c.item == item
    last = connection.scalar(sa.select(sa.func.max(fetches.c.position)).where(mine)) or 0
    said = {
        "position": last + 1,
        "fetched_at": got.fetched_at.isoformat(),
        "etag": got.known.etag,
        "last_modified": got.known.last_modified,
    }
    again = sa.update(fetches).where(mine, fetches.c.digest == digest).values(said)
    if connection.execute(again).rowcount == 0:
        connection.execute(
            sa.insert(fetches).values(
                item=item,
                digest=digest,
                final_url=got.final_url,
                media_type=got.media_type,
                charset=got.charset,
                body=zlib.compress(got.body),
                **said,
            )
        )


class LastFetch(NamedTuple):
    """What is remembered of the bytes that came back last, without the bytes."""

    digest: str
    fetched_at: datetime
    known: Known


def fetched(connection: sa.Connection, item: str) -> LastFetch | None:
    """What came back last for the item, or None where nothing ever did."""
    what = sa.select(fetches.c.digest, fetches.c.fetched_at, fetches.c.etag, fetches.c.last_modified)
    query = what.where(fetches.c.item == item).order_by(fetches.c.position.desc()).limit(1)
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    known = Known(etag=row.etag, last_modified=row.last_modified)
    return LastFetch(row.digest, datetime.fromisoformat(row.fetched_at), known)


def last_fetch(connection: sa.Connection, item: Item) -> Fetched:
    """The bytes that came back last for an item for which some did."""
    query = sa.select(fetches).where(fetches.c.item == item.id).order_by(fetches.c.position.desc()).limit(1)
    row = connection.execute(query).one()
    return Fetched.model_validate(
        {
            "url": item.url,
            "final_url": row.final_url,
            "fetched_at": row.fetched_at,
            "media_type": row.media_type,
            "charset": row.charset,
            "body": zlib.decompress(row.body),
            "known": {"etag": row.etag, "last_modified": row.last_modified},
        }
    )


def add_snapshot(connection: sa.Connection, snapshot: Snapshot) -> bool:
    """Adds the snapshot and says whether it is new."""
    if connection.scalar(sa.select(snapshots.c.id).where(snapshots.c.id == snapshot.id)):
        return False
    last = connection.scalar(sa.select(sa.func.max(snapshots.c.position))) or 0
    connection.execute(
        sa.insert(snapshots).values(
            id=snapshot.id, item=snapshot.item, position=last + 1, record=snapshot.model_dump_json()
        )
    )
    return True


def snapshot(connection: sa.Connection, snapshot_id: str) -> Snapshot | None:
    record = connection.scalar(sa.select(snapshots.c.record).where(snapshots.c.id == snapshot_id))
    return Snapshot.model_validate_json(record) if record else None


def last_snapshot(connection: sa.Connection, item: str) -> Snapshot | None:
    query = sa.select(snapshots.c.record).where(snapshots.c.item == item).order_by(snapshots.c.position.desc())
    record = connection.scalar(query.limit(1))
    return Snapshot.model_validate_json(record) if record else None


def earlier_texts(connection: sa.Connection, item: str) -> list[str]:
    """The texts the item had before its last one, oldest first."""
    query = sa.select(snapshots.c.record).where(snapshots.c.item == item).order_by(snapshots.c.position)
    return [Snapshot.model_validate_json(record).text for record in connection.scalars(query)][:-1]


def copies_of(connection: sa.Connection, item: str) -> list[Item]:
    query = sa.select(items.c.record).where(items.c.copy_of == item).order_by(items.c.id)
    return [Item.model_validate_json(record) for record in connection.scalars(query)]


def texts_of_host(connection: sa.Connection, host: str, most: int) -> list[Snapshot]:
    """The last snapshots of a host's items that repeat no other, at most `most` of those read last."""
    later = snapshots.alias()
    newest = sa.select(sa.func.max(later.c.position)).where(later.c.item == items.c.id).scalar_subquery()
    query = (
        sa.select(snapshots.c.record)
        .join(items, snapshots.c.item == items.c.id)
        .where(items.c.host == host, items.c.copy_of.is_(None), snapshots.c.position == newest)
        .order_by(snapshots.c.position.desc())
        .limit(most)
    )
    return [Snapshot.model_validate_json(record) for record in connection.scalars(query)]
