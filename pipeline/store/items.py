"""Items, the bytes fetched for them, and their snapshots."""

import hashlib
import json
import zlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from pipeline.records.items import Item, Relevance, Response, Snapshot, Validators
from pipeline.records.posts import Post
from pipeline.store.schema import ASKED, cited_sentences, extractions, fetches, in_parts, items, snapshots, thread_items
from pipeline.store.schema import threads as thread_table
from pipeline.text import digest_of, short_hash

_STAND_IN = 0  # the position of a feed's own words; bytes that were fetched count from 1
_FIND = sa.select(items.c.record).where(items.c.id == ASKED)
_OF_THREAD = (
    sa.select(items.c.record)
    .join(thread_items, thread_items.c.item == items.c.id)
    .where(thread_items.c.thread == ASKED)
    .order_by(thread_items.c.position)
)
_JUDGED = sa.select(thread_items.c.item, thread_items.c.verdict).where(
    thread_items.c.thread == ASKED, thread_items.c.verdict.is_not(None)
)
_LAST_FETCH_INFO = (
    sa.select(fetches.c.digest, fetches.c.fetched_at, fetches.c.etag, fetches.c.last_modified)
    .where(fetches.c.item == ASKED, fetches.c.position > _STAND_IN)
    .order_by(fetches.c.position.desc())
    .limit(1)
)
_SNAPSHOT = sa.select(snapshots.c.record).where(snapshots.c.id == ASKED)
_LAST_SNAPSHOT = (
    sa.select(snapshots.c.record).where(snapshots.c.item == ASKED).order_by(snapshots.c.position.desc()).limit(1)
)


def save(connection: sa.Connection, item: Item, host: str) -> None:
    """Adds the item, or replaces its record. `host` is the one of its address."""
    values = {"host": host, "copy_of": item.copy_of, "record": item.model_dump_json()}
    if connection.execute(sa.update(items).where(items.c.id == item.id).values(values)).rowcount == 0:
        connection.execute(sa.insert(items).values(id=item.id, **values))


def find(connection: sa.Connection, item: str) -> Item | None:
    """The item of this id, or None."""
    record = connection.scalar(_FIND, {"asked": item})
    return Item.model_validate_json(record) if record else None


def several(connection: sa.Connection, ids: Sequence[str]) -> dict[str, Item]:
    """Those of these items that are there, by id."""
    found: dict[str, Item] = {}
    for part in in_parts(ids):
        records = connection.execute(sa.select(items.c.id, items.c.record).where(items.c.id.in_(part)))
        found |= {row.id: Item.model_validate_json(row.record) for row in records}
    return found


def every(connection: sa.Connection) -> list[Item]:
    """All items, by id."""
    records = connection.scalars(sa.select(items.c.record).order_by(items.c.id))
    return [Item.model_validate_json(record) for record in records]


def of_thread(connection: sa.Connection, thread: str) -> list[Item]:
    """The thread's items in the order they were first seen. A copy of an item of other threads only is no copy here:
    its `copy_of` is None."""
    records = connection.scalars(_OF_THREAD, {"asked": thread})
    thread_members = [Item.model_validate_json(record) for record in records]
    member_ids = {item.id for item in thread_members}
    return [
        item if item.copy_of is None or item.copy_of in member_ids else item.model_copy(update={"copy_of": None})
        for item in thread_members
    ]


def input_digests(connection: sa.Connection, thread: str | None = None) -> dict[str, str]:
    """For each thread that has items (or for one), a hash of all that its page would be made from: its items with their
    relevance, and the bytes, texts and extractions that came last. While it stays the same, there is nothing to do."""
    of_item = fetches.c.item == thread_items.c.item
    body_digest = sa.select(fetches.c.digest).where(of_item).order_by(fetches.c.position.desc()).limit(1)
    snapshot_id = sa.select(snapshots.c.id).where(snapshots.c.item == thread_items.c.item)
    snapshot_id = snapshot_id.order_by(snapshots.c.position.desc()).limit(1)
    extraction_id = sa.select(extractions.c.id).join(snapshots, extractions.c.snapshot == snapshots.c.id)
    extraction_id = extraction_id.where(snapshots.c.item == thread_items.c.item)
    extraction_id = extraction_id.order_by(extractions.c.position.desc()).limit(1)
    query = (
        sa.select(
            thread_items.c.thread,
            thread_items.c.item,
            thread_items.c.verdict,
            items.c.record,
            body_digest.scalar_subquery(),
            snapshot_id.scalar_subquery(),
            extraction_id.scalar_subquery(),
        )
        .join(items, thread_items.c.item == items.c.id)
        .where(thread_items.c.thread == thread if thread else sa.true())
        .order_by(thread_items.c.thread, thread_items.c.position)
    )
    hashes: dict[str, Any] = {}
    for slug, *inputs in connection.execute(query):
        hashes.setdefault(slug, hashlib.sha256()).update("\0".join(part or "-" for part in inputs).encode())
    return {slug: digest.hexdigest() for slug, digest in hashes.items()}


