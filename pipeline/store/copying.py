"""A whole store, copied row by row into another: for backups, and from one database to the other."""

import shutil
import tempfile
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa

from pipeline.errors import StoreError, UsageError
from pipeline.store.database import Store
from pipeline.store.schema import items, metadata

_AT_ONCE = 500  # rows; a row of bytes may be some megabytes


def backup(store: Store, file: Path) -> None:
    """Copies the store into `file`, a store of its own on SQLite. Raises UsageError where something is there already
    or its folder is not, StoreError where it cannot; `file` is whole or not there."""
    if file.exists():
        raise UsageError(f"{file} is there already: name a file that is not")
    if not file.parent.is_dir():
        raise UsageError(f"there is no folder {file.parent}: make it, or name another")
    part = file.with_name(file.name + ".part")
    try:
        part.unlink(missing_ok=True)
        with closing(Store(part)) as mine:
            _copy(store, mine)
        part.replace(file)
    except (OSError, StoreError) as error:
        part.unlink(missing_ok=True)
        raise StoreError(f"the store {store.name} could not be copied to {file}: {error}") from error


def restore(store: Store, file: Path) -> None:
    """Copies a backup, also one of an older program, into a store that is empty. Raises UsageError where the one is no
    backup or the other not empty, StoreError where it cannot."""
    if not file.is_file():
        raise UsageError(f"there is no file {file}: name one that `backup` made")
    if not _is_empty(store):
        raise UsageError(f"the store {store.name} is not empty: restore into a new home, or a new database")
    with tempfile.TemporaryDirectory() as folder:
        mine = Path(folder) / file.name  # it may have to be brought up to date, and a backup is left as it is
        shutil.copyfile(file, mine)
        with closing(Store(mine)) as source:
            if not _copy(source, store):
                raise UsageError(f"{file} holds nothing: name one that `backup` made")


def _copy(source: Store, target: Store) -> int:
    """Copies every row of `source`, as it stands at one moment, into `target`, which has none, in one transaction, and
    says how many there are. Others may go on writing to `source`."""
    rows = 0
    with source.reading() as read, target.writing() as write:
        for table in metadata.sorted_tables:
            found = read.execution_options(yield_per=_AT_ONCE).execute(sa.select(table))
            for part in found.mappings().partitions():
                rows += len(part)
                write.execute(sa.insert(table), [_alone(table, dict(row)) for row in part])
        repeating = sa.select(items.c.id, items.c.copy_of).where(items.c.copy_of.is_not(None))
        for item, original in read.execute(repeating).all():
            write.execute(sa.update(items).where(items.c.id == item).values(copy_of=original))
        target.number_on(write)
    return rows


def _is_empty(store: Store) -> bool:
    """Whether nothing was ever kept in it."""
    with store.reading() as connection:
        return not any(connection.scalar(sa.select(sa.func.count()).select_from(t)) for t in metadata.sorted_tables)


def _alone(table: sa.Table, row: dict[str, object]) -> dict[str, object]:
    """An item without the one it repeats, which may come after it."""
    return {**row, "copy_of": None} if table is items else row
