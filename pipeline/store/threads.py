"""Threads and where they look."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from pipeline.records.threads import CastDecision, SourceAddress, Thread, ThreadState
from pipeline.store.items import input_digests
from pipeline.store.schema import ASKED, in_parts, page_tokens, thread_sources, threads
from pipeline.store.schema import cast_decisions as decision_table

_FIELDS = ("slug", "title", "state", "state_since", "state_reason", "merged_into", "language", "created_at")
_TAKEN = sa.select(thread_sources.c.address, thread_sources.c.taken).where(thread_sources.c.thread == ASKED)
_SETTLED = (
    sa.select(threads.c.settled)
    .join(page_tokens, page_tokens.c.thread == threads.c.slug)
    .where(threads.c.slug == ASKED, threads.c.settled_token == page_tokens.c.token)
)
_OWN_SETTINGS = sa.select(threads.c.settings, threads.c.language).where(threads.c.slug == ASKED)


def add(connection: sa.Connection, thread: Thread) -> None:
    """Adds a thread with its sources."""
    connection.execute(
        sa.insert(threads).values(
            slug=thread.slug,
            title=thread.title,
            state=thread.state,
            state_since=thread.state_since.isoformat() if thread.state_since else None,
            state_reason=thread.state_reason,
            language=thread.language,
            settings=json.dumps(thread.settings) if thread.settings else None,
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
    """Adds sources after those the thread has; one it has already stays where it is."""
    thread = find(connection, slug)
    present = thread.sources if thread else ()
    of_thread = thread_sources.c.thread == slug
    last = connection.scalar(sa.select(sa.func.max(thread_sources.c.position)).where(of_thread))
    first = 0 if last is None else last + 1
    for position, source in enumerate((source for source in sources if source not in present), first):
        connection.execute(sa.insert(thread_sources).values(thread=slug, position=position, **source.model_dump()))


def remove_source(connection: sa.Connection, slug: str, address: str) -> None:
    """Removes a source from the thread."""
    source = (thread_sources.c.thread == slug, thread_sources.c.address == address)
    connection.execute(sa.delete(thread_sources).where(*source))


def replace_pursued(connection: sa.Connection, slug: str, searches: Sequence[SourceAddress]) -> None:
    """Replaces the searches that an earlier version called for."""
    earlier_searches = (thread_sources.c.thread == slug, thread_sources.c.kind == "pursued")
    connection.execute(sa.delete(thread_sources).where(*earlier_searches))
    add_sources(connection, slug, searches)


def set_state(connection: sa.Connection, slug: str, state: ThreadState, since: datetime, reason: str | None) -> None:
    """Sets the thread's state, since when, and why."""
    connection.execute(
        sa.update(threads)
        .where(threads.c.slug == slug)
        .values(state=state, state_since=since.isoformat(), state_reason=reason)
    )


def rename(connection: sa.Connection, slug: str, title: str) -> None:
    """Gives the thread another title; its slug stays."""
    connection.execute(sa.update(threads).where(threads.c.slug == slug).values(title=title))


def set_language(connection: sa.Connection, slug: str, language: str | None) -> None:
    """Sets the language its page is written in, and that there is something to do; None leaves it to the settings, or
    to the title."""
    connection.execute(sa.update(threads).where(threads.c.slug == slug).values(language=language, settled=None))


def set_settings(connection: sa.Connection, slug: str, settings: Mapping[str, Any]) -> None:
    """Sets what the thread has of its own besides its language, by section and name."""
    values = json.dumps(settings) if settings else None
    connection.execute(sa.update(threads).where(threads.c.slug == slug).values(settings=values))


def own_settings(connection: sa.Connection) -> dict[str, dict[str, Any]]:
    """What threads have of their own besides their language, of each that has anything, by slug."""
    query = sa.select(threads.c.slug, threads.c.settings).where(threads.c.settings.is_not(None))
    return {row.slug: json.loads(row.settings) for row in connection.execute(query.order_by(threads.c.slug))}


def merge(connection: sa.Connection, slug: str, into: str) -> None:
    """Stores that the thread `into` goes on with this one's items."""
    connection.execute(sa.update(threads).where(threads.c.slug == slug).values(merged_into=into))


def seen_digests(connection: sa.Connection, slug: str) -> dict[str, str | None]:
    """For each source of the thread, by address, the digest of the bytes whose entries it has all taken in."""
    return {row.address: row.taken for row in connection.execute(_TAKEN, {"asked": slug})}


