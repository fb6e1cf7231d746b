"""Threads and the places they are looked for in."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa

from pipeline.records.threads import SourceAddress, Thread, ThreadState
from pipeline.store.schema import thread_sources, threads

_KEPT = ("slug", "title", "state", "state_since", "state_reason", "merged_into", "created_at")


def add(connection: sa.Connection, thread: Thread) -> None:
    connection.execute(
        sa.insert(threads).values(
            slug=thread.slug,
            title=thread.title,
            state=thread.state,
            state_since=thread.state_since.isoformat() if thread.state_since else None,
            state_reason=thread.state_reason,
            created_at=thread.created_at.isoformat(),
        )
    )
    for position, source in enumerate(thread.sources):
        connection.execute(
            sa.insert(thread_sources).values(
                thread=thread.slug, position=position, kind=source.kind, address=source.address
            )
        )


def add_sources(connection: sa.Connection, slug: str, sources: Sequence[SourceAddress]) -> None:
    """Adds places to look, behind those there are; one that is there stays where it is."""
    thread = find(connection, slug)
    known = thread.sources if thread else ()
    here = thread_sources.c.thread == slug
    last = connection.scalar(sa.select(sa.func.max(thread_sources.c.position)).where(here))
    first = 0 if last is None else last + 1
    for position, source in enumerate((s for s in sources if s not in known), first):
        connection.execute(sa.insert(thread_sources).values(thread=slug, position=position, **source.model_dump()))


def remove_source(connection: sa.Connection, slug: str, address: str) -> None:
    mine = (thread_sources.c.thread == slug, thread_sources.c.address == address)
    connection.execute(sa.delete(thread_sources).where(*mine))


def replace_pursued(connection: sa.Connection, slug: str, places: Sequence[SourceAddress]) -> None:
    """Puts `places` in the place of the searches that an earlier version called for."""
    mine = (thread_sources.c.thread == slug, thread_sources.c.kind == "pursued")
    connection.execute(sa.delete(thread_sources).where(*mine))
    add_sources(connection, slug, places)


def set_state(connection: sa.Connection, slug: str, state: ThreadState, since: datetime, reason: str | None) -> None:
    connection.execute(
        sa.update(threads)
        .where(threads.c.slug == slug)
        .values(state=state, state_since=since.isoformat(), state_reason=reason)
    )


def rename(connection: sa.Connection, slug: str, title: str) -> None:
    connection.execute(sa.update(threads).where(threads.c.slug == slug).values(title=title))


def merge(connection: sa.Connection, slug: str, into: str) -> None:
    """Says that another thread goes on with this one's items."""
    connection.execute(sa.update(threads).where(threads.c.slug == slug).values(merged_into=into))


def taken(connection: sa.Connection, slug: str) -> dict[str, str | None]:
    """For each place of the thread, the digest of the bytes whose entries it has taken in."""
    query = sa.select(thread_sources.c.address, thread_sources.c.taken).where(thread_sources.c.thread == slug)
    return {row.address: row.taken for row in connection.execute(query)}


def take_in(connection: sa.Connection, slug: str, address: str, digest: str | None) -> None:
    """Remembers that the thread has taken in all that these bytes of a place name."""
    mine = (thread_sources.c.thread == slug, thread_sources.c.address == address)
    connection.execute(sa.update(thread_sources).where(*mine).values(taken=digest))


def settle(connection: sa.Connection, slug: str, standing: str | None) -> None:
    """Remembers what the thread held when nothing was left to be done for it."""
    connection.execute(sa.update(threads).where(threads.c.slug == slug).values(settled=standing))


def settled(connection: sa.Connection) -> dict[str, str | None]:
    """For each thread, what it held when nothing was left to be done for it."""
    return {row.slug: row.settled for row in connection.execute(sa.select(threads.c.slug, threads.c.settled))}


def waits(standing: Mapping[str, str], settled: Mapping[str, str | None], slug: str) -> bool:
    """Whether a thread holds what no run has finished with."""
    return slug in standing and not (settled[slug] or "").endswith(standing[slug])


def find(connection: sa.Connection, slug: str) -> Thread | None:
    return next(iter(_select(connection, threads.c.slug == slug)), None)


def every(connection: sa.Connection) -> list[Thread]:
    """All threads, by slug."""
    return _select(connection, sa.true())


def _select(connection: sa.Connection, where: sa.ColumnElement[bool]) -> list[Thread]:
    found = []
    for row in connection.execute(sa.select(threads).where(where).order_by(threads.c.slug)).all():
        sources = connection.execute(
            sa.select(thread_sources.c.kind, thread_sources.c.address)
            .where(thread_sources.c.thread == row.slug)
            .order_by(thread_sources.c.position)
        )
        places = tuple(SourceAddress.model_validate(source._asdict()) for source in sources)
        kept = {name: row._mapping[name] for name in _KEPT}
        found.append(Thread.model_validate({**kept, "sources": places}))
    return found
