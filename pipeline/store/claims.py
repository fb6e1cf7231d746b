"""Extractions and their claims; and the sentences that pages cite beside these."""

import json
from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from pipeline.records.claims import Claim, Extraction
from pipeline.store.schema import cited_sentences, claims, extractions, in_parts, snapshots, thread_items


def add(connection: sa.Connection, extraction: Extraction) -> None:
    """Adds the extraction with its claims; one that is stored already stays as it is."""
    if connection.scalar(sa.select(extractions.c.id).where(extractions.c.id == extraction.id)):
        return
    last = connection.scalar(sa.select(sa.func.max(extractions.c.position))) or 0
    connection.execute(
        sa.insert(extractions).values(
            id=extraction.id,
            snapshot=extraction.snapshot,
            position=last + 1,
            record=extraction.model_dump_json(exclude={"claims"}),
        )
    )
    rows = [
        {"id": claim.id, "extraction": extraction.id, "position": position, "record": claim.model_dump_json()}
        for position, claim in enumerate(extraction.claims)
    ]
    if rows:
        connection.execute(sa.insert(claims), rows)


def last_of(connection: sa.Connection, snapshot: str, language: str | None = None) -> Extraction | None:
    """The newest extraction of the snapshot, whose statements are in `language` if one is given; or None."""
    query = sa.select(extractions).where(extractions.c.snapshot == snapshot)
    rows = connection.execute(query.order_by(extractions.c.position.desc())).all()
    row = next((row for row in rows if language in (None, _language(row.record))), None)
    if row is None:
        return None
    claims_of_extraction = sa.select(claims.c.record).where(claims.c.extraction == row.id).order_by(claims.c.position)
    return Extraction.model_validate_json(row.record).model_copy(
        update={
            "claims": tuple(Claim.model_validate_json(record) for record in connection.scalars(claims_of_extraction))
        }
    )


def has(connection: sa.Connection, snapshot: str, language: str) -> bool:
    """Whether the snapshot has an extraction whose statements are in `language`."""
    records = connection.scalars(sa.select(extractions.c.record).where(extractions.c.snapshot == snapshot))
    return any(_language(record) == language for record in records)


def last_of_item(connection: sa.Connection, item: str, language: str) -> Extraction | None:
    """The extraction in `language` of the item's newest snapshot that has one, or None."""
    query = sa.select(snapshots.c.id, extractions.c.record).join(extractions, extractions.c.snapshot == snapshots.c.id)
    query = query.where(snapshots.c.item == item).order_by(snapshots.c.position.desc())
    found = (row.id for row in connection.execute(query).all() if _language(row.record) == language)
    snapshot = next(found, None)
    return last_of(connection, snapshot, language) if snapshot else None


def last_of_items(
    connection: sa.Connection, items: Iterable[str], language: str | None = None
) -> dict[str, Extraction]:
    """For each of `items`, in their order, the newest extraction of its last snapshot: in `language`, if one is given
    and there is one, else in any. Items without one are left out."""
    item_ids = list(items)
    later = snapshots.alias()
    newest = sa.select(sa.func.max(later.c.position)).where(later.c.item == snapshots.c.item).scalar_subquery()
    rows: dict[str, sa.Row[tuple[str, str, str]]] = {}
    for part in in_parts(item_ids):
        query = (
            sa.select(snapshots.c.item, extractions.c.id, extractions.c.record)
            .join(snapshots, extractions.c.snapshot == snapshots.c.id)
            .where(snapshots.c.item.in_(part), snapshots.c.position == newest)
            .order_by(extractions.c.position)
        )
        found = connection.execute(query).all()  # of several extractions the newest comes last
        rows |= {row.item: row for row in found}
        rows |= {row.item: row for row in found if _language(row.record) == language}
    records: dict[str, list[str]] = {}
    for part in in_parts([row.id for row in rows.values()]):
        claims_query = sa.select(claims.c.extraction, claims.c.record).where(claims.c.extraction.in_(part))
        for extraction, record in connection.execute(claims_query.order_by(claims.c.extraction, claims.c.position)):
            records.setdefault(extraction, []).append(record)
    return {
        item: Extraction.model_validate_json(rows[item].record).model_copy(
            update={"claims": tuple(Claim.model_validate_json(record) for record in records.get(rows[item].id, ()))}
        )
        for item in item_ids
        if item in rows
    }