def add_to_thread(connection: sa.Connection, thread: str, item: str) -> None:
    """Puts the item on the thread's list, at its end; one that is there already stays where it is."""
    of_thread = thread_items.c.thread == thread
    if connection.scalar(sa.select(thread_items.c.item).where(of_thread, thread_items.c.item == item)):
        return
    last = connection.scalar(sa.select(sa.func.max(thread_items.c.position)).where(of_thread)) or 0
    connection.execute(sa.insert(thread_items).values(thread=thread, item=item, position=last + 1))


def set_relevance(connection: sa.Connection, thread: str, item: str, relevance: Relevance | None) -> None:
    """Stores whether the item can matter to the thread; None that nobody has judged it."""
    membership = (thread_items.c.thread == thread, thread_items.c.item == item)
    connection.execute(sa.update(thread_items).where(*membership).values(verdict=relevance))


def relevances(connection: sa.Connection, thread: str) -> dict[str, Relevance]:
    """For each item of the thread that was judged, whether it can matter to it."""
    return {row.item: row.verdict for row in connection.execute(_JUDGED, {"asked": thread})}


def memberships(connection: sa.Connection, ids: Sequence[str]) -> dict[str, dict[str, Relevance | None]]:
    """For each of these items the threads that have it, by slug, with whether it can matter to them, where judged."""
    query = sa.select(thread_items.c.item, thread_items.c.thread, thread_items.c.verdict)
    query = query.order_by(thread_items.c.thread)
    found: dict[str, dict[str, Relevance | None]] = {item: {} for item in ids}
    for part in in_parts(ids):
        for item, slug, relevance in connection.execute(query.where(thread_items.c.item.in_(part))):
            found[item][slug] = relevance
    return found


def page_digests(connection: sa.Connection, ids: Iterable[str], threads: Iterable[str]) -> dict[str, str]:
    """For each of these items, a hash of all that its page shows: its record, its text, its claims and cited sentences,
    those of `threads` that have it and whether they set it aside, its copies, and the item it repeats."""
    snapshot_id = sa.select(snapshots.c.id).where(snapshots.c.item == items.c.id)
    extraction_id = sa.select(extractions.c.id).join(snapshots, extractions.c.snapshot == snapshots.c.id)
    extraction_id = extraction_id.where(snapshots.c.item == items.c.id).order_by(extractions.c.position.desc()).limit(1)
    cited = sa.select(sa.func.count()).select_from(cited_sentences.join(snapshots))  # they are only ever added
    cited = cited.where(snapshots.c.item == items.c.id)
    shown = sa.select(
        items.c.id,
        items.c.copy_of,
        items.c.record,
        snapshot_id.order_by(snapshots.c.position.desc()).limit(1).scalar_subquery(),
        extraction_id.scalar_subquery(),
        cited.scalar_subquery(),
    )
    memberships = sa.select(thread_items.c.item, thread_items.c.thread, thread_table.c.title, thread_items.c.verdict)
    memberships = memberships.join(thread_table, thread_items.c.thread == thread_table.c.slug)
    memberships = memberships.order_by(thread_items.c.item, thread_items.c.thread)
    copied = sa.select(items.c.copy_of, items.c.record).order_by(items.c.id)
    slugs, digests = set(threads), dict[str, str]()
    for part in in_parts(sorted(ids)):
        rows = connection.execute(shown.where(items.c.id.in_(part))).all()
        about: dict[str, list[str]] = {row.id: [str(value) for value in row] for row in rows}
        for item, slug, title, relevance in connection.execute(memberships.where(thread_items.c.item.in_(part))):
            if slug in slugs:
                about[item].append(f"{slug} {title} {relevance}")
        for original, record in connection.execute(copied.where(items.c.copy_of.in_(part))):
            about[original].append(record)
        repeated = [row.copy_of for row in rows if row.copy_of]
        records = connection.execute(sa.select(items.c.id, items.c.record).where(items.c.id.in_(repeated)))
        originals = {row.id: str(row.record) for row in records}
        for row in rows:
            digests[row.id] = short_hash(*about[row.id], originals.get(row.copy_of, ""), length=24)
    return digests


