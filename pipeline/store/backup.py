"""Copies a whole store row by row into another: for backups, and from one database to the other."""

import shutil
import tempfile
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa

from pipeline.errors import StoreError, UsageError
from pipeline.store.database import Store
from pipeline.store.schema import items, metadata

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
        partial.unlink(missing_ok=True)
        with closing(Store(partial)) as target:
            _copy(store, target)
        partial.replace(file)
    except (OSError, StoreError) as error:
        partial.unlink(missing_ok=True)
        raise StoreError(f"the store {store.name} could not be copied to {file}: {error}") from error


def restore(store: Store, file: Path) -> None:
    """Copies a backup, which may be of an older program, into a store that is empty. Raises UsageError where `file` is
    no backup or the store is not empty, StoreError where it cannot be copied."""
    if not file.is_file():
        raise UsageError(f"there is no file {file}: name one that `backup` made")
    if not _is_empty(store):
        raise UsageError(f"the store {store.name} is not empty: restore into a new home, or a new database")
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / file.name  # opening a store migrates it, and a backup is left as it is
        shutil.copyfile(file, copy)
        with closing(Store(copy)) as source:
            if not _copy(source, store):
                raise UsageError(f"{file} holds nothing: name one that `backup` made")


def _copy(source: Store, target: Store) -> int:
    """Copies every row of `source`, as of one moment, into the empty `target`, in one transaction, and returns their
    number. Others may go on writing to `source`."""
    rows = 0
    with source.reading() as read, target.writing() as write:
        for table in metadata.sorted_tables:
            result = read.execution_options(yield_per=_ROWS_AT_ONCE).execute(sa.select(table))
            for part in result.mappings().partitions():
                rows += len(part)
                write.execute(sa.insert(table), [_without_original(table, dict(row)) for row in part])
        copies = sa.select(items.c.id, items.c.copy_of).where(items.c.copy_of.is_not(None))
        for item, original in read.execute(copies).all():
            write.execute(sa.update(items).where(items.c.id == item).values(copy_of=original))
        target.advance_sequences(write)
    return rows


def _is_empty(store: Store) -> bool:
    """Whether no table has a row."""
    with store.reading() as connection:
        return not any(
            connection.scalar(sa.select(sa.func.count()).select_from(table)) for table in metadata.sorted_tables
        )


def _without_original(table: sa.Table, row: dict[str, object]) -> dict[str, object]:
    """The row; of an item, without the item it repeats, which may be copied after it."""
    return {**row, "copy_of": None} if table is items else row
