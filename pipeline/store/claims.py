"""Extractions and their claims."""

import json
from collections.abc import Iterable

import sqlalchemy as sa

from pipeline.records.claims import Claim, Extraction
from pipeline.store.schema import claims, extractions, snapshots


def add(connection: sa.Connection, extraction: Extraction) -> None:
    """Adds the extraction with its claims; nothing where it is there."""
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
    for position, claim in enumerate(extraction.claims):
        connection.execute(
            sa.insert(claims).values(
                id=claim.id, extraction=extraction.id, position=position, record=claim.model_dump_json()
            )
        )


def last_of(connection: sa.Connection, snapshot: str) -> Extraction | None:
    """The newest extraction of the snapshot."""
    query = sa.select(extractions).where(extractions.c.snapshot == snapshot)
    row = connection.execute(query.order_by(extractions.c.position.desc()).limit(1)).one_or_none()
    if row is None:
        return None
    of_it = sa.select(claims.c.record).where(claims.c.extraction == row.id).order_by(claims.c.position)
    return Extraction.model_validate_json(row.record).model_copy(
        update={"claims": tuple(Claim.model_validate_json(record) for record in connection.scalars(of_it))}
    )


def topics(connection: sa.Connection) -> dict[str, tuple[str, ...]]:
    """What each item is about, in the words of its last extraction."""
    query = sa.select(snapshots.c.item, extractions.c.record).join(snapshots, extractions.c.snapshot == snapshots.c.id)
    found = {}
    for item, record in connection.execute(query.order_by(extractions.c.position)):
        found[str(item)] = tuple(str(topic) for topic in json.loads(record)["topics"])
    return found


def extractions_of(connection: sa.Connection, snapshot: str) -> list[str]:
    """The ids of every extraction of the snapshot."""
    return list(connection.scalars(sa.select(extractions.c.id).where(extractions.c.snapshot == snapshot)))


def by_ids(connection: sa.Connection, ids: Iterable[str]) -> dict[str, Claim]:
    """The claims of these ids, whatever extraction they are from."""
    query = sa.select(claims.c.id, claims.c.record).where(claims.c.id.in_(list(ids)))
    return {row.id: Claim.model_validate_json(row.record) for row in connection.execute(query)}


def of_item(connection: sa.Connection, item: str) -> list[Claim]:
    """Every claim ever taken from the item, newest extraction first: older ones may still be cited."""
    query = (
        sa.select(claims.c.record)
        .join(extractions, claims.c.extraction == extractions.c.id)
        .join(snapshots, extractions.c.snapshot == snapshots.c.id)
        .where(snapshots.c.item == item)
        .order_by(extractions.c.position.desc(), claims.c.position)
    )
    return [Claim.model_validate_json(record) for record in connection.scalars(query)]