def _language(record: str) -> str:
    """The language of an extraction's statements; those of earlier programs are English."""
    return str(json.loads(record).get("language", "en"))


def extraction_ids(connection: sa.Connection, thread: str) -> dict[str, list[str]]:
    """For each snapshot of the thread's items that has any, the ids of its extractions."""
    query = (
        sa.select(extractions.c.snapshot, extractions.c.id)
        .join(snapshots, extractions.c.snapshot == snapshots.c.id)
        .join(thread_items, thread_items.c.item == snapshots.c.item)
        .where(thread_items.c.thread == thread)
    )
    ids: dict[str, list[str]] = {}
    for snapshot, extraction in connection.execute(query):
        ids.setdefault(snapshot, []).append(extraction)
    return ids


def topics(connection: sa.Connection, items: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The topics of each of these items, as its newest extraction names them; none where it has no extraction."""
    query = sa.select(snapshots.c.item, extractions.c.record).join(snapshots, extractions.c.snapshot == snapshots.c.id)
    query, topics_by_item = query.order_by(extractions.c.position), dict[str, tuple[str, ...]]()
    for part in in_parts(list(items)):
        for item, record in connection.execute(query.where(snapshots.c.item.in_(part))):
            topics_by_item[str(item)] = tuple(str(topic) for topic in json.loads(record)["topics"])
    return topics_by_item


def by_ids(connection: sa.Connection, ids: Iterable[str]) -> dict[str, Claim]:
    """The claims of these ids that are stored, whichever extraction they are from, or recorded from cited sentences."""
    claims_by_id: dict[str, Claim] = {}
    for part in in_parts(list(ids)):
        for table in (claims, cited_sentences):
            query = sa.select(table.c.id, table.c.record).where(table.c.id.in_(part))
            claims_by_id |= {row.id: Claim.model_validate_json(row.record) for row in connection.execute(query)}
    return claims_by_id


def add_cited(connection: sa.Connection, recorded: Iterable[Claim]) -> None:
    """Adds claims that were recorded from sentences which a page cites; those stored already stay as they are."""
    claims_by_id = {claim.id: claim for claim in recorded}
    stored = by_ids(connection, claims_by_id)
    new = [
        {"id": claim.id, "snapshot": claim.snapshot, "record": claim.model_dump_json()}
        for claim in claims_by_id.values()
        if claim.id not in stored
    ]
    if new:
        connection.execute(sa.insert(cited_sentences), new)


def cited_of_items(connection: sa.Connection, items: Sequence[str]) -> dict[str, list[Claim]]:
    """For each of `items` the claims that were recorded from sentences of it which pages cite, in the order of its
    text."""
    query = sa.select(snapshots.c.item, cited_sentences.c.record)
    query = query.join(snapshots, cited_sentences.c.snapshot == snapshots.c.id)
    query = query.order_by(snapshots.c.position.desc(), cited_sentences.c.id)
    recorded = _by_item(connection, query, items)
    return {item: sorted(of_item, key=lambda claim: claim.quotations[0].start) for item, of_item in recorded.items()}


def of_items(connection: sa.Connection, items: Sequence[str]) -> dict[str, list[Claim]]:
    """All claims of each of `items`, of the newest extraction first: older ones may still be cited."""
    query = (
        sa.select(snapshots.c.item, claims.c.record)
        .join(extractions, claims.c.extraction == extractions.c.id)
        .join(snapshots, extractions.c.snapshot == snapshots.c.id)
        .order_by(extractions.c.position.desc(), claims.c.position)
    )
    return _by_item(connection, query, items)


def _by_item(
    connection: sa.Connection, query: sa.Select[tuple[str, str]], items: Sequence[str]
) -> dict[str, list[Claim]]:
    """The claims that `query` gives as records, each behind its item."""
    found: dict[str, list[Claim]] = {item: [] for item in items}
    for part in in_parts(items):
        for row in connection.execute(query.where(snapshots.c.item.in_(part))):
            found[row.item].append(Claim.model_validate_json(row.record))
    return found