def first_threads(connection: sa.Connection, having: Sequence[str], threads: Iterable[str]) -> dict[str, str]:
    """For each item of the threads `having`, the first of `threads` by slug that has it."""
    first: dict[str, str] = {}
    slugs, of = set(threads), thread_items.alias()
    query = sa.select(thread_items.c.item, thread_items.c.thread).join(of, of.c.item == thread_items.c.item)
    for part in in_parts(having):
        for item, thread in connection.execute(query.where(of.c.thread.in_(part))):
            if thread in slugs:
                first[item] = min(thread, first.get(item, thread))
    return first


def urls(connection: sa.Connection, ids: Sequence[str]) -> dict[str, str]:
    """The address of each of these items that is there."""
    found: dict[str, str] = {}
    for part in in_parts(ids):
        query = sa.select(items.c.id, items.c.record).where(items.c.id.in_(part))
        found |= {row.id: str(json.loads(row.record)["url"]) for row in connection.execute(query)}
    return found


def threads_of(connection: sa.Connection, item: str) -> list[str]:
    """The slugs of the threads that have the item."""
    query = sa.select(thread_items.c.thread).where(thread_items.c.item == item).order_by(thread_items.c.thread)
    return list(connection.scalars(query))


def keep_fetch(connection: sa.Connection, item: str, response: Response) -> None:
    """Stores the bytes, once for each different body, and which came last."""
    digest = digest_of(response.body)
    of_item = fetches.c.item == item
    last = connection.scalar(sa.select(sa.func.max(fetches.c.position)).where(of_item)) or 0
    values = {
        "position": last + 1,
        "fetched_at": response.fetched_at.isoformat(),
        "etag": response.validators.etag,
        "last_modified": response.validators.last_modified,
    }
    update = sa.update(fetches).where(of_item, fetches.c.digest == digest).values(values)
    if connection.execute(update).rowcount == 0:
        connection.execute(
            sa.insert(fetches).values(
                item=item,
                digest=digest,
                final_url=response.final_url,
                media_type=response.media_type,
                charset=response.charset,
                body=zlib.compress(response.body),
                text_from=response.text_from,
                **values,
            )
        )


def keep_stand_in(connection: sa.Connection, item: str, response: Response) -> None:
    """Stores a feed's own words about an item, for where its page gives none. They are never the last bytes of it."""
    of_item, digest = fetches.c.item == item, digest_of(response.body)
    connection.execute(sa.delete(fetches).where(of_item, fetches.c.position == _STAND_IN))
    if connection.scalar(sa.select(fetches.c.item).where(of_item, fetches.c.digest == digest)) is None:
        connection.execute(
            sa.insert(fetches).values(
                item=item,
                digest=digest,
                position=_STAND_IN,
                final_url=response.final_url,
                fetched_at=response.fetched_at.isoformat(),
                media_type=response.media_type,
                charset=response.charset,
                body=zlib.compress(response.body),
                text_from=response.text_from,
            )
        )


def stand_in(connection: sa.Connection, item: Item) -> Response | None:
    """The feed's own words about an item, or None."""
    query = sa.select(fetches).where(fetches.c.item == item.id, fetches.c.position == _STAND_IN)
    row = connection.execute(query).one_or_none()
    return _response(item, row) if row else None


class LastFetchInfo(NamedTuple):
    """What is stored about the bytes that came back last, without the bytes. `digest` is their hash."""

    digest: str
    fetched_at: datetime
    validators: Validators


def last_fetch_info(connection: sa.Connection, item: str) -> LastFetchInfo | None:
    """What is stored about the last bytes of the item, or None where it has none."""
    row = connection.execute(_LAST_FETCH_INFO, {"asked": item}).one_or_none()
    if row is None:
        return None
    validators = Validators(etag=row.etag, last_modified=row.last_modified)
    return LastFetchInfo(row.digest, datetime.fromisoformat(row.fetched_at), validators)


def last_fetch(connection: sa.Connection, item: Item) -> Response:
    """The last bytes of an item that has some."""
    query = sa.select(fetches).where(fetches.c.item == item.id).order_by(fetches.c.position.desc()).limit(1)
    return _response(item, connection.execute(query).one())


