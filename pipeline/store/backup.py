"""Copies a store row by row into another: for backups, from one database to the other; one thread for a recording."""

import json
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from pipeline.errors import StoreError, UsageError
from pipeline.store.backup_rows import check, foreign_part
from pipeline.store.database import Store
from pipeline.store.schema import (
    cast_decisions,
    cited_sentences,
    claims,
    corrections,
    extractions,
    feed_entries,
    fetches,
    items,
    metadata,
    outbox,
    page_tokens,
    replies,
    runs,
    snapshots,
    source_numbers,
    sources,
    thread_items,
    thread_sources,
    threads,
    versions,
    workers,
)

_NOT_COPIED = (page_tokens, outbox, workers)
"""The target draws tokens of its own; and what is to be told is told by the store that it was to be told by."""
_ROWS_AT_ONCE = 500  # a row of bytes may have some megabytes; chosen, not measured


def backup(store: Store, file: Path) -> None:
    """Copies the store into `file`, a store of its own on SQLite, which is whole or not there. Raises UsageError where
    `file` exists or its folder does not, StoreError where the store cannot be copied."""
    if file.exists():
        raise UsageError(f"{file} is there already: name a file that is not")
    if not file.parent.is_dir():
        raise UsageError(f"there is no folder {file.parent}: make it, or name another")
    partial = file.with_name(file.name + ".part")
    try:
        _remove(partial)
        with closing(Store(partial)) as target:
            _copy(store, target)
        partial.replace(file)
    except (OSError, StoreError) as error:
        with suppress(OSError):
            _remove(partial)
        raise StoreError(f"the store {store.name} could not be copied to {file}: {error}") from error


def _remove(partial: Path) -> None:
    """Removes a copy that came to no end, and the logs of SQLite that stand beside it."""
    for end in ("", "-wal", "-shm", "-journal"):
        partial.with_name(partial.name + end).unlink(missing_ok=True)


def restore(store: Store, file: Path) -> None:
    """Copies a backup, which may be of an older program, into a store that is empty. Raises UsageError where `file` is
    no backup or the store is not empty, BusyError where another restores into it, StoreError where it cannot be
    copied."""
    if not file.is_file():
        raise UsageError(f"there is no file {file}: name one that `backup` made")
    with store.lock("_restore", f"a restore of {file}", "a restore"), tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / file.name  # opening a store migrates it, and a backup is left as it is
        shutil.copyfile(file, copy)
        try:
            _refuse_foreign(copy)
            with closing(Store(copy)) as source:
                if not _copy(source, store, check=check):
                    raise UsageError(f"{file} holds nothing: name one that `backup` made")
        except (sqlite3.DatabaseError, sa.exc.DatabaseError, sa.exc.StatementError, StoreError, ValueError) as error:
            cause = str(getattr(error, "orig", None) or error).replace(str(copy), str(file))
            raise StoreError(f"{file} could not be restored ({cause}): name one that `backup` made") from error


def _refuse_foreign(file: Path) -> None:
    """Raises UsageError for a file with parts of its own that act: a query in place of a table, or a trigger, that
    counts without end would hold up a restore."""
    empty = file.with_name("empty")
    Store(empty).close()
    with closing(sqlite3.connect(empty)) as ours, closing(sqlite3.connect(file)) as connection:
        found = foreign_part(connection, ours)
    if found:
        raise UsageError(f"{file.name} is no backup of this program (it has {found!r}): name one that `backup` made")


def copy_thread(store: Store, slug: str, file: Path) -> None:
    """Copies what a run of the thread works with, and nothing of other threads, into `file`, a backup that `restore`
    takes; in place of one that is there. Leaves no file where the thread has no items yet. Raises StoreError where it
    cannot be copied."""
    file.unlink(missing_ok=True)
    with store.reading() as connection:
        if connection.scalar(sa.select(thread_items.c.item).where(thread_items.c.thread == slug).limit(1)) is None:
            return
        selection = _rows_of_thread(connection, slug)
    partial = file.with_name(file.name + ".part")
    _remove(partial)
    with closing(Store(partial)) as target:
        _copy(store, target, selection)
    partial.replace(file)


