"""What a backup may hold: one that comes from elsewhere is read as the program would read it before it is kept."""

import json
import re
import sqlite3
import zlib
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel
from sqlalchemy import Table

from pipeline.records.arrivals import Arrival
from pipeline.records.batches import BatchReport
from pipeline.records.claims import Claim, Extraction
from pipeline.records.days import Day
from pipeline.records.endpoints import EndpointFacts
from pipeline.records.entries import FeedEntry
from pipeline.records.items import Item, Snapshot
from pipeline.records.pages import Version
from pipeline.records.replies import Reply
from pipeline.records.runs import RunReport
from pipeline.records.sources import SourceStatus
from pipeline.records.threads import CastDecision, Correction, Thread

_RECORDS: Mapping[str, type[BaseModel]] = {
    "items": Item,
    "feed_entries": FeedEntry,
    "sources": SourceStatus,
    "snapshots": Snapshot,
    "extractions": Extraction,
    "claims": Claim,
    "cited_sentences": Claim,
    "cast_decisions": CastDecision,
    "corrections": Correction,
    "versions": Version,
    "runs": RunReport,
    "arrivals": Arrival,
    "batches": BatchReport,
    "days": Day,
    "endpoint_facts": EndpointFacts,
}
_OF_THREADS = ("slug", "title", "state", "state_since", "state_reason", "merged_into", "language", "created_at")
_FOLDER = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*")
"""What names a folder of the site: a thread, an item, a day."""
_MOST_BYTES = 300_000_000  # of a page, unpacked: twenty times what is fetched unless settings say otherwise
_AT_ONCE = 1_000_000


def check(table: Table, row: Mapping[str, Any]) -> None:
    """Raises ValueError for a row that this program does not write, in a line."""
    try:
        _check(table.name, row)
    except (ValueError, TypeError, KeyError, RecursionError, zlib.error):
        raise ValueError(f"a row of {table.name} is none that this program writes") from None


def _check(table: str, row: Mapping[str, Any]) -> None:
    names: list[str] = []
    if table in _RECORDS:
        record = _RECORDS[table].model_validate_json(row["record"])
        if isinstance(record, Version):
            _same((record.thread.slug, record.version), (row["thread"], row["number"]))
        elif isinstance(record, Day):
            _same(record.date, row["date"])
            names = [record.date, *(each.thread for each in record.developments)]
        elif isinstance(record, Item | Snapshot | Claim):
            _same(record.id, row["id"])
            names = [record.id] if isinstance(record, Item) else []
    elif table == "threads":
        own = {"settings": json.loads(row["settings"] or "{}")}
        names = [Thread.model_validate({**{name: row[name] for name in _OF_THREADS}, **own}).slug]
    elif table == "replies":
        Reply.model_validate_json(row["reply"])
    elif table == "fetches":
        _unpack(row["body"])
    if not all(_FOLDER.fullmatch(name) for name in names):
        raise ValueError(names)


def _unpack(body: bytes) -> None:
    """Raises ValueError for bytes that unpack to more than a page has."""
    unpack, size = zlib.decompressobj(), 0
    while body and not unpack.eof:
        part = unpack.decompress(body, _AT_ONCE)
        body, size = unpack.unconsumed_tail, size + len(part)
        if size > _MOST_BYTES:
            raise ValueError(size)


def _same(one: object, other: object) -> None:
    if one != other:
        raise ValueError(one)


def foreign_part(connection: sqlite3.Connection, ours: sqlite3.Connection) -> str | None:
    """The name of a part of a backup that does something when it is read or brought up to date, and is not of `ours`, a
    store of this program: a view, a virtual table or column, or a trigger of another's. Triggers of ours are the same
    in stores of all ages."""
    of_ours = {sql for (sql,) in ours.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger'")}
    acting = "SELECT name, type, sql FROM sqlite_master WHERE type IN ('view', 'trigger') OR sql LIKE '%VIRTUAL%'"
    return next(
        (str(name) for name, kind, sql in connection.execute(acting) if kind != "trigger" or sql not in of_ours), None
    )