def _response(item: Item, row: sa.Row[Any]) -> Response:
    return Response.model_validate(
        {
            "url": item.url,
            "final_url": row.final_url,
            "fetched_at": row.fetched_at,
            "media_type": row.media_type,
            "charset": row.charset,
            "body": zlib.decompress(row.body),
            "validators": {"etag": row.etag, "last_modified": row.last_modified},
            "text_from": row.text_from or "page",
        }
    )


def add_snapshot(connection: sa.Connection, snapshot: Snapshot) -> bool:
    """Adds the snapshot, and returns whether it is new."""
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
    """The snapshot of this id, or None."""
    record = connection.scalar(_SNAPSHOT, {"asked": snapshot_id})
    return Snapshot.model_validate_json(record) if record else None


def last_snapshot(connection: sa.Connection, item: str) -> Snapshot | None:
    """The newest snapshot of the item, or None."""
    record = connection.scalar(_LAST_SNAPSHOT, {"asked": item})
    return Snapshot.model_validate_json(record) if record else None


def last_snapshots(connection: sa.Connection, ids: Sequence[str]) -> dict[str, Snapshot]:
    """The newest snapshot of each of these items that has any."""
    later = snapshots.alias()
    newest = sa.select(sa.func.max(later.c.position)).where(later.c.item == snapshots.c.item).scalar_subquery()
    query = sa.select(snapshots.c.item, snapshots.c.record).where(snapshots.c.position == newest)
    found: dict[str, Snapshot] = {}
    for part in in_parts(ids):
        rows = connection.execute(query.where(snapshots.c.item.in_(part)))
        found |= {row.item: Snapshot.model_validate_json(row.record) for row in rows}
    return found


def snapshot_ids(connection: sa.Connection, thread: str) -> dict[str, list[str]]:
    """For each of the thread's items that has any, the ids of its snapshots, oldest first."""
    query = (
        sa.select(snapshots.c.item, snapshots.c.id)
        .join(thread_items, thread_items.c.item == snapshots.c.item)
        .where(thread_items.c.thread == thread)
        .order_by(snapshots.c.position)
    )
    ids: dict[str, list[str]] = {}
    for item, snapshot_id in connection.execute(query):
        ids.setdefault(item, []).append(snapshot_id)
    return ids


def languages(connection: sa.Connection, thread: str) -> dict[str, str]:
    """The language of each snapshot of the thread's items, by its id."""
    query = (
        sa.select(snapshots.c.id, snapshots.c.record)
        .join(thread_items, thread_items.c.item == snapshots.c.item)
        .where(thread_items.c.thread == thread)
        .order_by(snapshots.c.position)
    )
    return {row.id: str(json.loads(row.record)["language"]) for row in connection.execute(query)}


def texts(connection: sa.Connection, items: Sequence[str]) -> dict[str, str]:
    """The texts of all snapshots of `items`, by snapshot id."""
    texts_by_id: dict[str, str] = {}
    for part in in_parts(items):
        query = sa.select(snapshots.c.id, snapshots.c.record).where(snapshots.c.item.in_(part))
        texts_by_id |= {row.id: str(json.loads(row.record)["text"]) for row in connection.execute(query)}
    return texts_by_id


def posts(connection: sa.Connection, discussions: Sequence[str]) -> dict[str, tuple[Post, ...]]:
    """For each of these items, the posts of its newest snapshot."""
    return {item: snapshot.posts for item, snapshot in last_snapshots(connection, discussions).items()}


def copies_of(connection: sa.Connection, ids: Sequence[str]) -> dict[str, list[Item]]:
    """For each of these items that has any, the items that repeat it, by id."""
    query = sa.select(items.c.copy_of, items.c.record).order_by(items.c.id)
    found: dict[str, list[Item]] = {}
    for part in in_parts(ids):
        for original, record in connection.execute(query.where(items.c.copy_of.in_(part))):
            found.setdefault(str(original), []).append(Item.model_validate_json(record))
    return found


def texts_of_host(connection: sa.Connection, host: str, limit: int) -> list[Snapshot]:
    """The newest snapshots of a host's items that are no copies: at most `limit`, the last read first."""
    later = snapshots.alias()
    newest = sa.select(sa.func.max(later.c.position)).where(later.c.item == items.c.id).scalar_subquery()
    query = (
        sa.select(snapshots.c.record)
        .join(items, snapshots.c.item == items.c.id)
        .where(items.c.host == host, items.c.copy_of.is_(None), snapshots.c.position == newest)
        .order_by(snapshots.c.position.desc())
        .limit(limit)
    )
    return [Snapshot.model_validate_json(record) for record in connection.scalars(query)]
