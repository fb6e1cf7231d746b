"""Versions and source numbers: added once, never changed."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from pipeline.records.pages import Version
from pipeline.store.schema import ASKED, source_numbers, threads, versions


def add(connection: sa.Connection, version: Version) -> None:
    """Adds a version, and the numbers of sources that it cites first."""
    connection.execute(
        sa.insert(versions).values(
            thread=version.thread.slug,
            number=version.version,
            made_at=version.made_at.isoformat(),
            record=version.model_dump_json(by_alias=True),
        )
    )
    numbered = numbers(connection, version.thread.slug)
    for source in version.sources:
        if source.item not in numbered:
            connection.execute(
                sa.insert(source_numbers).values(thread=version.thread.slug, number=source.number, item=source.item)
            )


def numbers(connection: sa.Connection, thread: str) -> dict[str, int]:
    """The source number of each item of the thread that has one, lowest first."""
    query = sa.select(source_numbers.c.item, source_numbers.c.number).where(source_numbers.c.thread == thread)
    return {row.item: row.number for row in connection.execute(query.order_by(source_numbers.c.number))}


def last_numbers(connection: sa.Connection) -> dict[str, int]:
    """The number of the last version of each thread that has one."""
    last = sa.select(sa.func.max(versions.c.number)).where(versions.c.thread == threads.c.slug).scalar_subquery()
    rows = connection.execute(sa.select(threads.c.slug, last).order_by(threads.c.slug))
    return {str(slug): int(number) for slug, number in rows if number}


class VersionLine(NamedTuple):
    """A version in short."""

    version: int
    made_at: datetime


def last_of_each(connection: sa.Connection) -> dict[str, VersionLine]:
    """The last version of each thread that has one, in short."""
    later = versions.alias()
    last = sa.select(sa.func.max(later.c.number)).where(later.c.thread == threads.c.slug).scalar_subquery()
    query = sa.select(versions.c.thread, versions.c.number, versions.c.made_at)
    query = query.join(threads, (versions.c.thread == threads.c.slug) & (versions.c.number == last))
    rows = connection.execute(query)
    return {row.thread: VersionLine(row.number, datetime.fromisoformat(row.made_at)) for row in rows}


def made_since(connection: sa.Connection, moment: datetime) -> dict[str, list[tuple[str, int]]]:
    """The versions made since a moment, as thread and number, by the day they were made on (UTC, YYYY-MM-DD)."""
    query = sa.select(versions.c.thread, versions.c.number, versions.c.made_at)
    rows = connection.execute(query.where(versions.c.made_at >= moment.isoformat()))
    by_day: dict[str, list[tuple[str, int]]] = {}
    for row in sorted(
        rows, key=lambda row: (row.thread, row.number)
    ):  # in SQL, all versions would be read for the order
        by_day.setdefault(row.made_at[:10], []).append((row.thread, row.number))
    return by_day


def last(connection: sa.Connection, thread: str) -> Version | None:
    """The thread's newest version, or None."""
    return next(iter(_select(connection, thread, newest_first=True, limit=1)), None)


_LAST_MADE_AT = (
    sa.select(versions.c.made_at).where(versions.c.thread == ASKED).order_by(versions.c.number.desc()).limit(1)
)


def last_made_at(connection: sa.Connection, thread: str) -> datetime | None:
    """When the thread's newest version was made; None where it has none. The version itself is not read."""
    made_at = connection.scalar(_LAST_MADE_AT, {"asked": thread})
    return datetime.fromisoformat(made_at) if made_at else None


def one(connection: sa.Connection, thread: str, number: int) -> Version | None:
    """The thread's version of this number, or None."""
    query = sa.select(versions.c.record).where(versions.c.thread == thread, versions.c.number == number)
    record = connection.scalar(query)
    return Version.model_validate_json(record) if record else None


def every(connection: sa.Connection, thread: str) -> list[Version]:
    """The thread's versions, oldest first."""
    return list(_select(connection, thread))


def _select(
    connection: sa.Connection, thread: str, *, newest_first: bool = False, limit: int | None = None
) -> Iterable[Version]:
    order = versions.c.number.desc() if newest_first else versions.c.number
    query = sa.select(versions.c.record).where(versions.c.thread == thread).order_by(order).limit(limit)
    return [Version.model_validate_json(record) for record in connection.scalars(query)]