def _rows_of_thread(connection: sa.Connection, slug: str) -> Mapping[sa.Table, sa.Select[Any]]:
    """The rows of one thread, by table; a table that is missing is not copied. Of kept replies they are those that its
    extractions rest on, which a version counts; one that was asked for together with texts of other threads tells of
    these too."""
    of_thread = sa.select(thread_items.c.item).where(thread_items.c.thread == slug)
    texts = sa.select(snapshots.c.id).where(snapshots.c.item.in_(of_thread))
    extracted = sa.select(extractions.c.id).where(extractions.c.snapshot.in_(texts))
    records = connection.scalars(sa.select(extractions.c.record).where(extractions.c.snapshot.in_(texts)))
    keys = sorted({key for record in records for key in json.loads(record)["keys"]})
    rested_on: sa.BindParameter[str] = sa.bindparam(
        "keys", keys, expanding=True, literal_execute=True
    )  # more than a query takes as variables
    looked_at = sa.select(thread_sources.c.address).where(thread_sources.c.thread == slug)
    conditions: dict[sa.Table, sa.ColumnElement[bool]] = {
        threads: threads.c.slug == slug,
        items: items.c.id.in_(of_thread),
        extractions: extractions.c.id.in_(extracted),
        claims: claims.c.extraction.in_(extracted),
        cited_sentences: cited_sentences.c.snapshot.in_(texts),
        replies: replies.c.key.in_(rested_on),
        sources: sources.c.address.in_(looked_at),
    }
    conditions |= {table: table.c.thread == slug for table in (thread_sources, thread_items, cast_decisions)}
    conditions |= {table: table.c.thread == slug for table in (source_numbers, versions, corrections, runs)}
    conditions |= {table: table.c.item.in_(of_thread) for table in (fetches, feed_entries, snapshots)}
    return {table: sa.select(table).where(condition) for table, condition in conditions.items()}


def _copy(
    source: Store,
    target: Store,
    selection: Mapping[sa.Table, sa.Select[Any]] | None = None,
    check: Callable[[sa.Table, Mapping[str, Any]], None] = lambda _, __: None,
) -> int:
    """Copies every row of `source`, or those of `selection`, as of one moment, into the empty `target`, in one
    transaction, and returns their number; `check` raises ValueError for a row that is not to be kept. Others may go on
    writing to `source`. Raises UsageError where `target` is not empty."""
    tables = [table for table in metadata.sorted_tables if table not in _NOT_COPIED]
    selection = selection or {table: sa.select(table) for table in tables}
    rows, copied = 0, set()
    with source.reading() as read, target.writing() as write:
        if not _is_empty(write):
            raise UsageError(
                f"the store {target.name} is not empty: restore into a new home, or a new database; `publish` makes "
                "the site of one that was restored"
            )
        for table in (table for table in tables if table in selection):
            result = read.execution_options(yield_per=_ROWS_AT_ONCE).execute(selection[table])
            for part in result.mappings().partitions():
                rows += len(part)
                for row in part:
                    check(table, dict(row))
                if table is items:
                    copied |= {row["id"] for row in part}
                write.execute(sa.insert(table), [_without_original(table, dict(row)) for row in part])
        copies = sa.select(items.c.id, items.c.copy_of).where(items.c.copy_of.is_not(None))
        for item, original in read.execute(copies).all():
            if {item, original} <= copied:
                write.execute(sa.update(items).where(items.c.id == item).values(copy_of=original))
        target.advance_sequences(write)
    return rows


def _is_empty(connection: sa.Connection) -> bool:
    """Whether no table has a row."""
    return not any(connection.scalar(sa.select(sa.func.count()).select_from(table)) for table in metadata.sorted_tables)


def _without_original(table: sa.Table, row: dict[str, object]) -> dict[str, object]:
    """The row; of an item, without the item it repeats, which may be copied after it."""
    return {**row, "copy_of": None} if table is items else row