def mark_seen(connection: sa.Connection, slug: str, address: str, digest: str | None) -> None:
    """Stores that the thread has taken in every entry of a source with this digest of its bytes."""
    source = (thread_sources.c.thread == slug, thread_sources.c.address == address)
    connection.execute(sa.update(thread_sources).where(*source).values(taken=digest))


def mark_done(connection: sa.Connection, slug: str, digest: str | None) -> None:
    """Stores the thread's input digest (store/items.py) with which nothing was left to be done for it; None that there
    is something to be done, whatever it is."""
    token = sa.select(page_tokens.c.token).where(page_tokens.c.thread == slug).scalar_subquery() if digest else None
    connection.execute(sa.update(threads).where(threads.c.slug == slug).values(settled=digest, settled_token=token))


def done_digest(connection: sa.Connection, slug: str) -> str | None:
    """The thread's input digest with which nothing was left to be done for it, or None."""
    digest: str | None = connection.scalar(sa.select(threads.c.settled).where(threads.c.slug == slug))
    return digest


def is_settled(connection: sa.Connection, slug: str, program: str) -> bool:
    """Whether nothing was left to be done for the thread by this `program`, and nothing has changed since, as its token
    tells without a look at its items."""
    settled = connection.scalar(_SETTLED, {"asked": slug})
    return settled is not None and str(settled).startswith(f"{program} ")


def own_settings_of(connection: sa.Connection, slug: str) -> dict[str, Any]:
    """All that the thread has otherwise than its home, its language included; nothing where there is no thread."""
    row = connection.execute(_OWN_SETTINGS, {"asked": slug}).first()
    language = {"thread.language": row.language} if row and row.language else {}
    return {**(json.loads(row.settings or "{}") if row else {}), **language}


def with_unfinished_work(connection: sa.Connection) -> frozenset[str]:
    """The threads that have items which no run has finished with. The items of a thread are only looked at where its
    token (store/tokens.py) has become another since a run finished."""
    query = sa.select(threads.c.slug, threads.c.settled).outerjoin(page_tokens, page_tokens.c.thread == threads.c.slug)
    touched = threads.c.settled_token.is_distinct_from(page_tokens.c.token) | threads.c.settled_token.is_(None)
    unfinished = set()
    for slug, settled in connection.execute(query.where(touched)).all():
        digest = input_digests(connection, slug).get(slug)
        if digest and not (settled or "").endswith(digest):
            unfinished.add(slug)
    return frozenset(unfinished)


def find(connection: sa.Connection, slug: str) -> Thread | None:
    """The thread, or None."""
    return next(iter(_select(connection, threads.c.slug == slug)), None)


def of(connection: sa.Connection, slugs: Sequence[str]) -> list[Thread]:
    """The threads of these slugs, by slug."""
    return [thread for part in in_parts(sorted(slugs)) for thread in _select(connection, threads.c.slug.in_(part))]


def every(connection: sa.Connection) -> list[Thread]:
    """All threads, by slug."""
    return _select(connection, sa.true())


def _select(connection: sa.Connection, where: sa.ColumnElement[bool]) -> list[Thread]:
    sources: dict[str, list[SourceAddress]] = {}
    query = sa.select(thread_sources.c.thread, thread_sources.c.kind, thread_sources.c.address).join(threads)
    for row in connection.execute(query.where(where).order_by(thread_sources.c.thread, thread_sources.c.position)):
        sources.setdefault(row.thread, []).append(SourceAddress(kind=row.kind, address=row.address))
    return [
        Thread.model_validate(
            {
                **{name: row._mapping[name] for name in _FIELDS},
                "settings": json.loads(row.settings or "{}"),
                "sources": sources.get(row.slug, ()),
            }
        )
        for row in connection.execute(sa.select(threads).where(where).order_by(threads.c.slug))
    ]


def cast_decisions(connection: sa.Connection, slug: str) -> tuple[CastDecision, ...]:
    """What the operator said of the thread's cast, oldest first."""
    query = sa.select(decision_table.c.record).where(decision_table.c.thread == slug)
    records = connection.scalars(query.order_by(decision_table.c.position))
    return tuple(CastDecision.model_validate_json(record) for record in records)


def add_cast_decision(connection: sa.Connection, slug: str, decision: CastDecision) -> None:
    """Adds the operator's word on the thread's cast."""
    last = connection.scalar(sa.select(sa.func.max(decision_table.c.position)).where(decision_table.c.thread == slug))
    values = {"thread": slug, "position": (last or 0) + 1, "record": decision.model_dump_json()}
    connection.execute(sa.insert(decision_table).values(values))
